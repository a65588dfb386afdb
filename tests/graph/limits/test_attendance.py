"""Operations that nobody waits for are stopped with their statements; so are those that take too long."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import psycopg
import pytest
import uvicorn
from psycopg.sql import SQL, Identifier
from starlette.routing import Route
from starlette.types import Message

from app import Scholagraph
from graph.declaring.schema import public_schema
from graph.http.endpoint import GraphQLEndpoint
from graph.http.open_connections import Streams
from graph.limits.attendance import PATIENCE, Attendance, ClientLeft
from graph.limits.gate import AdmissionControl
from models.postgres.database import Database
from models.postgres.migrate import migrate
from resolvers.events.feed import Feed
from resolvers.operations.errors import Unavailable
from serving.finish import Finish
from serving.health import alive
from serving.metrics import metrics
from serving.server import listen
from settings.environment import Settings
from tests.serving.acknowledged_writes import call_of
from tests.serving.conftest import signed_in
from tests.world import World

QUERY = {"query": "{ courses { nodes { id } } }"}
CALLS = {"courses": QUERY, "tickets": call_of("a title")}
"""What waits where a table is locked: a read, a mutation."""

SOON = 1.0
"""Seconds within which what nobody waits for is stopped."""

WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND state = 'active'
"""
PATIENT = 100
"""Times that a test looks again, 50 ms apart."""


@pytest.fixture(scope="module")
def url(make_database: Callable[[], str]) -> str:
    """A database whose tables the tests here may lock."""
    made = make_database()
    migrate(made)
    return made


@asynccontextmanager
async def opened(url: str, **options: Any) -> AsyncIterator[Database]:
    database = Database(url, **options)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def locked(url: str, table: str = "courses") -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """A table that nobody can read or write meanwhile; the connection beside tells who waits."""
    beside = await psycopg.AsyncConnection.connect(url, autocommit=True)
    async with beside, await psycopg.AsyncConnection.connect(url) as holder:
        await holder.execute(SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(Identifier(table)))
        yield beside
        await holder.rollback()


async def comes_to(beside: psycopg.AsyncConnection[Any], count: int) -> None:
    """Waits until so many statements wait for the lock."""
    for _ in range(PATIENT):
        found = await (await beside.execute(WAITING)).fetchone()
        if found == (count,):
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"There are never {count} statements that wait.")


def application(database: Database, **settings: Any) -> Scholagraph:
    chosen = Settings(**settings)
    routes = [Route("/healthz", alive), Route("/metrics", metrics)]
    app = Scholagraph(
        {"/graphql": GraphQLEndpoint(public_schema, chosen, AdmissionControl(chosen), Finish(chosen.cors))},
        routes=routes,
    )
    app.state.database = database
    app.state.streams = Streams(Feed(database))
    return app


def client_of(app: Scholagraph) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


@pytest.mark.parametrize("table", CALLS)
async def test_a_client_that_leaves_has_its_statements_cancelled(url: str, table: str) -> None:
    listener = listen(Settings(port=0))
    listener.listen()
    body = orjson.dumps(CALLS[table])
    async with opened(url, pool_size=1) as database:
        headers = await signed_in(World(database))
        async with locked(url, table) as beside:
            config = uvicorn.Config(application(database), log_level="warning", lifespan="off")
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            try:
                _, writer = await asyncio.open_connection(*listener.getsockname())
                writer.write(
                    b"POST /graphql HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
                    b"Authorization: %b\r\nContent-Length: %d\r\n\r\n%b"
                    % (headers["authorization"].encode(), len(body), body)
                )
                await comes_to(beside, 1)
                writer.close()
                left = time.monotonic()
                await comes_to(beside, 0)
                assert time.monotonic() - left < SOON
            finally:
                server.should_exit = True
                await serving
        assert await database.fetch("SELECT 1", {}) == [(1,)]
        assert database.figures() == {"connections": 1, "free": 1, "waiting": 0}


@pytest.mark.parametrize(("options", "settings"), [({}, {"deadline": 0.3}), ({"statement_timeout": 0.2}, {})])
async def test_what_takes_too_long_is_stopped(
    url: str, options: dict[str, Any], settings: dict[str, Any]
) -> None:
    async with opened(url, **options) as database, locked(url) as beside:
        answer = await client_of(application(database, **settings)).post("/graphql", json=QUERY)
        await comes_to(beside, 0)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["TIMEOUT"]


async def test_waiting_for_a_connection_has_an_end(url: str) -> None:
    async with opened(url, pool_size=1, pool_wait=0.2) as database, locked(url) as beside:
        client = client_of(application(database))
        first = asyncio.create_task(client.post("/graphql", json=QUERY))
        await comes_to(beside, 1)
        answer = await client.post("/graphql", json=QUERY)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["POOL_TIMEOUT"]


async def test_many_more_clients_than_connections(url: str) -> None:
    """Each is answered when the wait for a connection is over, and what asks for none meanwhile."""
    async with opened(url, pool_size=2, pool_wait=0.5) as database, locked(url) as beside:
        app = application(database, limits="measure", deadline=2.0)
        async with client_of(app) as client:
            asking = [asyncio.create_task(client.post("/graphql", json=QUERY)) for _ in range(100)]
            await comes_to(beside, 2)
            for path in ("/healthz", "/metrics"):
                async with asyncio.timeout(SOON):
                    assert (await client.get(path)).status_code == 200
            answers = await asyncio.gather(*asking)
        await comes_to(beside, 0)
        async with asyncio.timeout(20):  # the pool connects anew, then clears its queue
            while database.figures()["waiting"]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    told = Counter(error["extensions"]["code"] for answer in answers for error in answer.json()["errors"])
    assert {answer.status_code for answer in answers} == {503}
    assert {answer.headers["retry-after"] for answer in answers} == {"2"}
    assert (told["POOL_TIMEOUT"], told["TIMEOUT"]) == (98, 2)


async def never() -> None:
    await asyncio.Event().wait()


async def test_a_deadline() -> None:
    with pytest.raises(Unavailable, match=r"longer than 0\.01 seconds"), Attendance(None, 0.01):
        await never()
    await asyncio.sleep(0)  # the task goes on


async def test_a_client_that_leaves() -> None:
    messages = iter(["http.request", "http.disconnect"])

    async def receive() -> Message:
        return {"type": next(messages)}

    with pytest.raises(ClientLeft), Attendance(receive, 10):
        await never()


async def test_what_is_done_in_time_is_left_alone() -> None:
    with Attendance(None, 0.01):
        await asyncio.sleep(0)
    await asyncio.sleep(0.03)


async def test_a_cancellation_from_elsewhere_stays_one() -> None:
    async def attended() -> None:
        with Attendance(None, 10):
            await never()

    task = asyncio.create_task(attended())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("before", [0.0, 2 * PATIENCE], ids=["at once", "later"])
async def test_what_has_a_time_of_its_own_is_not_counted(before: float) -> None:
    done = []

    async def operation() -> None:
        with Attendance(None, 8 * PATIENCE) as attendance:
            await asyncio.sleep(before)
            with attendance.paused():
                await asyncio.sleep(9 * PATIENCE)
            done.append("paused")
            await asyncio.sleep(PATIENCE)
            done.append("still in time")
            await asyncio.sleep(9 * PATIENCE)
            done.append("late")

    with pytest.raises(Unavailable):
        await operation()
    assert done == ["paused", "still in time"]


async def test_nobody_is_stopped_after_the_end() -> None:
    """A part of an operation that is left behind ends its pause later."""
    with Attendance(None, 2 * PATIENCE) as attendance:
        paused = attendance.paused()
        paused.__enter__()
        await asyncio.sleep(1.5 * PATIENCE)
    paused.__exit__(None, None, None)
    await asyncio.sleep(3 * PATIENCE)
