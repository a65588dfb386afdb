"""One connection of the process that listens, so that it hears what any process commits.

Who wants to hear names a channel and a function; `SELECT pg_notify(channel, payload)` in a transaction calls
it in every process once the transaction is committed. Where a pool stands between (PgBouncer in transaction
mode) nothing is heard: whoever listens also looks by itself now and then.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from psycopg import AsyncConnection, OperationalError
from psycopg.sql import SQL, Identifier

from models.postgres.connection import conninfo

log = logging.getLogger("models.listener")

Heard = Callable[[str | None], None]
"""Called with a notification's payload; with null whenever some may have been missed, and at the start."""

CHECKED_EVERY = 30.0
"""Seconds of silence after which the connection is asked whether it lives."""

CHECK_WAIT = 5.0
"""Seconds for which an answer to that is awaited."""

PAUSES = (0.1, 5.0)
"""Seconds until a lost connection is made anew: at first, and at most."""


class Listener:
    """Listens on the channels of `heard`, and connects anew whenever the connection is lost."""

    def __init__(self, url: str, heard: Mapping[str, Heard]) -> None:
        self._conninfo = conninfo(url)
        self._heard = heard
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin, in the background; a database that is away yet is waited for."""
        self._task = asyncio.create_task(self._stay(), name="listener")

    async def close(self) -> None:
        """End."""
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
