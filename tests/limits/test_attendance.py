"""Operations that nobody waits for are stopped with their statements; so are those that take too long."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import psycopg
import pytest
import uvicorn
from starlette.types import Message

from app import Application
from graph.http.endpoint import GraphQLEndpoint
from graph.limits.attendance import PATIENCE, Attendance, ClientLeft
from graph.limits.gate import Gate
from graph.schema import public_schema
from models.database import Database
from models.migrate import migrate
from resolvers.errors import Unavailable
from server import listen
from settings import Settings

QUERY = {"query": "{ courses { nodes { id } } }"}
BODY = b'{"query": "{ courses { nodes { id } } }"}'
REQUEST = (
    b"POST /graphql HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
)
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
async def locked(url: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """Courses, which nobody can read meanwhile; the connection beside tells who waits."""
    beside = await psycopg.AsyncConnection.connect(url, autocommit=True)
    async with beside, await psycopg.AsyncConnection.connect(url) as holder:
        await holder.execute("LOCK TABLE courses IN ACCESS EXCLUSIVE MODE")
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


def application(database: Database, **settings: Any) -> Application:
    chosen = Settings(**settings)
    app = Application({"/graphql": GraphQLEndpoint(public_schema, chosen, Gate(chosen))})
    app.state.database = database
    return app


def client_of(app: Application) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def test_a_client_that_leaves_has_its_statements_cancelled(url: str) -> None:
    listener = listen(Settings(port=0))
    listener.listen()
    async with opened(url) as database, locked(url) as beside:
        config = uvicorn.Config(application(database), log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            _, writer = await asyncio.open_connection(*listener.getsockname())
            writer.write(REQUEST)
            await comes_to(beside, 1)
            writer.close()
            await comes_to(beside, 0)
        finally:
            server.should_exit = True
            await serving


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
