"""PostgreSQL ends and comes back while clients write, or takes no writes; the server ends while one waits.

A ledger of what was acknowledged is compared afterwards with what is there.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from models.postgres.base import new_id
from models.postgres.cluster import PostgresCluster
from models.postgres.database import Database
from tests.serving.acknowledged_writes import CLIENTS, Ledger, call_of
from tests.serving.conftest import signed_in
from tests.serving.whole_server import Serving, serving
from tests.world import World

AWAY = {"SIGINT": 0.5, "SIGQUIT": 1.5, "SIGKILL": 6.0}
"""Seconds for which there is no PostgreSQL."""

READY_WITHIN = 3.0
"""Seconds after which writes are done again once PostgreSQL takes connections."""

CODES = {"SERVICE_UNAVAILABLE", "POOL_TIMEOUT", "TIMEOUT"}


@pytest.fixture
async def served(own_cluster: PostgresCluster, tmp_path: Path) -> AsyncIterator[Serving]:
    async with serving(own_cluster.url, tmp_path) as running:
        yield running


@pytest.mark.parametrize("way", AWAY)
async def test_acknowledged_writes_outlive_a_restart_and_none_is_done_twice(
    own_cluster: PostgresCluster, served: Serving, way: str
) -> None:
    """`pg_ctl stop -m fast` sends SIGINT, `-m immediate` SIGQUIT; SIGKILL is the machine's own way."""
    database = Database(own_cluster.url, pool_size=2)
    await database.open()
    ledger = Ledger()
    clients = [served.client(await signed_in(World(database))) for _ in range(CLIENTS)]
    async with asyncio.TaskGroup() as writing:
        for client in clients:
            writing.create_task(ledger.write(client))
        await ledger.goes_on()
        process = own_cluster._process
        assert process is not None
        process.send_signal(signal.Signals[way])
        await asyncio.to_thread(process.wait, 20)
        await asyncio.sleep(AWAY[way])
        await asyncio.to_thread(own_cluster.revive)
        revived = time.monotonic()
        await ledger.goes_on()
        waited = ledger.last - revived
        await asyncio.sleep(0.5)
        ledger.is_over = True
    for client in clients:
        await client.aclose()
    assert waited < READY_WITHIN
    assert ledger.refusals.keys() <= CODES
    assert ledger.refusals
    assert not ledger.lost
    await ledger.holds(database)
    await database.close()


async def test_a_database_that_only_reads_is_told_so(own_cluster: PostgresCluster, served: Serving) -> None:
    """As a standby after a failover, or where the disk is full."""
    async with await psycopg.AsyncConnection.connect(own_cluster.url, autocommit=True) as beside:
        database = Database(own_cluster.url, pool_size=1)
        await database.open()
        client = served.client(await signed_in(World(database)))
        await database.close()
        write = call_of(new_id())
        await beside.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        try:
            await beside.execute("SELECT pg_reload_conf()")
            async with asyncio.timeout(20):
                while (refused := await client.post("/graphql", json=write)).status_code == 200:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
            assert refused.json()["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"
            read = await client.post("/graphql", json={"query": "{ viewer { id } }"})
            assert read.json()["data"]["viewer"]["id"]
        finally:
            await beside.execute("SET default_transaction_read_only = off")
            await beside.execute("ALTER SYSTEM RESET default_transaction_read_only")
            await beside.execute("SELECT pg_reload_conf()")
        async with asyncio.timeout(20):
            while (await client.post("/graphql", json=write)).status_code != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await client.aclose()


async def test_who_waits_is_answered_before_the_server_ends(
    own_cluster: PostgresCluster, served: Serving
) -> None:
    beside = await psycopg.AsyncConnection.connect(own_cluster.url)
    async with beside, served.client({}) as client:
        await beside.execute("LOCK TABLE courses IN ACCESS EXCLUSIVE MODE")
        query = {"query": "{ courses(first: 1) { nodes { id } } }"}
        waiting = asyncio.create_task(client.post("/graphql", json=query))
        await asyncio.sleep(0.3)
        served.server.should_exit = True
        await asyncio.sleep(0.3)
        await beside.rollback()
        answer = await waiting
    assert (answer.status_code, answer.json()) == (200, {"data": {"courses": {"nodes": []}}})
