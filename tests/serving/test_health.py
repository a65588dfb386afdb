"""Whether the process lives and can work."""

from collections.abc import Callable

import httpx
from psycopg import OperationalError
from psycopg_pool import PoolTimeout
from starlette.applications import Starlette
from starlette.routing import Route

from graph.http.open_connections import Streams
from models.postgres.database import Database
from resolvers.events.feed import Feed
from serving.health import alive, away, ready


def client_of(database: Database, streams: Streams | None = None) -> httpx.AsyncClient:
    app = Starlette(
        routes=[Route("/healthz", alive), Route("/readyz", ready)],
        exception_handlers={PoolTimeout: away, OperationalError: away},
    )
    app.state.database = database
    app.state.streams = streams or Streams(Feed(database))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def change(database: Database, revision: str) -> None:
    sql = "UPDATE alembic_version SET version_num = %(revision)s RETURNING 1"
    await database.fetch(sql, {"revision": revision})


async def test_a_database_in_its_newest_form_is_ready(database: Database) -> None:
    client = client_of(database)
    for path in ("/healthz", "/readyz"):
        answer = await client.get(path)
        assert (answer.status_code, answer.text) == (200, "ok\n")


async def test_a_database_that_is_behind_is_not_but_one_ahead_is(lone_database: Database) -> None:
    client = client_of(lone_database)
    await change(lone_database, "0001")
    behind = await client.get("/readyz")
    assert (behind.status_code, behind.headers["retry-after"]) == (503, "2")
    assert "lacks migrations" in behind.text
    await change(lone_database, "9999")
    assert (await client.get("/readyz")).status_code == 200


async def test_a_database_that_was_never_migrated_is_not(make_database: Callable[[], str]) -> None:
    empty = Database(make_database(), pool_size=1)
    await empty.open()
    answer = await client_of(empty).get("/readyz")
    await empty.close()
    assert answer.status_code == 503


async def test_a_process_that_ends_lives_but_wants_no_more_work(database: Database) -> None:
    streams = Streams(Feed(database))
    streams.leave()
    client = client_of(database, streams)
    assert (await client.get("/healthz")).status_code == 200
    assert (await client.get("/readyz")).status_code == 503


async def test_a_process_lives_without_its_database() -> None:
    client = client_of(Database("postgresql://nowhere.invalid/none", pool_size=1))
    assert (await client.get("/healthz")).status_code == 200
