"""One listening connection per process, which receives notifications that any process commits.

Callers register a channel and a function; `SELECT pg_notify(channel, payload)` in a transaction calls the
function in every process after the commit. Behind a pool (PgBouncer in transaction mode) no notification
arrives, so every listener must also poll now and then.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from psycopg import AsyncConnection, OperationalError
from psycopg.sql import SQL, Identifier

from models.postgres.address import conninfo

log = logging.getLogger("models.listener")

Heard = Callable[[str | None], None]
"""Called with the payload of a notification; with null at the start and whenever some may have been missed.
"""

CHECKED_EVERY = 30.0
"""Seconds of silence until the connection is checked."""

CHECK_WAIT = 5.0
"""Timeout in seconds of this check."""

PAUSES = (0.1, 5.0)
"""Seconds until a lost connection is opened again: at first, and at most."""


class Listener:
    """Listens on the channels of `heard`, and reconnects whenever the connection is lost."""

    def __init__(self, url: str, heard: Mapping[str, Heard]) -> None:
        self._conninfo = conninfo(url)
        self._heard = heard
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Start in the background; wait for a database that is not there yet."""
        self._task = asyncio.create_task(self._stay(), name="listener")

    async def close(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _stay(self) -> None:
        pause, longest = PAUSES
        while True:
            try:
                async with await AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
                    for channel in self._heard:
                        await connection.execute(SQL("LISTEN {}").format(Identifier(channel)))
                    pause = PAUSES[0]
                    for channel in self._heard:
                        self._tell(channel, None)
                    await self._listen(connection)
            except (OperationalError, TimeoutError) as error:
                log.warning("The listening connection is lost: %s", error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)

    async def _listen(self, connection: AsyncConnection[Any]) -> None:
        while True:
            async for notice in connection.notifies(timeout=CHECKED_EVERY):
                self._tell(notice.channel, notice.payload)
            async with asyncio.timeout(CHECK_WAIT):
                await connection.execute("SELECT 1")

    def _tell(self, channel: str, payload: str | None) -> None:
        try:
            self._heard[channel](payload)
        except Exception:
            log.exception("A notification on %s was not taken", channel)
