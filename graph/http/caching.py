"""Answers that caches may keep: those to persisted queries of viewers who are nobody in particular."""

import hashlib
import re

from graph.http.reply import BufferedResponse

KEPT = (b"cache-control", b"public, no-cache")
VARY = (b"vary", b"Accept, Accept-Language, Authorization, Cookie")
TAG = re.compile(r'(?:W/)?("[^"]*")')


def conditional(reply: BufferedResponse, if_none_match: str | None) -> BufferedResponse:
    """`reply` with its tag for caches; without a body where the client has the same already.

    The tag is a weak one: compressed or not, it is the same.
    """
    digest = f'"{hashlib.blake2b(reply.body, digest_size=15).hexdigest()}"'
    headers = [*reply.raw_headers, KEPT, VARY, (b"etag", f"W/{digest}".encode())]
    if if_none_match is not None and ("*" in if_none_match or digest in TAG.findall(if_none_match)):
        return BufferedResponse(304, headers)
    return BufferedResponse(reply.status_code, headers, reply.body)
