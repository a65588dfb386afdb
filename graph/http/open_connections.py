"""Open connections: their number per viewer in this process, and their end."""

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
"""Seconds that a client may take to read a message; then it is disconnected, and can resume."""

REVIEWED_EVERY = 5.0
"""Seconds between two reloads of the viewers of all open connections, in one statement."""

UNREVIEWED = 30.0
"""Seconds until a viewer is reloaded individually, if the common reload did not include them."""

Leave = Callable[[], None]


class Transport(StrEnum):
    """Transports of open connections."""

    WEBSOCKET = "websocket"
    SSE = "sse"
    MULTIPART = "multipart"


@dataclass(frozen=True)
class Allowance:
    """Maximum numbers per viewer: WebSockets, other streams, and subscriptions on one connection."""

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
    """Raised for more connections or subscriptions than a viewer may have."""

    code = "RATE_LIMITED"


class Streams:
    """Open connections of one process; `feed` is the source of their subscriptions."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.counts: Counter[Transport] = Counter()
        self.is_leaving = False
        self._askers: WeakSet[Asker] = WeakSet()
        self._held: Counter[tuple[str, bool]] = Counter()
        self._leave: set[Leave] = set()

    @contextmanager
    def opened(self, transport: Transport | None, viewer: Viewer, leave: Leave) -> Iterator[None]:
        """Count a connection while the block runs; `leave` is called when the process is to end.

        Raises `TooMany` if its viewer has the maximum number. A connection without a transport is not
        counted.
        """
        if transport is None:
            yield
            return
        is_socket = transport is Transport.WEBSOCKET
        allowance = ALLOWANCES[viewer.role]
        most = allowance.sockets if is_socket else allowance.streams
        holder = holder_of(viewer), is_socket
        if self._held[holder] >= most:
            raise TooMany(f"At most {most} of these connections may be open in parallel.")
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
        """Return the client with these headers; its viewer is reloaded while the object is in use."""
        made = Asker(database, headers)
        self._askers.add(made)
        return made

    async def review(self, database: Database) -> None:
        """Reload the viewers of all open connections."""
        known = [(asker.hash, asker) for asker in self._askers if asker.is_known]
        if known:
            now = await of_tokens(database, {hash_: asker.languages for hash_, asker in known if hash_})
            for hash_, asker in known:
                asker.renew(now.get(hash_ or b""))

    def leave(self) -> None:
        """End all connections, because the process ends."""
        self.is_leaving = True
        for leave in tuple(self._leave):
            leave()


def holder_of(viewer: Viewer) -> str:
    """Return the key of the viewer that a connection counts for."""
    return viewer.id or viewer.application_id or ""


class Asker:
    """Client of an open connection, with its viewer by the headers of the request."""

    def __init__(self, database: Database, headers: Mapping[str, str]) -> None:
        self.database = database
        self._headers = headers
        self._viewer: Viewer | None = None
        self._is_over = False
        self._until = 0.0
        self.hash = token_hash(headers)
        self.languages = accepted_languages(headers.get("accept-language"))
        self.largest_page = LARGEST_PAGE

    async def viewer(self) -> Viewer:
        """Return its viewer; raise `Unauthenticated` if the token has expired."""
        if self._is_over:
            raise ended()
        if self._viewer is None or time.monotonic() >= self._until:
            self.renew(await authenticate(self.database, self._headers))
        assert self._viewer is not None  # noqa: S101 (or it would have been refused)
        return self._viewer

    @property
    def is_known(self) -> bool:
        """Return whether its viewer was loaded before, by a token that may expire."""
        return self._viewer is not None and self.hash is not None

    def renew(self, viewer: Viewer | None) -> None:
        """Set the reloaded viewer; null if the token has expired."""
        self._is_over = viewer is None
        if viewer is not None:
            self._viewer = replace(viewer, languages=self.languages)
            self._until = time.monotonic() + UNREVIEWED

    async def context(self) -> Context:
        """Return a new context for its viewer."""
        return Context(self.database, await self.viewer(), self.largest_page)
