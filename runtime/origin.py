"""Origin of the player, separate from the other pages so that packages' scripts share nothing with them."""

import re
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

LOCAL = re.compile(r"(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(:\d{1,5})?", re.ASCII | re.IGNORECASE)
"""Host of a request on this machine, and its port."""

DEFAULT_PORTS = {"http": ":80", "https": ":443"}
NO_ORIGIN = (
    "Packages run only on an origin of their own: set SCHOLAGRAPH_PLAYER_ORIGIN to a second origin of this "
    "server."
)
HERE = "player_origin"
"""Key of a request's scope with the origin of the player, on routes of the player."""


def player_origin(request: Request, configured: str | None) -> str | None:
    """Return the origin of the player for a request, such as `https://play.example.org`.

    Without a configured origin, it is `localhost` for requests on this machine, whose other pages are at
    another loopback address; all other requests have no player, and the origin is null.
    """
    if configured is not None:
        return configured
    local = LOCAL.fullmatch(request.headers.get("host", ""))
    return f"{request.scope['scheme']}://localhost{local[1] or ''}" if local is not None else None


def is_at(request: Request, origin: str) -> bool:
    """Return whether a request was sent to this origin; its scheme may have changed at a proxy."""
    scheme, host = urlsplit(origin).scheme, request.headers.get("host", "").lower()
    default = DEFAULT_PORTS[scheme]
    return host.removesuffix(default) == urlsplit(origin).netloc.lower().removesuffix(default)


def origin_here(request: Request) -> str:
    """Return the origin of the player on its own routes; on others, the origin of the request."""
    return str(request.scope.get(HERE, f"{request.url.scheme}://{request.url.netloc}"))


class PlayerOrigin(NamedTuple):
    """Separation of the player's routes from the other pages; `configured` is the origin of the player."""

    configured: str | None

    def player(self, route: Route) -> Route:
        """Return a route of the player, which exists only on the origin of the player."""
        route.app = OnOrigin(route.app, self)
        return route

    def page(self, route: Route) -> Route:
        """Return a route of another page, which exists on all other origins."""
        route.app = OffOrigin(route.app, self)
        return route

    def refusal(self, request: Request) -> Response | None:
        """Return the response to a request of the player on another origin; null on its own origin.

        Reads are sent to the origin of the player; nothing else happens elsewhere.
        """
        origin = player_origin(request, self.configured)
        if origin is None:
            return PlainTextResponse(NO_ORIGIN, HTTPStatus.SERVICE_UNAVAILABLE, {"Cache-Control": "no-store"})
        if is_at(request, origin):
            request.scope[HERE] = origin
            return None
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("Not Found", HTTPStatus.NOT_FOUND)
        return RedirectResponse(address_at(request, origin), HTTPStatus.TEMPORARY_REDIRECT)

    def departure(self, request: Request) -> Response | None:
        """Return the response to a request for another page on the origin of the player; null elsewhere.

        On this machine, the page moves to the loopback address.
        """
        origin = player_origin(request, self.configured)
        if origin is None or not is_at(request, origin):
            return None
        if self.configured is not None:
            return PlainTextResponse("Not Found", HTTPStatus.NOT_FOUND)
        address = (request.scope.get("server") or ("",))[0]
        main = origin.replace("localhost", "[::1]" if address == "::1" else "127.0.0.1", 1)
        return RedirectResponse(address_at(request, main), HTTPStatus.TEMPORARY_REDIRECT)


class OnOrigin:
    """ASGI application that runs another one on the origin of the player only."""

    def __init__(self, app: ASGIApp, origins: PlayerOrigin) -> None:
        self.app = app
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request."""
        await (self.origins.refusal(Request(scope)) or self.app)(scope, receive, send)


class OffOrigin(OnOrigin):
    """ASGI application that runs another one on all origins except that of the player."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request."""
        await (self.origins.departure(Request(scope)) or self.app)(scope, receive, send)


def address_at(request: Request, origin: str) -> str:
    """Return the URL of a request at another origin."""
    query = request.scope["query_string"].decode("latin-1")
    return f"{origin}{quote(request.scope['path'])}{'?' if query else ''}{query}"
