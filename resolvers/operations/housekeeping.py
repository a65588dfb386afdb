"""Periodic jobs, run by any process: each job skips what another process is doing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import psycopg
from psycopg_pool import PoolTimeout

from models.postgres.database import Database

log = logging.getLogger("resolvers.housekeeping")

Job = tuple[float, Callable[[Database], Awaitable[Any]]]
"""Seconds between two runs, and the function to run."""


class Housekeeping:
    """Runs its jobs while it is open; if the database is down, a job is tried again at its next run."""

    def __init__(self, database: Database, jobs: Sequence[Job]) -> None:
        self._database = database
        self._jobs = jobs
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Start in the background."""
        self._tasks = [asyncio.create_task(self._repeat(*job)) for job in self._jobs]

    async def close(self) -> None:
        """Stop all jobs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _repeat(self, pause: float, job: Callable[[Database], Awaitable[Any]]) -> None:
        reason = ""
        while True:
            await asyncio.sleep(pause)
            try:
                await job(self._database)
                reason = ""
            except (PoolTimeout, psycopg.OperationalError) as error:
                if reason != (reason := str(error)):
                    log.warning("%s was not done: %s", job.__name__, error)
            except Exception:
                log.exception("%s failed", job.__name__)
