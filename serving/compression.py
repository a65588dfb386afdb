"""Compression of large responses, at the lowest level: more CPU saves few more bytes."""

import zlib
from typing import cast

import brotli  # type: ignore[import-untyped]

from graph.http.media import kept, ranges
from graph.http.reply import BufferedResponse

SMALLEST = 4096
"""Minimum number of bytes to compress; smaller responses fit into a few packets."""

CODINGS = ("br", "gzip")
GZIP_WINDOW = 31
"""Window size of zlib for its largest window within a gzip header and trailer."""

VARY = (b"vary", b"Accept-Encoding")


@kept
def chosen_coding(accept_encoding: str) -> str | None:
    """Return the supported coding that a client prefers, null if there is none (RFC 9110, 12.5.3)."""
    weights = {each.name: each.quality for each in ranges(accept_encoding)}
    others = weights.get("*", 0.0)
    best = max(CODINGS, key=lambda coding: weights.get(coding, others))
    quality = weights.get(best, others)
    return best if quality > 0 and quality >= weights.get("identity", 0.0) else None


def compressed(body: bytes, coding: str) -> bytes:
    """Return `body` in a coding."""
    if coding == "br":
        return cast(bytes, brotli.compress(body, quality=1))
    packer = zlib.compressobj(1, zlib.DEFLATED, GZIP_WINDOW)
    return packer.compress(body) + packer.flush()


def compress(reply: BufferedResponse, accept_encoding: str) -> None:
    """Compress the body of a large response in the coding that the client prefers."""
    if len(reply.body) < SMALLEST:
        return
    reply.raw_headers.append(VARY)
    if (coding := chosen_coding(accept_encoding)) is not None:
        reply.body = compressed(reply.body, coding)
        reply.raw_headers.append((b"content-encoding", coding.encode()))
