"""Connections that stay open: who holds how many in this process, and the end of all of them."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from weakref import WeakSet

from models.postgres.database import Database
from resolvers.access.viewer import (
    Role,
    Viewer,
    accepted_languages,
    authenticate,
    ended,
    of_tokens,
    token_hash,
)
from resolvers.events.feed import Feed
from resolvers.operations.context import LARGEST_PAGE, Context
from resolvers.operations.errors import CodedError

SEND_WAIT = 10.0
"""Seconds that a client may take to read what it is sent; then it is cut off, and can resume."""

REVIEWED_EVERY = 5.0
"""Seconds after which all who hold connections are looked up anew, together."""

UNREVIEWED = 30.0
"""Seconds after which one is looked up by themselves, because nobody has done so."""

Leave = Callable[[], None]


class Transport(StrEnum):
    """Kinds of connections that stay open."""

    WEBSOCKET = "websocket"
    SSE = "sse"
    MULTIPART = "multipart"


@dataclass(frozen=True)
class Allowance:
    """What a viewer may hold: WebSockets, other streams, and subscriptions on one connection."""

    sockets: int
    streams: int
    subscriptions: int


ALLOWANCES = {
    Role.ANONYMOUS: Allowance(0, 0, 0),
    Role.MEMBER: Allowance(5, 20, 20),
    Role.APPLICATION: Allowance(20, 50, 50),
    Role.STAFF: Allowance(20, 50, 50),
}


class TooMany(CodedError):  # noqa: N818 (what they are)
    """More connections or subscriptions than a viewer may hold."""

    code = "RATE_LIMITED"


class Streams:
    """The connections of one process that stay open. `feed` is what their subscriptions read."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.counts: Counter[Transport] = Counter()
        self.is_leaving = False
        self._askers: WeakSet[Asker] = WeakSet()
        self._held: Counter[tuple[str, bool]] = Counter()
        self._leave: set[Leave] = set()

    @contextmanager
    def opened(self, transport: Transport | None, viewer: Viewer, leave: Leave) -> Iterator[None]:
        """Count a connection while the block lasts; `leave` is called when the process is to end.

        Raises `TooMany` where its viewer holds as many as they may. One without a transport is not counted.
        """
        if transport is None:
            yield
            return
        is_socket = transport is Transport.WEBSOCKET
        allowance = ALLOWANCES[viewer.role]
        most = allowance.sockets if is_socket else allowance.streams
        holder = holder_of(viewer), is_socket
        if self._held[holder] >= most:
            raise TooMany(f"No more than {most} of these connections may be open at once.")
        self._held[holder] += 1
        self.counts[transport] += 1
        self._leave.add(leave)
        try:
            yield
        finally:
            self._leave.discard(leave)
            self.counts[transport] -= 1
            self._held[holder] -= 1
            if not self._held[holder]:
                del self._held[holder]

    def asker(self, database: Database, headers: Mapping[str, str]) -> "Asker":
        """Who comes with these headers; looked up anew for as long as something holds on to it."""
        made = Asker(database, headers)
        self._askers.add(made)
        return made

    async def review(self, database: Database) -> None:
        """Look up anew all who hold a connection."""
        known = [(asker.hash, asker) for asker in self._askers if asker.is_known]
        if known:
            now = await of_tokens(database, {hash_: asker.languages for hash_, asker in known if hash_})
            for hash_, asker in known:
                asker.renew(now.get(hash_ or b""))

    def leave(self) -> None:
        """Have all connections end, because the process does."""
        self.is_leaving = True
        for leave in tuple(self._leave):
            leave()


def holder_of(viewer: Viewer) -> str:
    """Whose a connection is."""
    return viewer.id or viewer.application_id or ""


class Asker:
    """Who holds a connection, by the headers that they came with."""

    def __init__(self, database: Database, headers: Mapping[str, str]) -> None:
        self._database = database
        self._headers = headers
        self._viewer: Viewer | None = None
        self._is_over = False
        self._until = 0.0
        self.hash = token_hash(headers)
        self.languages = accepted_languages(headers.get("accept-language"))
        self.largest_page = LARGEST_PAGE

    async def viewer(self) -> Viewer:
        """Who it is; `Unauthenticated` once their token has ended."""
        if self._is_over:
            raise ended()
        if self._viewer is None or time.monotonic() >= self._until:
            self.renew(await authenticate(self._database, self._headers))
        assert self._viewer is not None  # noqa: S101 (or it would have been refused)
        return self._viewer

    @property
    def is_known(self) -> bool:
        """Whether they were looked up before, by a token that may end."""
        return self._viewer is not None and self.hash is not None

    def renew(self, viewer: Viewer | None) -> None:
        """Take what was found out about them now; null where their token has ended."""
        self._is_over = viewer is None
        if viewer is not None:
            self._viewer = replace(viewer, languages=self.languages)
            self._until = time.monotonic() + UNREVIEWED

    async def context(self) -> Context:
        """A fresh context for them."""
        return Context(self._database, await self.viewer(), self.largest_page)
