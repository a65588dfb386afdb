"""The feed: events come once, in order, to those they concern, and none is missed by who resumes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from models.events.event import CHANNEL, EventKind
from models.postgres.base import new_id
from models.postgres.database import Database
from models.postgres.listener import Listener
from resolvers.events import event, feed
from resolvers.events.event import CursorExpired, Occurrence, Position, Scope, record, snapshot_now, sweep
from resolvers.events.feed import Feed, Subscriber, TooSlow
from resolvers.loading.keyset import encode_cursor
from resolvers.operations.errors import BadUserInput

VISITED = frozenset({EventKind.ITEM_VISITED})


@asynccontextmanager
async def opened(database: Database, url: str) -> AsyncIterator[Feed]:
    made = Feed(database)
    made.open()
    listener = Listener(url, {CHANNEL: made.wake})
    listener.open()
    yield made
    await listener.close()
    await made.close()


@pytest.fixture
async def running(database: Database, migrated: str) -> AsyncIterator[Feed]:
    async with opened(database, migrated) as made:
        yield made


async def visit(database: Database, course_id: str, user_id: str | None = None) -> str:
    """Record a visit, committed at once; answers its subject."""
    subject = new_id()
    async with database.transaction() as session:
        await record(session, EventKind.ITEM_VISITED, subject, course_id=course_id, user_id=user_id)
    return subject


async def take(subscriber: Subscriber) -> Occurrence:
    async with asyncio.timeout(20):
        return await subscriber.take()


async def test_an_event_is_told_to_all_it_concerns(running: Feed, database: Database) -> None:
    course, other, user = new_id(), new_id(), new_id()
    scopes = {
        "own": Scope(VISITED, course, user_id=user),
        "team": Scope(VISITED, course, user_id=new_id(), teaches=frozenset({course})),
        "staff": Scope(VISITED, course, is_staff=True),
        "fellow": Scope(VISITED, course, user_id=new_id()),
        "anonymous": Scope(VISITED, course),
        "elsewhere": Scope(VISITED, other, user_id=user),
        "other kind": Scope(frozenset({EventKind.SUBMISSION_SCORED}), course, user_id=user),
    }
    async with AsyncExitStack() as stack:
        subscribers = {
            name: await stack.enter_async_context(running.subscribed(scope)) for name, scope in scopes.items()
        }
        assert running.count == len(scopes)
        subject = await visit(database, course, user)
        open_to_all = await visit(database, course)
        told = {
            name: [(await take(subscribers[name])).subject_id for _ in range(count)]
            for name, count in {"own": 2, "team": 2, "fellow": 1, "anonymous": 1}.items()
        }
        assert not subscribers["elsewhere"].waits
        assert not subscribers["other kind"].waits
        of_all = [(await take(subscribers["staff"])).subject_id for _ in range(2)]
    both = [subject, open_to_all]
    assert told["own"] == told["team"] == of_all == both
    assert told["fellow"] == told["anonymous"] == [open_to_all]
    assert running.count == 0


async def test_who_resumes_gets_what_was_missed_and_then_what_comes(
    running: Feed, database: Database
) -> None:
    course = new_id()
    scope = Scope(VISITED, course)
    async with running.subscribed(scope) as subscriber:
        await visit(database, course)
        first = await take(subscriber)
    missed = [await visit(database, course) for _ in range(3)]
    async with running.subscribed(scope, Position.parse(first.cursor, "after")) as subscriber:
        live = await visit(database, course)
        assert [(await take(subscriber)).subject_id for _ in range(4)] == [*missed, live]


async def test_an_event_committed_after_later_ones_is_not_missed(running: Feed, database: Database) -> None:
    """Its id and its transaction are lower than those that a subscriber has seen already."""
    course = new_id()
    scope = Scope(VISITED, course)
    async with running.subscribed(scope) as subscriber:
        async with database.transaction() as session:
            await record(session, EventKind.ITEM_VISITED, new_id(), course_id=course)
            quick = await visit(database, course)
            seen = await take(subscriber)
            assert seen.subject_id == quick
        late = await take(subscriber)
    again = Position.parse(seen.cursor, "after")
    assert late.cursor != seen.cursor
    async with running.subscribed(scope, again) as subscriber:
        assert (await take(subscriber)).subject_id == late.subject_id
    async with running.subscribed(scope, Position.parse(late.cursor, "after")) as subscriber:
        live = await visit(database, course)
        assert (await take(subscriber)).subject_id == live


async def test_events_of_one_transaction_are_resumed_one_by_one(running: Feed, database: Database) -> None:
    course = new_id()
    scope = Scope(VISITED, course)
    subjects = [new_id() for _ in range(3)]
    async with running.subscribed(scope) as subscriber:
        async with database.transaction() as session:
            for subject in subjects:
                await record(session, EventKind.ITEM_VISITED, subject, course_id=course)
        taken = [await take(subscriber) for _ in range(3)]
    assert [each.subject_id for each in taken] == subjects
    for place, each in enumerate(taken[:-1], 1):
        async with running.subscribed(scope, Position.parse(each.cursor, "after")) as subscriber:
            rest = [(await take(subscriber)).subject_id for _ in subjects[place:]]
            assert rest == subjects[place:]


async def test_concurrent_writers_lose_and_repeat_nothing(running: Feed, database: Database) -> None:
    """Writers that hold their transactions open in turns, a reader that leaves and resumes all the time."""
    course, written, read = new_id(), set[str](), list[str]()
    scope = Scope(VISITED, course)

    async def write(pause: float) -> None:
        for _ in range(12):
            subject = new_id()
            async with database.transaction() as session:
                await record(session, EventKind.ITEM_VISITED, subject, course_id=course)
                await asyncio.sleep(pause)
            written.add(subject)

    async def follow() -> None:
        since = Position(await snapshot_now(database), 0, 0, datetime.now(UTC))
        ready.set()
        while len(read) < 60:
            async with running.subscribed(scope, since) as subscriber:
                for _ in range(3):
                    found = await take(subscriber)
                    read.append(found.subject_id)
                    since = Position.parse(found.cursor, "after")

    ready = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(follow())
        await ready.wait()
        for pause in (0, 0.001, 0.003, 0.007, 0.02):
            group.create_task(write(pause))
    assert len(read) == len(set(read)) == 60
    assert set(read) == written


async def test_scopes_mean_the_same_live_and_resumed(running: Feed, database: Database) -> None:
    course, user = new_id(), new_id()
    since = Position(await snapshot_now(database), 0, 0, datetime.now(UTC))
    async with running.subscribed(Scope(VISITED, course, is_staff=True)) as staff:
        for owner in (user, None, new_id()):
            await visit(database, course, owner)
        events = [await take(staff) for _ in range(3)]
    until = await snapshot_now(database)
    for scope in (
        Scope(VISITED, course),
        Scope(VISITED, course, user_id=user),
        Scope(VISITED, course, teaches=frozenset({course})),
        Scope(VISITED, course, teaches=frozenset({new_id()})),
        Scope(VISITED, course, is_staff=True),
        Scope(VISITED, subject_id=events[1].subject_id),
    ):
        wanted = [
            each.subject_id
            for each in events
            if scope.holds(each) and scope.subject_id in (None, each.subject_id)
        ]
        assert [each.subject_id for each in await event.missed(database, scope, since, until)] == wanted


async def test_who_does_not_take_is_cut_off(
    running: Feed, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MOST_WAITING", 2)
    course = new_id()
    async with (
        running.subscribed(Scope(VISITED, course)) as slow,
        running.subscribed(Scope(VISITED, course)) as quick,
    ):
        for _ in range(4):
            subject = await visit(database, course)
            assert (await take(quick)).subject_id == subject
        with pytest.raises(TooSlow):
            await take(slow)


async def test_too_much_missed_is_said(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event, "MOST_MISSED", 1)
    course = new_id()
    since = Position(await snapshot_now(database), 0, 0, datetime.now(UTC))
    for _ in range(2):
        await visit(database, course)
    with pytest.raises(CursorExpired):
        await event.missed(database, Scope(VISITED, course), since, await snapshot_now(database))


async def test_cursors_that_are_none(database: Database) -> None:
    snapshot = await snapshot_now(database)
    old = Position(snapshot, 1, 1, datetime.now(UTC) - timedelta(hours=25)).cursor()
    with pytest.raises(CursorExpired, match="'after'"):
        Position.parse(old, "after")
    wrong = encode_cursor("event", ["x", 1, 1, datetime.now(UTC)])
    for cursor in ("", "x", wrong, encode_cursor("other", ["1:1:", 1, 1, datetime.now(UTC)])):
        with pytest.raises(BadUserInput, match="'after'"):
            Position.parse(cursor, "after")


async def test_a_lost_notification_is_made_up_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LOOKED_EVERY", 0.05)
    deaf = Feed(database)
    deaf.open()
    course = new_id()
    async with deaf.subscribed(Scope(VISITED, course)) as subscriber:
        subject = await visit(database, course)
        assert (await take(subscriber)).subject_id == subject
    await deaf.close()


async def test_old_events_are_swept(lone_database: Database) -> None:
    course = new_id()
    for _ in range(2):
        await visit(lone_database, course)
    async with lone_database.transaction() as session:
        await session.execute(
            text("UPDATE events SET happened_at = now() - interval '26 hours' WHERE id = 1")
        )
    assert await sweep(lone_database) == 1
    assert await sweep(lone_database) == 0
    assert await lone_database.fetch("SELECT count(*) FROM events", {}) == [(1,)]
