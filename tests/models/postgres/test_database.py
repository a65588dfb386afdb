"""The way to PostgreSQL: pool, transactions, what becomes of a database that goes away."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from models.postgres.cluster import PostgresCluster
from models.postgres.database import Database
from settings.environment import settings


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[PostgresCluster]:
    """A cluster that the tests here may kill."""
    with PostgresCluster.temporary(settings().postgres) as running:
        yield running


async def test_reads_survive_a_restart_of_postgresql(own_cluster: PostgresCluster) -> None:
    database = Database(own_cluster.url, pool_size=2)
    await database.open()
    assert await database.fetch("SELECT 1", {}) == [(1,)]
    for pid in await backends(database):
        await killed(own_cluster, pid)
    assert await database.fetch("SELECT 2", {}) == [(2,)]
    await database.close()


async def backends(database: Database) -> list[int]:
    """Processes of the server that serve this database's connections."""
    found = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
    return [pid for (pid,) in await database.fetch(found, {})]


async def killed(cluster: PostgresCluster, pid: int) -> None:
    async with await psycopg.AsyncConnection.connect(cluster.url, autocommit=True) as connection:
        await connection.execute("SELECT pg_terminate_backend(%s)", [pid])


async def test_a_transaction_whose_connection_is_lost_keeps_no_place_in_the_pool(
    cluster: PostgresCluster,
) -> None:
    database = Database(cluster.url, pool_size=1)
    await database.open()
    for _ in range(3):
        with pytest.raises(psycopg.OperationalError):
            await killed_within(database, cluster)
    assert await database.fetch("SELECT 1", {}) == [(1,)]
    assert database.figures() == {"connections": 1, "free": 1, "waiting": 0}
    await database.close()


async def killed_within(database: Database, cluster: PostgresCluster) -> None:
    """Lose the connection in the middle of a transaction."""
    async with database.transaction() as session:
        pid: int = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        await killed(cluster, pid)
        await session.execute(text("SELECT 1"))


async def add_organization(database: Database, slug: str, then: str) -> None:
    """Write an organization, then run another statement, in one transaction."""
    values = {"slug": slug}
    async with database.transaction() as session:
        await session.execute(
            text("INSERT INTO organizations (id, slug, name) VALUES (gen_random_uuid(), :slug, '')"), values
        )
        await session.execute(text("SET LOCAL statement_timeout = 50"))
        await session.execute(text(then))


async def test_a_transaction_is_rolled_back_by_an_exception(database: Database) -> None:
    with pytest.raises(ProgrammingError):
        await add_organization(database, "rolled-back", "SELECT 1 FROM nothing")
    assert await database.fetch("SELECT 1 FROM organizations WHERE slug = 'rolled-back'", {}) == []


async def test_a_statement_of_a_transaction_that_is_ended_raises_as_in_reads(database: Database) -> None:
    with pytest.raises(psycopg.OperationalError):
        await add_organization(database, "ended", "SELECT pg_sleep(5)")


async def test_statements_of_a_transaction_are_noted(database: Database) -> None:
    noted: list[str] = []
    async with database.transaction(noted) as session:
        await session.execute(text("SELECT 1"))
    assert noted == ["SELECT 1"]


async def test_a_connection_that_is_left_in_a_pipeline_is_not_lent_again(lone_database: Database) -> None:
    connection = await lone_database._take()
    connection.pgconn.enter_pipeline_mode()
    await lone_database._stop(connection)
    assert connection.closed
    assert await lone_database.fetch("SELECT 1", {}) == [(1,)]
