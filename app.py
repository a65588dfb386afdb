"""The ASGI application: the endpoint of each path."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import psycopg
from psycopg_pool import PoolTimeout
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.declaring.schema import public_schema
from graph.federation.subgraph import subgraph_schema
from graph.http.asker import EXPIRED_EVERY, REVIEWED_EVERY
from graph.http.endpoint import GraphQLEndpoint
from graph.http.open_connections import Streams
from graph.http.reservation import Reservations
from graph.http.subgraph import SubgraphEndpoint
from graph.limits.gate import AdmissionControl
from ingest.fetch import Network
from ingest.intake import FileIntake
from models.events.event import CHANNEL
from models.people.token import ACCESS_CHANNEL
from models.postgres.database import Database
from models.postgres.listener import Listener
from models.storage.objects import FileStore
from resolvers.commands import idempotent_write
from resolvers.community.announcement import tell_published
from resolvers.events.event import sweep
from resolvers.events.feed import Feed
from resolvers.learning.submission import hand_in_ended
from resolvers.operations.budget import forget
from resolvers.operations.housekeeping import Housekeeping
from resolvers.operations.table_change import SWEPT_EVERY, sweeping
from resolvers.packages.launch_link import forget_looks
from rest.freshness import ByTables
from rest.in_process import admit, execute_in_process
from rest.operation import Operation
from rest.platform import PLATFORMS, Platform
from rest.route import routes
from runtime.origin import PlayerOrigin
from runtime.player import player_routes
from runtime.xapi.resources import xapi_routes
from serving.envelope import Envelope
from serving.files import file_routes
from serving.finish import Finish
from serving.health import alive, away, ready
from serving.landing import PlatformSummary, landing_page
from serving.metrics import MetricsEndpoint
from serving.pages import DemoViewer, graphiql_page, read_bundle, wants_page, web_files
from serving.peer import is_on_this_machine
from serving.platform_pages import page_routes
from serving.uploads import upload_routes
from settings.environment import ROOT, Settings

TALK = ("http", "websocket")
"""ASGI scope types that direct endpoints serve."""


class Scholagraph(Starlette):
    """Starlette's routing, except for the `direct` paths: the busiest, which no middleware precedes."""

    def __init__(self, direct: Mapping[str, ASGIApp], **options: Any) -> None:
        super().__init__(**options)
        self.direct = direct

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request."""
        if scope["type"] in TALK and (endpoint := self.direct.get(scope["path"])) is not None:
            scope["app"] = self
            await endpoint(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(
    settings: Settings,
    database_url: str,
    objects: FileStore,
    viewers: Sequence[DemoViewer] = (),
    examples: Mapping[str, object] | None = None,
) -> Starlette:
    """Return the application on a migrated database.

    `objects` stores the files of courses. `viewers` and `examples` are for demo data: tokens that GraphiQL
    offers to a developer on this machine, and values for the variables of its first tabs.
    """

    intake = FileIntake(objects, settings.scratch, Network(settings.network))
    gate = AdmissionControl(settings, intake)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        database = Database(
            database_url,
            settings.pool_size,
            pool_wait=settings.pool_wait,
            statement_timeout=settings.statement_timeout,
        )
        await database.open()
        app.state.database = database
        app.state.objects = objects
        app.state.gate = gate
        app.state.feed = feed = Feed(database)
        app.state.streams = Streams(feed)
        app.state.reservations = Reservations(app.state.streams)
        askers = app.state.streams.askers
        listener = Listener(
            database_url, {CHANNEL: feed.wake, ACCESS_CHANNEL: partial(askers.notice, database)}
        )
        housekeeping = Housekeeping(
            database,
            [
                (600, sweep),
                (600, forget),
                (600, forget_looks),
                (600, idempotent_write.forget),
                (2, tell_published),
                (REVIEWED_EVERY, askers.review),
                (EXPIRED_EVERY, askers.expire),
                (15, hand_in_ended),
                (SWEPT_EVERY, sweeping()),
            ],
        )
        async with AsyncExitStack() as opened:
            for each in (feed, listener, housekeeping):
                each.open()
                opened.push_async_callback(each.close)
            opened.push_async_callback(askers.close)
            yield
        await gate.budgets.close()
        await database.close()

    bundle = read_bundle()
    finish = Finish(settings.cors)
    public = GraphQLEndpoint(public_schema, settings, gate, finish, settings.documents)
    origins = PlayerOrigin(settings.player_origin)

    async def graphql(scope: Scope, receive: Receive, send: Send) -> None:
        if settings.has_graphiql and scope["type"] == "http" and wants_page(Request(scope)):
            await page.app(scope, receive, send)
        else:
            await public(scope, receive, send)

    async def graphiql(request: Request) -> Response:
        is_offered = settings.offers_accounts and is_on_this_machine(request.scope)
        return graphiql_page(bundle, viewers=viewers if is_offered else (), variables=examples or {})

    page = origins.page(Route("/graphql", graphiql))

    async def landing(request: Request) -> Response:
        counted = [
            PlatformSummary(
                each.title, each.page, f"/{each.name}{each.prefix}", counts.served, counts.documented
            )
            for each in PLATFORMS
            for counts in [each.coverage]
        ]
        return landing_page(counted, origin=str(request.base_url), has_graphiql=settings.has_graphiql)

    def pages(platform: Platform, operations: Sequence[Operation]) -> list[Route]:
        return [origins.page(route) for route in page_routes(platform, operations)]

    return Scholagraph(
        {
            "/graphql": graphql,
            "/subgraph": SubgraphEndpoint(subgraph_schema(settings.subgraph_rules), settings, gate, finish),
        },
        routes=[
            origins.page(Route("/", landing)),
            *([Route("/schema.graphql", schema)] if settings.has_graphiql else []),
            Route("/healthz", alive),
            Route("/readyz", ready),
            Route("/metrics", MetricsEndpoint(settings.metrics_token).__call__),
            web_files(),
            *xapi_routes(objects, settings.player_origin),
            *player_routes(objects, read_bundle(source="src/player/main.js"), settings.player_origin),
            *file_routes(objects, execute_in_process),
            *upload_routes(objects),
            *routes(
                public_schema,
                execute_in_process,
                settings.hosts,
                freshness=ByTables(),
                sunsets=settings.sunsets,
                pages=pages,
                admit=admit,
            ),
        ],
        middleware=[Middleware(Envelope, finish.origins)],
        exception_handlers={PoolTimeout: away, psycopg.OperationalError: away},
        lifespan=lifespan,
    )


async def schema(_: Request) -> Response:
    """Return the public schema as text."""
    return FileResponse(ROOT / "schema.graphql", media_type="text/plain; charset=utf-8")
