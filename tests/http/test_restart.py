"""PostgreSQL ends and comes back while clients write: a ledger of what was acknowledged is compared after."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from models.base import new_id
from models.cluster import Cluster
from models.database import Database
from models.migrate import migrate
from settings import settings
from tests.http.serving import Serving, serving
from tests.world import World

WRITE = """
mutation($title: String!, $key: String!) {
  createTicket(input: {topic: TECHNICAL, title: $title, report: "r", language: "en"}) @idempotent(key: $key) {
    ticketId
    userErrors { code }
  }
}
"""
CLIENTS = 6
AWAY = 0.5
"""Seconds for which there is no PostgreSQL."""

READY_WITHIN = 3.0
"""Seconds after which writes are done again once PostgreSQL takes connections."""

CODES = {"SERVICE_UNAVAILABLE", "POOL_TIMEOUT", "TIMEOUT"}


@dataclass
class Ledger:
    """`acknowledged` are ids of tickets by title, `refusals` codes of answers that were none, `last` when."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)
    last: float = 0.0
    is_over: bool = False

    async def write(self, client: httpx.AsyncClient) -> None:
        """Write one ticket after the other, each asked for under one key until it is acknowledged."""
        while not self.is_over:
            title = new_id()
            call = {"query": WRITE, "variables": {"title": title, "key": title}}
            while title not in self.acknowledged:
                answer = await client.post("/graphql", json=call)
                body = answer.json()
                if answer.status_code == 200:
                    assert body["data"]["createTicket"]["userErrors"] == []
                    self.acknowledged[title] = body["data"]["createTicket"]["ticketId"]
                    self.last = time.monotonic()
                    continue
                (error,) = body["errors"]
                assert answer.status_code == 503, body
                assert 1 <= int(answer.headers["retry-after"]) <= 2
                self.refusals[error["extensions"]["code"]] += 1
                await asyncio.sleep(0.05)

    async def goes_on(self) -> None:
        """Wait until something more is acknowledged."""
        before = self.last
        async with asyncio.timeout(20):
            while self.last == before:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.fixture(scope="module")
def own_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A durable PostgreSQL that this module ends as it likes."""
    with Cluster.start(tmp_path_factory.mktemp("cluster") / "home", settings().postgres) as cluster:
        migrate(cluster.url)
        yield cluster


@pytest.fixture
async def served(own_cluster: Cluster, tmp_path: Path) -> AsyncIterator[Serving]:
    async with serving(own_cluster.url, tmp_path) as running:
        yield running


@pytest.mark.parametrize("way", ["SIGINT", "SIGQUIT", "SIGKILL"])
async def test_acknowledged_writes_outlive_a_restart_and_none_is_done_twice(
    own_cluster: Cluster, served: Serving, way: str
) -> None:
    """`pg_ctl stop -m fast` sends SIGINT, `-m immediate` SIGQUIT; SIGKILL is the machine's own way."""
    database = Database(own_cluster.url, pool_size=2)
    await database.open()
    world, ledger = World(database), Ledger()
    clients = []
    for _ in range(CLIENTS):
        secret = new_id().replace("-", "")
        await world.token(await world.learner(), secret)
        clients.append(served.client({"authorization": f"Bearer {secret}"}))
    async with asyncio.TaskGroup() as writing:
        for client in clients:
            writing.create_task(ledger.write(client))
        await ledger.goes_on()
        process = own_cluster._process
        assert process is not None
        process.send_signal(signal.Signals[way])
        await asyncio.to_thread(process.wait, 20)
        await asyncio.sleep(AWAY)
        await asyncio.to_thread(own_cluster.revive)
        revived = time.monotonic()
        await ledger.goes_on()
        waited = ledger.last - revived
        await asyncio.sleep(AWAY)
        ledger.is_over = True
    for client in clients:
        await client.aclose()
    assert waited < READY_WITHIN
    assert ledger.refusals.keys() <= CODES
    assert ledger.refusals
    rows = await database.fetch(
        "SELECT title, id FROM tickets WHERE title = ANY(%(titles)s::text[])",
        {"titles": list(ledger.acknowledged)},
    )
    assert sorted(rows) == sorted(ledger.acknowledged.items())
    await database.close()
