"""What tests share: a PostgreSQL cluster of their own, a builder of test data, a way to ask."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
import uvloop
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from graph.declaring.schema import public_schema
from graph.execution.execute import is_mutation, prepare, run
from graph.limits.figures import TRUSTED, measured
from models.postgres.base import new_id
from models.postgres.cluster import PostgresCluster
from models.postgres.database import Database
from models.postgres.migrate import migrate
from resolvers.access.viewer import Viewer
from resolvers.operations.context import Context
from settings.environment import settings
from tests.world import World

ANONYMOUS = Viewer()
UNLIMITED = measured(TRUSTED)
"""Tests of the graph may ask for more at once than clients."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[PostgresCluster]:
    """PostgreSQL for the whole run, with the binaries that `SCHOLAGRAPH_POSTGRES` chooses."""
    with PostgresCluster.temporary(settings().postgres) as running:
        yield running


@pytest.fixture(scope="session")
def migrated(cluster: PostgresCluster) -> str:
    """URL of a database in its newest form, shared by all tests that bring their own rows."""
    migrate(cluster.url)
    return cluster.url


@pytest.fixture(scope="session")
def make_database(cluster: PostgresCluster) -> Callable[[], str]:
    """Makes an empty database of its own for a test and tells its URL."""
    engine = create_engine(
        make_url(cluster.url).set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
        poolclass=NullPool,
    )

    def make() -> str:
        name = f"test_{new_id().replace('-', '')}"
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return make_url(cluster.url).set(database=name).render_as_string(hide_password=False)

    return make


@pytest.fixture(scope="session")
async def database(migrated: str) -> AsyncIterator[Database]:
    """Connections to the shared database."""
    opened = Database(migrated, pool_size=8)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def patient(migrated: str) -> AsyncIterator[Database]:
    """The shared database, on which nobody gives up waiting for one of its few connections."""
    opened = Database(migrated, pool_size=8, pool_wait=120.0)
    await opened.open()
    yield opened
    await opened.close()


@asynccontextmanager
async def fresh(make_database: Callable[[], str]) -> AsyncIterator[Database]:
    """A database in its newest form, with nothing in it."""
    url = make_database()
    migrate(url)
    opened = Database(url, pool_size=4)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def lone_database(make_database: Callable[[], str]) -> AsyncIterator[Database]:
    """A database that one test has for itself, for lists of all there is."""
    async with fresh(make_database) as database:
        yield database


@pytest.fixture
def world(database: Database) -> World:
    """Builder of rows in the shared database."""
    return World(database)


@dataclass(frozen=True)
class Answer:
    """What an operation answered, and the statements that it took."""

    data: Any
    errors: list[dict[str, Any]]
    statements: list[str]


class Ask:
    """Runs operations; `await ask(document, viewer, **variables)`.

    What goes well is asked again as `/graphql` does, with JSON that PostgreSQL writes where that pays.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    async def __call__(self, document: str, viewer: Viewer = ANONYMOUS, **variables: Any) -> Answer:
        prepared = prepare(public_schema, document, UNLIMITED)
        context = Context(self.database, viewer)
        result = await run(public_schema, prepared, context, variables)
        if not result.errors and not is_mutation(prepared, None):
            again = await run(
                public_schema, prepared, Context(self.database, viewer), variables, as_text=True
            )
            assert orjson.loads(orjson.dumps(again.data)) == result.data, "PostgreSQL wrote something else"
        errors = [dict(error.formatted) for error in result.errors or []]
        return Answer(result.data, errors, context.statements)

    async def data(self, document: str, viewer: Viewer = ANONYMOUS, **variables: Any) -> Any:
        """The data of an operation that must go well."""
        answer = await self(document, viewer, **variables)
        assert not answer.errors, answer.errors
        return answer.data


@pytest.fixture
def ask(database: Database) -> Ask:
    """Asks the shared database."""
    return Ask(database)


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Tests run on the loop that the server runs on: in what it does at the edges, it is another."""
    del config, item
    return {"uvloop": uvloop.new_event_loop}


def pytest_configure(config: pytest.Config) -> None:
    """Tests never read the settings of whoever runs them, but for the choice of PostgreSQL."""
    del config
    kept = {"SCHOLAGRAPH_POSTGRES"}
    for name in [name for name in os.environ if name.startswith("SCHOLAGRAPH_") and name not in kept]:
        del os.environ[name]
