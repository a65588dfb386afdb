"""Conditional responses: `ETag` and `If-None-Match` on reads (RFC 9110, 8.8.3 and 13.1.2).

A tag is a digest of the body, so that another answer has another tag. A process remembers for a while which
tables an answer was read from: a client that asks again while they are unchanged gets 304, and nothing is
executed. For clients that never send `If-None-Match` the digest is the only cost.
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
"""Answers that a process remembers, some 500 bytes each."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Tables that an answer was read from, as they were before it was read.

    `seen` is a mark of that time, `lasts` the seconds for which the answer may be taken for the present one
    although the clock goes on.
    """

    seen: str
    tables: frozenset[str]
    lasts: float


class Freshness(Protocol):
    """Decides whether answers still hold, without executing anything."""

    async def asker(self, request: Request) -> str | None:
        """Everything of the viewer that an answer may depend on; null if no answer is to be kept."""
        ...

    async def look(self, request: Request, known: Moment | None) -> tuple[str | None, bool]:
        """A mark of now, null if there is none, and whether the `known` answer still holds.

        A viewer whose answer holds has been charged for the question.
        """
        ...

    def moment(self, seen: str, statements: Sequence[str]) -> Moment | None:
        """Tables that these statements read after the mark `seen`; null if the answer cannot be kept."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """An answer that was given: its tag, what it was made of, until when on this process's clock it lasts."""

    tag: str
    moment: Moment
    until: float


class Memory:
    """Answers that one process remembers; the least recently used are evicted first."""

    def __init__(self, freshness: Freshness) -> None:
        self.freshness = freshness
        self._known: Bounded[bytes, Known] = Bounded(MOST)

    async def recall(self, request: Request, varies: Iterable[str]) -> "Recalled":
        """The remembered answer to a request, which depends on the headers `varies`."""
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
        """Remember an answer."""
        self._known.keep(key, Known(tag, moment, time.monotonic() + moment.lasts))


@dataclass(frozen=True, slots=True)
class Recalled:
    """Result of a lookup: the tag of the answer that still holds, or null."""

    memory: Memory
    key: bytes
    seen: str | None
    tag: str | None

    def keep(self, tag: str, statements: Sequence[str]) -> None:
        """Remember the answer that was given instead, if its statements are known."""
        if self.seen is None or UNTOLD in statements:
            return
        if (moment := self.memory.freshness.moment(self.seen, statements)) is not None:
            self.memory.keep(self.key, tag, moment)


def tag_of(response: Response) -> str | None:
    """Strong tag of an answer; null for a refusal, a stream, and a response that has a tag."""
    if response.status_code != 200 or isinstance(response, StreamingResponse) or "etag" in response.headers:
        return None
    of = blake2b(response.headers.get("content-type", "").encode() + b"\0", digest_size=15)
    of.update(response.body)
    return f'"{of.hexdigest()}"'


def has(if_none_match: str | None, tag: str) -> bool:
    """Whether the client has the answer of a tag; compared weakly, as it may be compressed."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or tag in TAG.findall(if_none_match)


def tagged(response: Response, tag: str, varies: Iterable[str]) -> Response:
    """`response` with its tag; private caches keep it for one viewer and revalidate each time."""
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = ", ".join(varies)
    return response


def not_modified(tag: str, varies: Iterable[str]) -> Response:
    """Response to a client that has the answer already."""
    return tagged(Response(status_code=304), tag, varies)


def public(request: Request, response: Response) -> Response:
    """An answer that is the same for everybody, with its tag; caches keep it and revalidate each time."""
    tag = tag_of(response)
    assert tag is not None, "it is whole"  # noqa: S101
    response.headers.update({"ETag": tag, "Cache-Control": "no-cache"})
    if not has(request.headers.get("if-none-match"), tag):
        return response
    kept = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
    return Response(status_code=304, headers=kept)
