"""A client of `/graphql`, as over the wire."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from app import Scholagraph
from graph.declaring.schema import public_schema
from graph.http.endpoint import GraphQLEndpoint
from graph.http.open_connections import Streams
from graph.http.reservation import Reservations
from graph.limits.gate import AdmissionControl
from models.people.token import Token
from models.postgres.base import new_id
from models.postgres.cluster import PostgresCluster
from models.postgres.database import Database
from models.postgres.migrate import migrate
from resolvers.access.viewer import hashed
from resolvers.events.feed import Feed
from serving.finish import Finish
from settings.environment import Settings, settings
from tests.world import World

Connect = Callable[..., httpx.AsyncClient]


@pytest.fixture
def connect(database: Database) -> Connect:
    """Makes a client of an endpoint with these settings; what goes wrong unexpectedly is an answer, too."""

    def make(**given: Any) -> httpx.AsyncClient:
        chosen = Settings(**given)
        app = Scholagraph(
            {
                "/graphql": GraphQLEndpoint(
                    public_schema, chosen, AdmissionControl(chosen), Finish(chosen.cors), chosen.documents
                )
            }
        )
        app.state.database = database
        app.state.streams = Streams(Feed(database))
        app.state.reservations = Reservations(app.state.streams)
        own_address = (f"test {new_id()}", 1)  # with a budget of its own
        transport = httpx.ASGITransport(app, client=own_address)
        return httpx.AsyncClient(transport=transport, base_url="http://test")

    return make


@pytest.fixture
def client(connect: Connect) -> httpx.AsyncClient:
    """A client of an endpoint with usual settings."""
    return connect()


@pytest.fixture(scope="module")
def own_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresCluster]:
    """A durable PostgreSQL that a module ends as it likes."""
    with PostgresCluster.start(tmp_path_factory.mktemp("cluster") / "home", settings().postgres) as cluster:
        migrate(cluster.url)
        yield cluster


async def signed_in(world: World, *, is_staff: bool = False) -> dict[str, str]:
    """The headers of somebody who is signed in."""
    user = await world.user(is_staff=is_staff)
    secret = new_id().replace("-", "")
    await world.add(Token(id=new_id(), user_id=user.id, hash=hashed(secret), label="test"))
    return {"authorization": f"Bearer {secret}"}
