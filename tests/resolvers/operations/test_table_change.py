"""What has changed between two moments, by which tables transactions wrote to."""

import pytest
from sqlalchemy import delete, text, update

from models import Base
from models.catalogue.course import Course
from models.operations.table_change import UNWATCHED
from models.postgres.database import Database
from resolvers.operations.table_change import look, reads_clock, sweeping, tables_of
from tests.world import World

TABLES = ("courses", "sections")


async def now(database: Database) -> str:
    snapshot, _ = await look(database, None, ())
    assert snapshot is not None
    return snapshot


async def has_changed(database: Database, since: str, *tables: str) -> bool:
    return (await look(database, since, tables))[1]


async def test_every_table_is_watched_or_named_as_unwatched(database: Database) -> None:
    rows = await database.fetch(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'note_change'", {}
    )
    assert {name for (name,) in rows} == {*Base.metadata.tables} - UNWATCHED


async def test_a_change_of_one_table_is_none_of_another(database: Database, world: World) -> None:
    before = await now(database)
    assert not await has_changed(database, before, *Base.metadata.tables)
    course = await world.course()
    assert await has_changed(database, before, "courses")
    assert await has_changed(database, before, *TABLES)
    assert not await has_changed(database, before, "sections", "users")
    after = await now(database)
    assert not await has_changed(database, after, *TABLES)
    await world.section(course)
    assert await has_changed(database, after, "sections")


async def test_what_is_not_committed_yet_is_told_once_it_is(database: Database, world: World) -> None:
    course = await world.course()
    renamed = update(Course).where(Course.id == course.id).values(title="Renamed")
    async with database.transaction() as early:
        await early.execute(renamed)
        during = await now(database)
        assert not await has_changed(database, during, "courses")
        await world.channel()  # in a transaction with a later id, which is over before
        assert not await has_changed(database, during, "courses")
        after = await now(database)
    for snapshot in (during, after):
        assert await has_changed(database, snapshot, "courses")
    assert not await has_changed(database, after, "channels")


async def test_what_is_rolled_back_has_not_happened(database: Database, world: World) -> None:
    course = await world.course()
    before = await now(database)
    async with database.transaction() as session:
        await session.execute(delete(Course).where(Course.id == course.id))
        await session.rollback()
    assert not await has_changed(database, before, "courses")


async def test_rows_that_go_with_others_count(database: Database, world: World) -> None:
    course = await world.course()
    await world.section(course)
    before = await now(database)
    async with database.transaction() as session:
        await session.execute(delete(Course).where(Course.id == course.id))
    assert await has_changed(database, before, "sections")


async def test_a_table_that_is_emptied_counts(lone_database: Database) -> None:
    before = await now(lone_database)
    async with lone_database.transaction() as session:
        await session.execute(text("TRUNCATE channels CASCADE"))
    assert await has_changed(lone_database, before, "channels")


async def test_only_what_nobody_compares_with_is_swept(lone_database: Database) -> None:
    world, sweep = World(lone_database), sweeping()
    await world.course()
    assert await sweep(lone_database) == 0
    before = await now(lone_database)
    await world.course()
    assert await sweep(lone_database) > 0
    assert await has_changed(lone_database, before, "courses")
    assert await sweep(lone_database) == 1
    assert await sweep(lone_database) == 0


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ('SELECT a.title FROM courses AS a JOIN "sections" USING (id)', {"courses", "sections"}),
        ("SELECT (SELECT count(*) FROM visits), 'courses_of'", {"visits"}),
        ("SELECT 1", set()),
        ("SELECT * FROM events, courses", None),
    ],
)
def test_the_tables_that_a_statement_names(sql: str, tables: set[str] | None) -> None:
    assert tables_of(sql) == tables


@pytest.mark.parametrize(
    ("sql", "is_read"),
    [
        ("SELECT opens_at <= now() FROM items", True),
        ("SELECT CURRENT_TIMESTAMP, 1", True),
        ("SELECT clock_timestamp()", True),
        ("SELECT known FROM items", False),
    ],
)
def test_whether_a_statement_reads_the_clock(sql: str, is_read: bool) -> None:
    assert reads_clock(sql) is is_read
