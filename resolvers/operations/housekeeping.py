"""What has to be done now and then, by whichever process comes first: each job skips what another does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import psycopg
from psycopg_pool import PoolTimeout

from models.postgres.database import Database

log = logging.getLogger("resolvers.housekeeping")

Job = tuple[float, Callable[[Database], Awaitable[Any]]]
"""Seconds between two times, and what is done."""


class Housekeeping:
    """Does its jobs for as long as it is open; a database that is away is tried again the next time."""

    def __init__(self, database: Database, jobs: Sequence[Job]) -> None:
        self._database = database
        self._jobs = jobs
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Begin, in the background."""
        self._tasks = [asyncio.create_task(self._repeat(*job)) for job in self._jobs]

    async def close(self) -> None:
        """End."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _repeat(self, pause: float, job: Callable[[Database], Awaitable[Any]]) -> None:
        while True:
            await asyncio.sleep(pause)
            try:
                await job(self._database)
            except (PoolTimeout, psycopg.OperationalError) as error:
                log.warning("%s was not done: %s", job.__name__, error)
            except Exception:
                log.exception("%s failed", job.__name__)
