"""Request bodies that are charged before they are read."""

from collections.abc import AsyncIterator

from starlette.requests import Request

from graph.limits.gate import BYTES
from resolvers.access.viewer import Viewer


def announced(request: Request) -> int | None:
    """Return the announced length of a body in bytes; null for one that is sent in chunks."""
    length = request.headers.get("content-length", "")
    return int(length[:20]) if length.isdecimal() else None


async def metered(request: Request, viewer: Viewer, per: int = BYTES) -> AsyncIterator[bytes]:
    """Yield the chunks of a body; the viewer is charged 1 per `per` bytes.

    The announced length is charged before the first byte is read, any other body as it arrives. Raises
    `RateLimited` if the budget is too low.
    """
    gate, database = request.app.state.gate, request.app.state.database
    owed, length = 0, announced(request)
    if length is not None:
        gate.pay(database, viewer, length // per)
    async for chunk in request.stream():
        if length is None and (owed := owed + len(chunk)) >= per:
            gate.pay(database, viewer, owed // per)
            owed %= per
        yield chunk


async def received(request: Request, most: int, viewer: Viewer) -> bytes | None:
    """Return the body of a request, charged to the viewer; null if it exceeds `most` bytes.

    A body that is announced to be larger is neither read nor charged.
    """
    if (announced(request) or 0) > most:
        return None
    body = bytearray()
    async for chunk in metered(request, viewer):
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
