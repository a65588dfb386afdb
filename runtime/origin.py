"""Origin of the player, separate from the other pages so that packages' scripts share nothing with them."""

from starlette.requests import Request

LOOPBACK = "127.0.0.1"


def player_origin(request: Request, configured: str | None) -> str:
    """Return the origin of the player for a request, such as `https://play.example.org`.

    The default is the origin of the request; on the loopback address, `localhost` replaces `127.0.0.1`,
    which is another origin for browsers.
    """
    if configured is not None:
        return configured
    origin = origin_of(request)
    return origin.replace(LOOPBACK, "localhost", 1) if request.url.hostname == LOOPBACK else origin


def origin_of(request: Request) -> str:
    """Return the origin of a request's URL."""
    return str(request.url).partition(request.url.path)[0]
