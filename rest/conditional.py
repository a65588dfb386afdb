"""Conditional responses: `ETag` and `If-None-Match` on reads (RFC 9110, 8.8.3 and 13.1.2).

A tag is a digest of the body, so different responses have different tags. For a while, a process caches the
names of the tables that a response was read from: if a client repeats the request while they are unchanged,
it gets 304 without an execution. For clients that never send `If-None-Match`, the digest is the only cost.
"""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from rest.execute import UNTOLD
from settings.bounds import Bounded

TAG = re.compile(r'(?:W/)?("[^"]*")')

MOST = 20_000
"""Responses that a process caches, some 500 bytes each."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Tables that a response was read from, and their state before the read.

    `seen` marks that state; `lasts` is the lifetime of the response in seconds, even if no table changes.
    """

    seen: str
    tables: frozenset[str]
    lasts: float


class Freshness(Protocol):
    """Check whether cached responses are still fresh, without executing anything."""

    async def asker(self, request: Request) -> str | None:
        """Return all facts of the viewer that a response may depend on; null if caching is not allowed."""
        ...

    async def look(self, request: Request, known: Moment | None) -> tuple[str | None, bool]:
        """Return a mark of the current state, null if there is none, and whether `known` is still fresh.

        A viewer whose response is fresh has been charged for the request.
        """
        ...

    def moment(self, seen: str, statements: Sequence[str]) -> Moment | None:
        """Return the tables that these statements read after `seen`; null if caching is not possible."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """A cached response: its tag, the tables it was read from, and its expiry on this process's clock."""

    tag: str
    moment: Moment
    until: float


class Memory:
    """Cache of the responses of one process; the least recently used are evicted first."""

    def __init__(self, freshness: Freshness) -> None:
        self.freshness = freshness
        self._known: Bounded[bytes, Known] = Bounded(MOST)

    async def recall(self, request: Request, varies: Iterable[str]) -> "Recalled":
        """Look up the cached response to a request; responses depend on the headers `varies`."""
        who = await self.freshness.asker(request)
        if who is None:
            return Recalled(self, b"", None, None)
        parts = [str(request.url), request.scope.get("root_path", ""), who]
        parts += [",".join(request.headers.getlist(name)) for name in varies]
        key = blake2b("\0".join(parts).encode(), digest_size=16).digest()
        known = self._known.get(key)
        if known is not None and known.until <= time.monotonic():
            known = None
        seen, holds = await self.freshness.look(request, known.moment if known else None)
        if known is not None and holds:
            return Recalled(self, key, seen, known.tag)
        return Recalled(self, key, seen, None)

    def keep(self, key: bytes, tag: str, moment: Moment) -> None:
        """Cache a response."""
        self._known.keep(key, Known(tag, moment, time.monotonic() + moment.lasts))


@dataclass(frozen=True, slots=True)
class Recalled:
    """Result of a lookup: the tag of a response that is still fresh, or null."""

    memory: Memory
    key: bytes
    seen: str | None
    tag: str | None

    def keep(self, tag: str, statements: Sequence[str]) -> None:
        """Cache the response that was sent instead, if its statements are known."""
        if self.seen is None or UNTOLD in statements:
            return
        if (moment := self.memory.freshness.moment(self.seen, statements)) is not None:
            self.memory.keep(self.key, tag, moment)


def tag_of(response: Response) -> str | None:
    """Return the strong tag of a response; null for a refusal, a stream, and a response that has a tag."""
    if response.status_code != 200 or isinstance(response, StreamingResponse) or "etag" in response.headers:
        return None
    of = blake2b(response.headers.get("content-type", "").encode() + b"\0", digest_size=15)
    of.update(response.body)
    return f'"{of.hexdigest()}"'


def has(if_none_match: str | None, tag: str) -> bool:
    """Check whether the client has the response with this tag; compared weakly, as it may be compressed."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or tag in TAG.findall(if_none_match)


def tagged(response: Response, tag: str, varies: Iterable[str]) -> Response:
    """Return `response` with its tag; private caches keep it for one viewer and revalidate each time."""
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = ", ".join(varies)
    return response


def not_modified(tag: str, varies: Iterable[str]) -> Response:
    """Return 304: the client already has the response."""
    return tagged(Response(status_code=304), tag, varies)


def public(request: Request, response: Response) -> Response:
    """Return a response that is the same for every viewer, with its tag; caches revalidate it each time."""
    tag = tag_of(response)
    assert tag is not None, "the response is whole"  # noqa: S101
    response.headers.update({"ETag": tag, "Cache-Control": "no-cache"})
    if not has(request.headers.get("if-none-match"), tag):
        return response
    kept = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
    return Response(status_code=304, headers=kept)
