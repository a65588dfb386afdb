"""Cacheable responses: results of persisted queries for anonymous viewers."""

import hashlib
import re

from graph.http.reply import BufferedResponse

KEPT = (b"cache-control", b"public, no-cache")
VARY = (b"vary", b"Accept, Accept-Language, Authorization, Cookie")
TAG = re.compile(r'(?:W/)?("[^"]*")')


def conditional(reply: BufferedResponse, if_none_match: str | None) -> BufferedResponse:
    """Return `reply` with its ETag; without a body if the client has the same response already.

    The ETag is weak: it is the same with and without compression.
    """
    digest = f'"{hashlib.blake2b(reply.body, digest_size=15).hexdigest()}"'
    headers = [*reply.raw_headers, KEPT, VARY, (b"etag", f"W/{digest}".encode())]
    if if_none_match is not None and ("*" in if_none_match or digest in TAG.findall(if_none_match)):
        return BufferedResponse(304, headers)
    return BufferedResponse(reply.status_code, headers, reply.body)
