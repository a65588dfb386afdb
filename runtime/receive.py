"""Request bodies of limited size."""

from starlette.requests import Request


async def received(request: Request, most: int) -> bytes | None:
    """Return the body of a request; null if it exceeds `most` bytes, without reading the rest."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
