"""A database that only reads, as a standby does: reads are served, writes are refused in one sentence."""

import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingest.fetch import Network
from ingest.worker import Worker
from models.postgres.database import Database
from models.postgres.migrate import migrate
from models.storage.objects import FileStore
from tests.serving.conftest import signed_in
from tests.serving.whole_server import Serving, serving
from tests.world import World

READ = "{ viewer { username } courses(first: 1) { nodes { title } } }"
WRITE = 'mutation { createToken(input: {label: "x"}) { secret } }'
MESSAGE = "The database is read-only: only reads are served."


@pytest.fixture
async def standby(
    make_database: Callable[[], str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[tuple[Serving, dict[str, str], str]]:
    """A server on a read-only database, the headers of a learner, and the URL of the database."""
    url = make_database()
    migrate(url)
    database = Database(url, pool_size=1)
    await database.open()
    await World(database).course(title="Bees")
    headers = await signed_in(World(database))
    await database.close()
    with psycopg.connect(url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
    with caplog.at_level(logging.WARNING):
        migrate(url)
    assert caplog.messages == [f"Database {name} is read-only: reads are served, and writes are refused."]
    async with serving(url, tmp_path) as served:
        yield served, headers, url


async def test_reads_are_served_and_writes_are_refused(standby: tuple[Serving, dict[str, str], str]) -> None:
    served, headers, _ = standby
    async with served.client(headers) as client:

        async def ask(query: str) -> tuple[int, Any]:
            answer = await client.post("/graphql", json={"query": query})
            return answer.status_code, answer.json()

        assert (await client.get("/readyz")).status_code == 200
        status, body = await ask(READ)
        assert (status, "errors" in body) == (200, False)
        assert body["data"]["viewer"] is not None
        status, body = await ask(WRITE)
        assert status == 503
        assert [each["message"] for each in body["errors"]] == [MESSAGE]
        assert body["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"
        courses = await client.get("/xikolo/api/v2/courses")
        assert (courses.status_code, len(courses.json()["data"])) == (200, 1)


async def test_a_worker_waits_until_it_may_write(
    standby: tuple[Serving, dict[str, str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.nice", lambda _: 0)
    _, _, url = standby
    looks = list[float]()

    async def sleep(seconds: float) -> None:
        looks.append(seconds)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER DATABASE {connection.info.dbname} RESET ALL".encode())

    monkeypatch.setattr("ingest.worker.asyncio.sleep", sleep)
    worker = Worker(
        url, Database(url), FileStore.in_folder(tmp_path / "store"), tmp_path / "w", Network("internet")
    )
    await worker._writable()
    assert looks == [5.0]
