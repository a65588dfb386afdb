"""Clients of open connections, and the end of their access within a second of its revocation.

PostgreSQL notifies every process of a change to the tables that decide about access (migration 0029); the
process then reloads the viewers concerned. A notification may be lost, and behind PgBouncer none arrives:
therefore each operation checks its token in the database, no event is delivered to a viewer that was loaded
more than `FRESH` seconds ago, and all viewers are reloaded every `REVIEWED_EVERY` seconds.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from math import inf
from weakref import WeakSet

from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from models.postgres.database import Database
from resolvers.access.viewer import Viewer, accepted_languages, authenticate, ended, of_tokens, token_hash
from resolvers.operations.context import LARGEST_PAGE, Context
from resolvers.operations.errors import Unauthenticated

log = logging.getLogger(__name__)

FRESH = 1.0
"""Seconds that a viewer stays valid without a reload while events arrive."""

REVIEWED_EVERY = 5.0
"""Seconds between two reloads of the viewers of all open connections, in one statement."""

EXPIRED_EVERY = 0.5
"""Seconds between two checks for tokens that have expired, without a statement."""

TRIED_AGAIN = 0.2
"""Seconds until a reload that failed is repeated."""

Leave = Callable[[], None]


class Asker:
    """Client of an open connection, with its viewer by the headers of the request."""

    def __init__(self, askers: "Askers", database: Database, headers: Mapping[str, str]) -> None:
        self._askers = askers
        self.database = database
        self._headers = headers
        self._viewer: Viewer | None = None
        self._fresh_until = 0.0
        self._ends = inf
        self._leave: set[Leave] = set()
        self.is_over = False
        self.hash = token_hash(headers)
        self.languages = accepted_languages(headers.get("accept-language"))
        self.largest_page = LARGEST_PAGE

    async def viewer(self) -> Viewer:
        """Return its viewer; raise `Unauthenticated` if the token has ended."""
        if not self.is_over and time.monotonic() >= self._fresh_until:
            if self._viewer is None or self.hash is None:
                await self.identify()
            else:
                await self._askers.reload(self.database)
        if self.is_over:
            raise ended()
        assert self._viewer is not None  # noqa: S101 (or it would have been refused)
        return self._viewer

    async def begin(self) -> Context:
        """Return the context of a new operation, after a check of the token in the database."""
        if not self.is_over:
            await self.identify()
        return await self.context()

    async def context(self) -> Context:
        """Return a new context for its viewer."""
        return Context(self.database, await self.viewer(), self.largest_page)

    def concerns(self, id_: str | None) -> bool:
        """Return whether its viewer is the user or application with this id; null stands for all."""
        viewer = self._viewer
        return viewer is not None and (id_ is None or id_ in (viewer.id, viewer.application_id))

    @contextmanager
    def left(self, leave: Leave) -> Iterator[None]:
        """Call `leave` if the access has ended, or ends while the block runs."""
        self._leave.add(leave)
        if self.is_over:
            leave()
        try:
            yield
        finally:
            self._leave.discard(leave)

    def renew(self, viewer: Viewer | None) -> None:
        """Set the reloaded viewer; null if the access has ended."""
        if viewer is None:
            self.end()
            return
        now = time.monotonic()
        self._viewer = replace(viewer, languages=self.languages)
        self._fresh_until = now + FRESH
        self._ends = inf if viewer.ends_in is None else now + viewer.ends_in

    def expire(self, now: float) -> None:
        """End the access if the token has expired."""
        if now >= self._ends:
            self.end()

    def end(self) -> None:
        """End the access, and with it the connections and streams."""
        self.is_over = True
        for leave in tuple(self._leave):
            leave()

    async def identify(self) -> None:
        """Load the viewer by the headers; raise `Unauthenticated` if the access has ended."""
        told = self._askers.told
        try:
            viewer = await authenticate(self.database, self._headers)
        except Unauthenticated:
            self.end()
            raise
        self.renew(viewer)
        if told != self._askers.told:  # a notification during the statement may be about this viewer
            self._askers.notice(self.database, viewer.id or viewer.application_id)


class Askers:
    """Clients of all open connections of a process; `told` counts the notifications."""

    def __init__(self) -> None:
        self.told = 0
        self._known: WeakSet[Asker] = WeakSet()
        self._pending: set[str | None] = set()
        self._reviewing: asyncio.Task[None] | None = None
        self._reloading: asyncio.Task[None] | None = None

    def asker(self, database: Database, headers: Mapping[str, str]) -> Asker:
        """Return the client with these headers; its viewer is reloaded while the object is in use."""
        made = Asker(self, database, headers)
        self._known.add(made)
        return made

    def __iter__(self) -> Iterator[Asker]:
        return iter(tuple(self._known))

    def notice(self, database: Database, id_: str | None = None) -> None:
        """Reload the viewers of a user or an application in the background; null stands for all."""
        self.told += 1
        if any(asker.concerns(id_) for asker in self):
            self._pending.add(id_)
            if self._reviewing is None or self._reviewing.done():
                self._reviewing = asyncio.create_task(self._review_pending(database), name="review")

    async def reload(self, database: Database) -> None:
        """Reload all viewers; callers at the same time share one statement."""
        if self._reloading is None or self._reloading.done():
            self._reloading = asyncio.create_task(self.review(database), name="reload")
        await asyncio.shield(self._reloading)

    async def review(self, database: Database, ids: Collection[str | None] = (None,)) -> None:
        """Reload the viewers of these users and applications; null stands for all."""
        concerned = [asker for asker in self if any(map(asker.concerns, ids))]
        tokens = {asker.hash: asker.languages for asker in concerned if asker.hash is not None}
        now = await of_tokens(database, tokens) if tokens else {}
        for asker in concerned:
            if asker.hash is not None:
                asker.renew(now.get(asker.hash))
            else:
                with suppress(Unauthenticated):
                    await asker.identify()

    async def expire(self, _: Database) -> None:
        """End the access of tokens that have expired."""
        now = time.monotonic()
        for asker in self:
            asker.expire(now)

    async def close(self) -> None:
        """Stop reloading."""
        tasks = [task for task in (self._reviewing, self._reloading) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _review_pending(self, database: Database) -> None:
        while self._pending:
            ids = frozenset(self._pending)
            self._pending.clear()
            try:
                await self.review(database, ids)
            except (PoolTimeout, OperationalError) as error:
                log.warning("Viewers were not reloaded: %s", error)
                self._pending |= ids
                await asyncio.sleep(TRIED_AGAIN)
