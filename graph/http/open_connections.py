"""Open connections: their number per viewer in this process, and their end."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from graph.http.asker import Askers, Leave
from resolvers.access.viewer import Role, Viewer
from resolvers.events.feed import Feed
from resolvers.operations.errors import CodedError

SEND_WAIT = 10.0
"""Seconds that a client may take to read a message; then it is disconnected, and can resume."""


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
        self.askers = Askers()
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

    def leave(self) -> None:
        """End all connections, because the process ends."""
        self.is_leaving = True
        for leave in tuple(self._leave):
            leave()


def holder_of(viewer: Viewer) -> str:
    """Return the key of the viewer that a connection counts for."""
    return viewer.id or viewer.application_id or ""
