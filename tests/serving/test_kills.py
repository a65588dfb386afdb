"""The server is killed while clients write, again and again: what was acknowledged is there, once."""

import asyncio
import os
import random
import signal
from pathlib import Path

import httpx

from models.postgres.cluster import PostgresCluster
from models.postgres.database import Database
from tests.serving.acknowledged_writes import CLIENTS, Ledger
from tests.serving.conftest import signed_in
from tests.serving.forked_servers import forks
from tests.world import World

KILLS = int(os.environ.get("KILLS", "20"))
"""Times that a server is killed; `make faults` sets more."""

LONGEST = 0.1
"""Seconds for which a server that writes may live."""


async def test_acknowledged_writes_outlive_the_server_and_none_is_done_twice(
    own_cluster: PostgresCluster, tmp_path: Path
) -> None:
    database = Database(own_cluster.url, pool_size=2)
    await database.open()
    with forks(own_cluster.url, tmp_path) as forking:
        ledger, chance = Ledger(), random.Random()
        origin = f"http://127.0.0.1:{forking.port}"
        clients = [
            httpx.AsyncClient(base_url=origin, headers=await signed_in(World(database)), timeout=20)
            for _ in range(CLIENTS)
        ]
        async with asyncio.TaskGroup() as writing:
            server = await asyncio.to_thread(forking.another)
            for client in clients:
                writing.create_task(ledger.write(client))
            for _ in range(KILLS):
                await ledger.goes_on()
                await asyncio.sleep(chance.uniform(0, LONGEST))
                os.kill(server, signal.SIGKILL)
                server = await asyncio.to_thread(forking.another)
            await ledger.goes_on()
            ledger.is_over = True
        await ledger.holds(database)
        assert ledger.lost >= KILLS / 2
        assert not ledger.refusals
        os.kill(server, signal.SIGTERM)
        for client in clients:
            await client.aclose()
    await database.close()
