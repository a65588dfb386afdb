"""Routes of the application for platforms: below their names, on hosts bound to them, and at the root."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any

import orjson
from graphql import GraphQLSchema
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, NoMatchFound, Route
from starlette.routing import Router as StarletteRouter
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from resolvers.operations.refusal import Refusal
from rest.conditional import Freshness, Memory, public
from rest.coverage import State
from rest.dialect import Dialect
from rest.document import load
from rest.endpoint import Endpoint
from rest.execute import Admit, Execute
from rest.operation import Operation
from rest.platform import PLATFORMS, Platform
from rest.router import Router
from rest.validated import is_validated

Pages = Callable[[Platform, Sequence[Operation]], list[Route]]
"""Makes the routes of a platform's pages for people, below the platform's name."""


def routes(
    schema: GraphQLSchema,
    execute: Execute,
    hosts: Mapping[str, str] | None = None,
    platforms: Sequence[Platform] = PLATFORMS,
    freshness: Freshness | None = None,
    sunsets: Mapping[str, datetime] | None = None,
    pages: Pages | None = None,
    admit: Admit | None = None,
) -> list[BaseRoute]:
    """Return the routes of all platforms; only the application's fixed paths come before them.

    `hosts` maps a platform's name to the host name that serves it at the root. With `freshness`, a response
    that is still fresh is not made again. `sunsets` maps a platform's name to the timestamp of its end.
    `pages` makes the routes of a platform's pages for people. `admit` runs before a body is read. Raises
    `Mistake` for a document that
    cannot be served, `ValueError` for a host or a sunset of an unknown platform.
    """
    memory = Memory(freshness) if freshness is not None else None
    ends = dict(sunsets or {})
    if unknown := ends.keys() - {platform.name for platform in platforms}:
        raise ValueError(f"Sunsets are set for unknown platforms: {', '.join(sorted(unknown))}.")
    platforms = [each.until(ends[each.name]) if each.name in ends else each for each in platforms]
    routers = {each.name: router(each, schema, execute, memory, pages, admit) for each in platforms}
    bound = dict(hosts or {})
    if unknown := bound.keys() - routers.keys():
        raise ValueError(f"Hosts are bound to unknown platforms: {', '.join(sorted(unknown))}.")
    by_name = {platform.name: platform for platform in platforms}
    return [
        *(
            At(prefix, routers[name], host)
            for name, host in bound.items()
            for prefix in (by_name[name].prefix, *by_name[name].mounts)
        ),
        *(Below(f"/{name}", app=app) for name, app in routers.items()),
        *(
            At(prefix, routers[each.name])
            for each in platforms
            if each.root_prefix
            for prefix in (*each.mounts, each.root_prefix)
        ),
    ]


def router(
    platform: Platform,
    schema: GraphQLSchema,
    execute: Execute,
    memory: Memory | None = None,
    pages: Pages | None = None,
    admit: Admit | None = None,
) -> ASGIApp:
    """Return the application of one platform: all paths that are documented or served.

    Validated documents are loaded at the first request, others immediately, so that a `Mistake` stops the
    start.
    """
    made = partial(_router, platform, schema, execute, memory, pages, admit)
    return Lazy(made) if is_validated(platform.folder) else made()


class Lazy:
    """ASGI application that is made at its first request."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self.make = make
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.app is None:
            self.app = self.make()
        await self.app(scope, receive, send)


def _router(
    platform: Platform,
    schema: GraphQLSchema,
    execute: Execute,
    memory: Memory | None,
    pages: Pages | None,
    admit: Admit | None,
) -> ASGIApp:
    operations = load(platform.folder, platform.prefix, schema)
    served: dict[str, dict[str, Operation]] = {}
    gaps: dict[str, set[str]] = {}
    for operation in operations:
        platform.dialect.verify(operation)
        served.setdefault(operation.path, {})[operation.method] = operation
    for row in platform.rows:
        if row.state is State.OPEN:
            gaps.setdefault(row.template, set()).add(row.method)
    found: list[BaseRoute] = [Route("/openapi.json", described(platform, schema))]
    if pages is not None:
        found += pages(platform, operations)
    dialect = platform.dialect
    fallback = StarletteRouter(found, redirect_slashes=False, default=UnknownPath(dialect))
    made = Router(fallback, escapes_slashes=dialect.escapes_slashes, slash_optional=dialect.slash_optional)
    for path in {*served, *gaps}:
        own, open_ = served.get(path, {}), frozenset(gaps.get(path, ()))
        endpoint = Endpoint(path, platform.dialect, execute, own, open_, memory, admit)
        largest = dialect.largest_body([*served.get(path, {}).values()])
        made.add(path, RequestBodyLimitMiddleware(endpoint, max_body_size=largest))
    return made


def described(platform: Platform, schema: GraphQLSchema) -> Callable[[Request], Awaitable[Response]]:
    """Return a handler that serves the platform's OpenAPI description, made at its first request."""

    @cache
    def made() -> bytes:
        from rest.openapi import description

        return orjson.dumps(description(platform, schema))

    async def answer(request: Request) -> Response:
        return public(request, Response(made(), media_type="application/json"))

    return answer


class UnknownPath:
    """Responds to unknown paths below a platform's path."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
            return
        request = Request(scope, receive)
        response = self.dialect.refused(request, Refusal("NOT_FOUND"))
        self.dialect.finish(request, response)
        await response(scope, receive, send)


class Below(Mount):
    """A mount that also serves paths with line breaks, which Starlette's mount does not match."""

    def __init__(self, path: str, app: ASGIApp) -> None:
        super().__init__(path, app)
        self.path_regex = re.compile(self.path_regex.pattern, re.DOTALL)


class At(BaseRoute):
    """Paths that begin with `prefix`, on one host or on any; unlike `Mount`, it does not change the path."""

    def __init__(self, prefix: str, app: ASGIApp, host: str | None = None) -> None:
        self.prefix = prefix
        self.app = app
        self.host = host

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http":
            return Match.NONE, {}
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path != self.prefix and not path.startswith(f"{self.prefix}/"):
            return Match.NONE, {}
        if self.host is not None and Request(scope).url.hostname != self.host.lower():
            return Match.NONE, {}
        return Match.FULL, {"endpoint": self.app}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> Any:
        raise NoMatchFound(name, path_params)
