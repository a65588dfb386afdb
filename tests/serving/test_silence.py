"""PostgreSQL says nothing more, as behind a network that swallows all: whoever asks is told so in time."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import make_url, text
from websockets.exceptions import ConnectionClosed

from models.postgres import connection
from models.postgres.base import new_id
from models.postgres.cluster import PostgresCluster
from models.postgres.connection import Silent
from models.postgres.database import Database
from models.postgres.server_processes import servers
from tests.serving.acknowledged_writes import WRITE, call_of
from tests.serving.conftest import signed_in
from tests.serving.whole_server import Serving, say, serving
from tests.world import World

BRIEF = {"statement_timeout": 0.3, "pool_wait": 0.3, "deadline": 2.0, "pool_size": 1}
BOUND = 6.0
"""Seconds in which whoever asks is answered: twice what the settings above come to, as machines are busy."""

CODES = {"TIMEOUT", "POOL_TIMEOUT", "SERVICE_UNAVAILABLE"}
OTHERS = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


@pytest.fixture
async def served(
    own_cluster: PostgresCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Serving]:
    monkeypatch.setattr(connection, "SILENCE", 0.3)
    async with serving(own_cluster.url, tmp_path, **BRIEF) as running:
        yield running


@pytest.fixture
async def client(own_cluster: PostgresCluster, served: Serving) -> AsyncIterator[httpx.AsyncClient]:
    database = Database(own_cluster.url, pool_size=1)
    await database.open()
    headers = await signed_in(World(database))
    await database.close()
    async with served.client(headers) as found:
        yield found


@contextmanager
def stopped(*pids: int) -> Iterator[None]:
    """Processes that are as if asleep until the block ends."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def silent(cluster: PostgresCluster) -> AsyncIterator[None]:
    """All of PostgreSQL, the process that takes connections too."""
    async with await psycopg.AsyncConnection.connect(cluster.url, autocommit=True) as beside:
        backends = [pid for (pid,) in await (await beside.execute(OTHERS)).fetchall()]
    (postmaster,) = servers(cluster.name)
    assert backends
    with stopped(postmaster, *backends):
        yield


async def comes_back(client: httpx.AsyncClient) -> None:
    """Writes are done again."""
    call = call_of(new_id())
    async with asyncio.timeout(20):
        while True:
            answer = await client.post("/graphql", json=call)
            if answer.status_code == 200:
                assert answer.json()["data"]["createTicket"]["userErrors"] == []
                return
            await asyncio.sleep(0.05)


REQUESTS: dict[str, tuple[str, str, Any]] = {
    "a query": ("POST", "/graphql", {"query": "{ viewer { id } }"}),
    "a query by GET": ("GET", "/graphql?query={__typename}", None),
    "a mutation": ("POST", "/graphql", {"query": WRITE, "variables": {"title": "t", "key": "k"}}),
    "a document by its hash": (
        "POST",
        "/graphql",
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}},
    ),
    "entities": ("POST", "/subgraph", {"query": "{ _service { sdl } }"}),
    "a REST route": ("GET", "/xikolo/api/v2/courses", None),
    "a record store": ("GET", "/xapi/statements", None),
    "whether it can work": ("GET", "/readyz", None),
}


@pytest.mark.parametrize("what", REQUESTS)
async def test_who_asks_is_answered_in_time(
    own_cluster: PostgresCluster, served: Serving, client: httpx.AsyncClient, what: str
) -> None:
    method, path, body = REQUESTS[what]
    await comes_back(client)
    async with silent(own_cluster):
        began = time.monotonic()
        answer = await client.request(
            method, path, json=body, headers={"x-experience-api-version": "1.0.3"}, timeout=BOUND
        )
        took = time.monotonic() - began
        alive = await client.get("/healthz")
        figures = await client.get("/metrics")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert took < BOUND
    if body is not None:
        assert answer.json()["errors"][0]["extensions"]["code"] in CODES
    assert (alive.status_code, figures.status_code) == (200, 200)
    await comes_back(client)


async def test_a_socket_that_begins_is_closed_with_when_to_come_back(
    own_cluster: PostgresCluster, served: Serving, client: httpx.AsyncClient
) -> None:
    await comes_back(client)
    async with served.socket() as socket, silent(own_cluster):
        await say(socket, type="connection_init", payload=dict(client.headers))
        async with asyncio.timeout(BOUND):
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1013, "The database needed too long.")
    await comes_back(client)


async def test_a_network_that_swallows_all_is_noticed_by_writes_and_reads(
    own_cluster: PostgresCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SILENCE", 0.1)
    monkeypatch.setattr(connection, "PATIENCE", 0.5)
    async with swallowing(own_cluster) as (url, swallow):
        database = Database(url, pool_size=1, statement_timeout=0.2)
        await database.open()
        async with asyncio.timeout(BOUND):
            with pytest.raises(Silent):
                await write(database, swallow)
            swallow.clear()
            assert await database.fetch("SELECT 3", {}) == [(3,)]
            swallow.set()
            with pytest.raises(Silent):
                await database.fetch("SELECT 4", {})
            swallow.clear()
            assert await database.fetch("SELECT 5", {}) == [(5,)]
        await database.close()


async def write(database: Database, swallow: asyncio.Event) -> None:
    async with database.transaction() as session:
        await session.execute(text("SELECT 1"))
        swallow.set()
        await session.execute(text("SELECT 2"))


@asynccontextmanager
async def swallowing(cluster: PostgresCluster) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """URL of the cluster by TCP; what its connections carry is lost from the moment that the event is set."""
    swallow, tasks = asyncio.Event(), set[asyncio.Task[None]]()
    url = make_url(cluster.url)

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lost: list[bool]) -> None:
        with closing(writer):
            while piece := await reader.read(65536):
                lost[0] |= swallow.is_set()
                if not lost[0]:
                    writer.write(piece)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_unix_connection(f"{url.query['host']}/.s.PGSQL.{url.query['port']}")
        lost = [False]
        for task in (carry(reader, there[1], lost), carry(there[0], writer, lost)):
            tasks.add(asyncio.create_task(task))

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        yield url.set(host=host, port=port, query={}).render_as_string(hide_password=False), swallow
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
