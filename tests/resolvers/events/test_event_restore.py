"""A database that was dumped and restored into another cluster: no event is lost or repeated in silence."""

import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import make_url

from models.events.event import EventKind
from models.postgres.base import new_id
from models.postgres.cluster import PostgresCluster
from models.postgres.database import Database
from models.postgres.migrate import migrate
from resolvers.events.event import CursorExpired, Position, Scope, missed, news, record, snapshot_now
from resolvers.events.feed import Feed
from resolvers.events.snapshot import Snapshot
from resolvers.loading.keyset import encode_cursor
from settings.environment import settings

VISITED = Scope(frozenset({EventKind.ITEM_VISITED}), is_staff=True)


@pytest.fixture(scope="module")
def other_cluster() -> Iterator[PostgresCluster]:
    with PostgresCluster.temporary(settings().postgres) as running:
        yield running


async def visit(database: Database, count: int = 1) -> None:
    """Record visits, each in a transaction of its own."""
    for _ in range(count):
        async with database.transaction() as session:
            await record(session, EventKind.ITEM_VISITED, new_id())


def spend(url: str, transactions: int) -> None:
    """Run transactions that write nothing."""
    with psycopg.connect(url, autocommit=True) as connection:
        loop = f"FOR i IN 1..{transactions} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP"
        connection.execute(f"DO $$ BEGIN {loop}; END $$".encode())


def dumped(cluster: PostgresCluster, url: str) -> str:
    """Dump a database and restore it into `cluster`; the URL there."""
    program = cluster.binaries.folder / "pg_dump"
    if not program.exists():
        pytest.skip("needs pg_dump")
    dump = subprocess.run([program, url], capture_output=True, check=True, text=True).stdout
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
    restored = make_url(cluster.url).set(database="restored").render_as_string(hide_password=False)
    command = [
        str(cluster.binaries.folder / "psql"),
        "--quiet",
        "--no-psqlrc",
        "--set=ON_ERROR_STOP=1",
        restored,
    ]
    subprocess.run(command, input=dump, capture_output=True, check=True, text=True)
    return restored


async def test_a_cursor_from_before_a_restore_is_refused(
    make_database: Callable[[], str], other_cluster: PostgresCluster
) -> None:
    url = make_database()
    migrate(url)
    before = Database(url, pool_size=2)
    await before.open()
    spend(url, 4000)  # transaction ids that the other cluster is yet to have
    start = await snapshot_now(before)
    await visit(before, 2)
    seen, (first, _) = await news(before, start)
    cursor = Position.parse(first.cursor, "after")
    assert len(await missed(before, VISITED, cursor, seen)) == 1

    restored = dumped(other_cluster, url)
    migrate(restored)
    after = Database(restored, pool_size=2)
    await after.open()
    try:
        for known in (cursor, Position(Snapshot.parse(cursor.seen.sql), 1, 1, cursor.at)):
            with pytest.raises(CursorExpired, match="restored"):
                await missed(after, VISITED, known, await snapshot_now(after))
        now = await snapshot_now(after)
        spend(restored, 6000)
        assert (await news(after, now))[1] == [], "events of the dump came as new ones"
        await visit(after)
        (fresh,) = (await news(after, now))[1]
        assert Position.parse(fresh.cursor, "after").seen.origin == now.origin != start.origin
        with pytest.raises(CursorExpired, match="restored"):  # the transaction ids have caught up
            await missed(after, VISITED, cursor, await snapshot_now(after))
        assert await missed(after, VISITED, Position.parse(fresh.cursor, "after"), now) == []
    finally:
        await before.close()
        await after.close()


async def test_a_cursor_of_the_version_before_is_still_taken(database: Database) -> None:
    start = await snapshot_now(database)
    await visit(database)
    text = encode_cursor("event", [start.sql, 0, 0, datetime.now(UTC)])
    assert "@" not in start.sql
    known = Position.parse(text, "after")
    assert known.seen.origin is None
    assert await missed(database, VISITED, known, await snapshot_now(database))


async def test_a_table_that_was_restored_in_place_has_another_origin(lone_database: Database) -> None:
    start = await snapshot_now(lone_database)
    async with lone_database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("CREATE TABLE again (LIKE events INCLUDING ALL)")
        await connection.exec_driver_sql("DROP TABLE events")
        await connection.exec_driver_sql("ALTER TABLE again RENAME TO events")
    now = await snapshot_now(lone_database)
    assert now.origin != start.origin
    with pytest.raises(CursorExpired):
        await missed(lone_database, VISITED, Position(start, 0, 0, datetime.now(UTC)), now)


async def test_subscribers_of_a_restored_database_are_cut_off(lone_database: Database) -> None:
    """They resume, and learn then that events may be missing."""
    feed = Feed(lone_database)
    feed.open()
    try:
        async with feed.subscribed(VISITED) as subscriber:
            assert feed._seen is not None
            feed._seen = Snapshot(feed._seen.end, feed._seen.running, "0123456789ab")
            feed.wake()
            with pytest.raises(Exception, match="resume after the last cursor"):
                await subscriber.take()
    finally:
        await feed.close()
