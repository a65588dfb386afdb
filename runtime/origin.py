"""Where packages run: on an origin of their own, whose scripts share nothing with our other pages."""

from starlette.requests import Request

LOOPBACK = "127.0.0.1"


def player_origin(request: Request, configured: str | None) -> str:
    """Origin of the player, such as `https://play.example.org`, for who sent a request.

    Unless one is configured it is the request's own, but that on the loopback address its other name serves,
    which a browser takes for another origin.
    """
    if configured is not None:
        return configured
    origin = origin_of(request)
    return origin.replace(LOOPBACK, "localhost", 1) if request.url.hostname == LOOPBACK else origin


def origin_of(request: Request) -> str:
    """Origin to which a request was sent."""
    return str(request.url).partition(request.url.path)[0]
