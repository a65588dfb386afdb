"""Feed: reads committed events once for all subscribers of this process.

A subscriber receives events committed from its start on; one that resumes at a cursor first receives the
missed events up to the snapshot that the feed has read. Both together have no gap and no duplicate
(`resolvers.events.snapshot`).
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import psycopg
from psycopg_pool import PoolTimeout

from models.postgres.database import BatchReader, Database
from resolvers.events.event import Occurrence, Position, Scope, missed, news, snapshot_now
from resolvers.events.snapshot import Snapshot
from resolvers.operations.errors import CodedError

log = logging.getLogger("resolvers.feed")

LOOKED_EVERY = 5.0
"""Seconds between polls while there are subscribers, because a notification may be lost."""

MOST_AT_ONCE = 64
"""Subscribers that resolve an event concurrently; their reads share a few connections."""

MOST_WAITING = 200
"""Maximum number of pending events of a subscriber; slower ones are cut off and can resume."""

Key = tuple[str, str | None]


class TooSlow(CodedError):  # noqa: N818 (what a subscriber is)
    """Raised when a subscriber does not take its events fast enough."""

    code = "TOO_SLOW"


class Subscriber:
    """Events of one scope, in order; iteration waits for the next event."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._waiting: deque[Occurrence] = deque()
        self._some = asyncio.Event()
        self._is_cut = False

    def give(self, event: Occurrence) -> None:
        """Queue an event; a subscriber that was cut off gets none."""
        if len(self._waiting) >= MOST_WAITING:
            self.cut()
        if not self._is_cut:
            self._waiting.append(event)
        self._some.set()

    def cut(self) -> None:
        """End the subscription with `TooSlow`; the client can resume."""
        self._is_cut = True
        self._waiting.clear()
        self._some.set()

    def resume(self, missed: Sequence[Occurrence]) -> None:
        """Queue missed events before those that have arrived in the meantime."""
        self._waiting.extendleft(reversed(missed))
        self._some.set()

    @property
    def waits(self) -> bool:
        """Whether an event is pending."""
        return bool(self._waiting)

    async def take(self) -> Occurrence:
        """Return the next event, once there is one; raise `TooSlow` if the subscriber was cut off."""
        while not self._waiting:
            if self._is_cut:
                raise TooSlow("Events were not taken fast enough: resume after the last cursor.")
            self._some.clear()
            await self._some.wait()
        return self._waiting.popleft()

    def places(self) -> Iterator[Key]:
        """Yield the keys of its events: kind, and id of the course or subject."""
        for kind in self.scope.kinds:
            yield kind.value, self.scope.subject_id or self.scope.course_id


class Feed:
    """Events of one database for the subscribers of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._subscribers: defaultdict[Key, set[Subscriber]] = defaultdict(set)
        self._count = 0
        self.turns = asyncio.Semaphore(MOST_AT_ONCE)
        self.reader = BatchReader(database)
        self._seen: Snapshot | None = None
        self._starting = asyncio.Lock()
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Start to read."""
        self._task = asyncio.create_task(self._read(), name="feed")

    async def close(self) -> None:
        """Stop reading."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @property
    def count(self) -> int:
        """Number of subscribers."""
        return self._count

    def wake(self, _: str | None = None) -> None:
        """Read new events as soon as possible."""
        self._woken.set()

    @asynccontextmanager
    async def subscribed(self, scope: Scope, since: Position | None = None) -> AsyncIterator[Subscriber]:
        """Return a subscriber for the duration of the block; it resumes at `since`."""
        subscriber = Subscriber(scope)
        async with self._starting:
            if self._seen is None:
                self._seen = await snapshot_now(self._database)
            for key in subscriber.places():
                self._subscribers[key].add(subscriber)
            self._count += 1
            seen = self._seen
        self._woken.set()
        try:
            if since is not None:
                subscriber.resume(await missed(self._database, scope, since, seen))
            yield subscriber
        finally:
            self._count -= 1
            for key in subscriber.places():
                self._subscribers[key].discard(subscriber)
                if not self._subscribers[key]:
                    del self._subscribers[key]
            self._woken.set()

    async def _read(self) -> None:
        while True:
            try:
                async with asyncio.timeout(LOOKED_EVERY if self._count else None):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()
            async with self._starting:
                if not self._count:
                    self._seen = None
                if self._seen is None:
                    continue
                before = self._seen
                try:
                    self._seen, events = await news(self._database, before)
                except (PoolTimeout, psycopg.OperationalError) as error:
                    log.warning("Events could not be read: %s", error)
                    continue
                if not before.is_before(self._seen):
                    self._cut_off()
                    continue
                for event in events:
                    self._hand_out(event)

    def _cut_off(self) -> None:
        """End all subscriptions: the database was restored, so that events may be missing."""
        for subscriber in set().union(*self._subscribers.values()):
            subscriber.cut()

    def _hand_out(self, event: Occurrence) -> None:
        for about in {None, event.course_id, event.subject_id}:
            for subscriber in self._subscribers.get((event.kind, about), ()):
                if subscriber.scope.holds(event):
                    subscriber.give(event)
