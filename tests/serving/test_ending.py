"""The server is told to end while clients ask, write and listen: none fails, listeners go on elsewhere."""

import asyncio
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from models.postgres.base import new_id
from settings.environment import ROOT
from tests.conftest import Ask
from tests.serving.acknowledged_writes import call_of
from tests.serving.whole_server import PROTOCOL, VISITED, greet, hear, learner, say, serving
from tests.world import World

BOUND = 20.0
"""Seconds within which the server has ended."""

WHO = {"query": "{ viewer { id } }"}
LOCKED = {"query": "{ courses(first: 1) { nodes { id } } }"}


@asynccontextmanager
async def process(url: str, home: Path) -> AsyncIterator[tuple[Process, str]]:
    """`scholagraph serve` on the database at `url`, and its address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    environment = {
        **os.environ,
        "PORT": str(port),
        "SCHOLAGRAPH_DATABASE_URL": url,
        "SCHOLAGRAPH_HOME": str(home),
        "SCHOLAGRAPH_WORKER": "apart",
    }
    command = [sys.executable, str(ROOT / "cli.py"), "serve"]
    started = await asyncio.create_subprocess_exec(*command, env=environment, stdout=PIPE)
    try:
        assert started.stdout
        async with asyncio.timeout(60):
            assert b"ready" in await started.stdout.readline()
        yield started, f"127.0.0.1:{port}"
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


async def ask_on(client: httpx.AsyncClient, call: object, told: Counter[str]) -> None:
    """Ask one after the other until an answer says that its connection ends, as a load balancer would."""
    while True:
        try:
            answer = await client.post("/graphql", json=call_of(new_id()) if call is None else call)
        except httpx.TransportError as error:
            told[type(error).__name__] += 1
            return
        told["failed" if answer.status_code != 200 or "errors" in answer.json() else "answered"] += 1
        if answer.headers.get("connection") == "close":
            told["sent away"] += 1
            return


async def test_who_asks_is_answered_and_who_listens_goes_on_elsewhere(
    migrated: str, world: World, ask: Ask, tmp_path: Path
) -> None:
    bob, told = await learner(world, ask, items=2), Counter[str]()
    async with process(migrated, tmp_path) as (server, address):
        clients = [
            httpx.AsyncClient(base_url=f"http://{address}", headers=bob.headers, timeout=BOUND)
            for _ in range(7)
        ]
        waiting = clients.pop()
        async with connect(f"ws://{address}/graphql", subprotocols=[PROTOCOL]) as listening:
            await greet(listening, bob.headers)
            await say(listening, id="1", type="subscribe", payload={"query": VISITED})
            async with asyncio.TaskGroup() as asking:
                for place, client in enumerate(clients):
                    asking.create_task(ask_on(client, None if place % 2 else WHO, told))
                while told["answered"] < 50:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
                await bob.visit()
                cursor = (await hear(listening))["payload"]["data"]["itemVisited"]["cursor"]
                async with await psycopg.AsyncConnection.connect(migrated) as beside:
                    await beside.execute("LOCK TABLE courses IN ACCESS EXCLUSIVE MODE")
                    asking.create_task(ask_on(waiting, LOCKED, told))
                    await asyncio.sleep(0.2)
                    server.send_signal(signal.SIGTERM)
                    began = time.monotonic()
                    await asyncio.sleep(1)  # longer than the farewell
                    await beside.rollback()
            with pytest.raises(ConnectionClosed) as closed:
                await listening.recv()
        async with asyncio.timeout(BOUND):
            await server.wait()
        assert time.monotonic() - began < BOUND
        assert server.returncode in (0, 128 + signal.SIGTERM, -signal.SIGTERM)
        for client in (waiting, *clients):
            await client.aclose()
    assert told.keys() == {"answered", "sent away"}
    assert told["sent away"] == len(clients) + 1
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001
    missed = await bob.visit(1)
    async with serving(migrated, tmp_path) as elsewhere, elsewhere.socket() as listening:
        await greet(listening, bob.headers)
        resumed = {"query": VISITED, "variables": {"after": cursor}}
        await say(listening, id="1", type="subscribe", payload=resumed)
        assert (await hear(listening))["payload"]["data"]["itemVisited"]["item"] == {"id": missed}
