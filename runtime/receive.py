"""Bodies of requests, up to a length."""

from starlette.requests import Request


async def received(request: Request, most: int) -> bytes | None:
    """The body of a request; null where it has more than `most` bytes, of which the rest is not read."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
