"""PostgreSQL's disk is full: clients are told to come back, and nothing that was acknowledged is lost."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from models.postgres.cluster import PostgresCluster
from models.postgres.database import Database
from models.postgres.migrate import migrate
from serving.server import watched
from settings.environment import settings
from tests.serving.acknowledged_writes import CLIENTS, Ledger
from tests.serving.conftest import signed_in
from tests.serving.whole_server import serving
from tests.world import World

SIZE = "160m"
"""Of the disk: PostgreSQL's own files and two segments of its write-ahead log, and some room."""

WAYS = {"tables": False, "write-ahead log": True}
"""What finds no room, and whether PostgreSQL ends by it."""


@pytest.fixture(scope="module")
def disk() -> Iterator[Path]:
    """A small file system of its own, which PostgreSQL's user can reach."""
    with TemporaryDirectory(prefix="scholagraph-test-") as name:
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0711", "tmpfs", name]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("needs the right to mount a small file system")
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


@pytest.fixture(scope="module")
def small_cluster(disk: Path) -> Iterator[PostgresCluster]:
    with PostgresCluster.start(disk / "home", settings().postgres) as cluster, watched(cluster, print):
        assert cluster.data.is_relative_to(disk)
        migrate(cluster.url)
        yield cluster


@pytest.mark.parametrize("way", WAYS)
async def test_a_full_disk_is_told_and_loses_nothing(
    small_cluster: PostgresCluster, disk: Path, tmp_path: Path, way: str
) -> None:
    database = Database(small_cluster.url, pool_size=2)
    await database.open()
    ledger = Ledger()
    async with serving(small_cluster.url, tmp_path) as served:
        clients = [served.client(await signed_in(World(database))) for _ in range(CLIENTS)]
        async with asyncio.TaskGroup() as writing:
            for client in clients:
                writing.create_task(ledger.write(client))
            await ledger.goes_on()
            beside = await psycopg.AsyncConnection.connect(small_cluster.url, autocommit=True)
            filler = disk / "filler"
            await asyncio.to_thread(fill, filler)
            if WAYS[way]:
                with suppress(psycopg.OperationalError):  # where this already ends it
                    await beside.execute("SELECT pg_switch_wal()")
            async with asyncio.timeout(60):
                while ledger.refusals.total() < CLIENTS:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            assert await is_alive(beside) is not WAYS[way]
            await beside.close()
            filler.unlink()
            await ledger.goes_on()
            ledger.is_over = True
        for client in clients:
            await client.aclose()
    assert ledger.refusals.keys() <= {"SERVICE_UNAVAILABLE", "POOL_TIMEOUT", "TIMEOUT"}
    assert not ledger.lost
    await ledger.holds(database)
    await database.close()


async def is_alive(connection: psycopg.AsyncConnection) -> bool:
    try:
        await connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def fill(path: Path) -> None:
    """Write until there is no room."""
    with path.open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(2**20))
        except OSError:
            pass
        free = os.statvfs(path)
        assert free.f_bavail == 0
