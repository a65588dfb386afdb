"""One stream of server-sent events for many operations: the single connection mode of npm `graphql-sse`.

A client reserves a stream by PUT and receives its token, opens it by GET, starts operations by POST, each
with an `operationId` in its extensions, and ends one by DELETE. A stream exists only in the process that
reserved it: with several processes, a proxy must route a client's requests to the same one.
"""

import asyncio
import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from graph.http.asker import Asker
from graph.http.call import GraphQLRequest
from graph.http.open_connections import ALLOWANCES, Streams, TooMany, holder_of
from graph.http.results import OperationSource, RunningOperations, results
from graph.http.streamed_reply import ENDED, Pieces, event
from resolvers.access.viewer import Role, Viewer
from resolvers.operations.errors import Unauthenticated
from resolvers.operations.refusal import Refusal

UNCLAIMED = 30.0
"""Seconds until a reserved stream that is not opened is deleted."""

MOST_PIECES = 100
"""Maximum number of unsent messages of a stream; operations wait until the client has read."""


class Reservation:
    """Stream of one viewer, open or reserved."""

    def __init__(self, viewer: Viewer) -> None:
        self.holder = holder_of(viewer)
        self.operations = RunningOperations(ALLOWANCES[viewer.role].subscriptions)
        self.pieces: asyncio.Queue[bytes] = asyncio.Queue(MOST_PIECES)
        self.is_open = False


class Reservations:
    """All streams of one process, by their tokens."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._reserved: dict[str, Reservation] = {}

    def reserve(self, viewer: Viewer) -> str:
        """Return the token of a new stream; raise `Unauthenticated` or `TooMany` if it is refused."""
        if viewer.role is Role.ANONYMOUS:
            raise Unauthenticated("Sign in first: a stream needs a viewer.")
        holder, most = holder_of(viewer), ALLOWANCES[viewer.role].streams
        if sum(each.holder == holder for each in self._reserved.values()) >= most:
            raise TooMany(f"At most {most} of these connections may be open in parallel.")
        token = secrets.token_urlsafe(24)
        self._reserved[token] = Reservation(viewer)
        asyncio.get_running_loop().call_later(UNCLAIMED, self._let_go, token)
        return token

    def find(self, token: str, viewer: Viewer) -> Reservation:
        """Return a viewer's stream; raise `Refusal` if the viewer has no such stream."""
        found = self._reserved.get(token)
        if found is None or found.holder != holder_of(viewer):
            raise Refusal("STREAM_NOT_FOUND", "There is no such stream: reserve one by PUT.")
        return found

    def open(self, token: str, viewer: Viewer) -> Pieces:
        """Yield the messages of a stream until `end`; raise `Refusal` if it is open already."""
        found = self.find(token, viewer)
        if found.is_open:
            raise Refusal("CONFLICT", "The stream is open already.")
        found.is_open = True
        return self._told(found)

    async def end(self, token: str) -> None:
        """Delete a stream that is over, or whose opening was refused; end its operations."""
        if (found := self._reserved.pop(token, None)) is not None:
            await found.operations.close()

    async def _told(self, reserved: Reservation) -> AsyncGenerator[bytes, None]:
        while True:
            yield await reserved.pieces.get()

    def begin(
        self, source: OperationSource, reserved: Reservation, id_: str, call: GraphQLRequest, asker: Asker
    ) -> None:
        """Run an operation with the access of its own request, and send its results over the stream.

        Raises `Taken` or `TooMany` if it cannot start.
        """

        def leave() -> None:
            reserved.operations.end(id_)
            with suppress(asyncio.QueueFull):
                refusal = event("next", {"id": id_, "payload": ENDED})
                reserved.pieces.put_nowait(refusal + event("complete", {"id": id_}))

        async def work() -> None:
            told = results(source, self._streams.feed, call, asker)
            async with aclosing(told) as bodies:
                with asker.left(leave):
                    async for body in bodies:
                        await reserved.pieces.put(event("next", {"id": id_, "payload": body}))
            reserved.operations.release(id_)
            await reserved.pieces.put(event("complete", {"id": id_}))

        reserved.operations.begin(id_, work)

    def _let_go(self, token: str) -> None:
        if (found := self._reserved.get(token)) is not None and not found.is_open:
            del self._reserved[token]
            found.operations.cancel()
