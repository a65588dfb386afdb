"""The listening connection: hears what other connections commit, and comes back when it is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest

from models.postgres import listener
from models.postgres.base import new_id
from models.postgres.listener import Listener


class Ear:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[str | None] = asyncio.Queue()

    def __call__(self, payload: str | None) -> None:
        self.heard.put_nowait(payload)
        if payload == "bad":
            raise ValueError(payload)

    async def next(self) -> str | None:
        async with asyncio.timeout(20):
            return await self.heard.get()


@asynccontextmanager
async def listening(url: str, **ears: Ear) -> AsyncIterator[None]:
    opened = Listener(url, ears)
    opened.open()
    for ear in ears.values():
        assert await ear.next() is None  # what was notified before is not known
    yield
    await opened.close()


async def notify(url: str, channel: str, payload: str, then: str = "COMMIT") -> None:
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute("SELECT pg_notify(%s, %s)", [channel, payload])
        await connection.execute(then)


async def test_each_channel_hears_its_own(migrated: str) -> None:
    first, second = Ear(), Ear()
    async with listening(migrated, one=first, two=second):
        await notify(migrated, "one", "a")
        await notify(migrated, "two", "b")
        assert (await first.next(), await second.next()) == ("a", "b")
        assert first.heard.empty()


async def test_what_is_rolled_back_is_not_heard(migrated: str) -> None:
    ear = Ear()
    async with listening(migrated, one=ear):
        await notify(migrated, "one", "never", "ROLLBACK")
        await notify(migrated, "one", "said")
        assert await ear.next() == "said"


async def test_who_cannot_take_one_takes_the_next(migrated: str) -> None:
    ear = Ear()
    async with listening(migrated, one=ear):
        await notify(migrated, "one", "bad")
        await notify(migrated, "one", "good")
        assert [await ear.next(), await ear.next()] == ["bad", "good"]


async def test_a_lost_connection_is_made_anew_and_says_so(migrated: str) -> None:
    ear, channel = Ear(), f"c{new_id()}"
    async with listening(migrated, **{channel: ear}):
        async with await psycopg.AsyncConnection.connect(migrated, autocommit=True) as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = %s",
                [f'LISTEN "{channel}"'],
            )
        assert await ear.next() is None
        await notify(migrated, channel, "again")
        assert await ear.next() == "again"


async def test_a_silent_connection_is_asked_whether_it_lives(
    migrated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "CHECKED_EVERY", 0.01)
    ear = Ear()
    async with listening(migrated, one=ear):
        await asyncio.sleep(0.1)
        await notify(migrated, "one", "a")
        assert await ear.next() == "a"


async def test_a_database_that_is_away_is_waited_for(migrated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "PAUSES", (0.01, 0.01))
    ear = Ear()
    opened = Listener("postgresql:///nowhere?host=/nowhere", {"one": ear})
    opened.open()
    await asyncio.sleep(0.1)
    opened._conninfo = migrated
    assert await ear.next() is None
    await opened.close()
