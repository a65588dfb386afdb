"""Worker: runs the jobs in PostgreSQL's queue (procrastinate), one import at a time.

The heartbeat of a worker that dies stops; half a minute later another worker, or its restart, takes over its
jobs.
"""

import asyncio
import logging
import os
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path
from typing import Any

import orjson
import procrastinate
from psycopg import AsyncConnection
from sqlalchemy import delete, func, select, text

from ingest.background import MOST_ATTEMPTS, Importer
from ingest.fetch import FetchError, Network, post
from models.catalogue.course import Course
from models.packages.asset import Asset
from models.packages.course_version import CourseVersion
from models.packages.import_job import ImportJob, ImportSource, ImportStatus
from models.postgres.address import SESSION, conninfo
from models.postgres.database import Database
from models.storage.objects import UPLOADS, FileStore
from resolvers.commands.queue import SCHEMA, Task, defer
from resolvers.packages.import_job import KEPT
from resolvers.packages.statement_attachment import named_digests

log = logging.getLogger(__name__)

BEAT = 5.0
"""Seconds between two heartbeats."""

LOOKED_EVERY = 5.0
"""Seconds between two looks whether a read-only database can be written to."""

DEAD = 20.0
"""Seconds of silence until a worker is considered dead."""

POSTBACKS = 8
"""Maximum number of attempts to send an outcome, over some three hours."""


STOP_WAIT = 5.0
"""Seconds that running jobs have to end when the worker is stopped."""

_LOST = text(f"""
    SELECT i.id::text FROM import_jobs i WHERE i.status = 'running' AND NOT EXISTS (
        SELECT FROM {SCHEMA}.procrastinate_jobs j
        WHERE j.args ->> 'job_id' = i.id::text AND j.task_name = 'import' AND j.status IN ('todo', 'doing')
    ) FOR UPDATE OF i SKIP LOCKED
""")  # noqa: S608 (names of ours)
"""Running imports without a worker: it gave up while it was stopped."""


class Worker:
    """Runs jobs until it is stopped."""

    def __init__(
        self, url: str, database: Database, objects: FileStore, scratch: Path, network: Network
    ) -> None:
        self._url = url
        self._database = database
        self._objects = objects
        self._scratch = scratch
        self._network = network
        connector = procrastinate.PsycopgConnector(
            conninfo=conninfo(url), min_size=1, max_size=4, configure=_configure
        )
        self._app = procrastinate.App(connector=connector)
        retry = procrastinate.RetryStrategy(max_attempts=MOST_ATTEMPTS, wait=2)
        self._app.task(name=Task.IMPORT, queue=Task.IMPORT, retry=retry)(self._import)
        later = procrastinate.RetryStrategy(max_attempts=POSTBACKS, exponential_wait=4)
        self._app.task(name=Task.POST_BACK, queue=Task.POST_BACK, retry=later)(self._post_back)

    async def run(self, *, until_idle: bool = False, attached: bool = False) -> None:
        """Run until interrupted; `until_idle`: until the queue is empty, `attached`: while stdin is open."""
        os.nice(19)
        folder = _scratch_of(self._scratch)
        self._importer = Importer(self._database, self._objects, folder, self._network)
        try:
            async with self.opened():
                if attached:
                    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), _end_of_input)
                await self._writable()
                chores = [asyncio.create_task(every(*chore)) for chore in self._chores()]
                try:
                    await self._app.run_worker_async(
                        wait=not until_idle,
                        concurrency=2,
                        delete_jobs="successful",
                        update_heartbeat_interval=BEAT,
                        stalled_worker_timeout=DEAD,
                        fetch_job_polling_interval=2.0,
                        shutdown_graceful_timeout=STOP_WAIT,
                    )
                finally:
                    for chore in chores:
                        chore.cancel()
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    async def _writable(self) -> None:
        """Wait until the database can be written to: a standby may become the primary."""
        is_told = False
        while await _is_read_only(self._url):
            if not is_told:
                log.warning("The database is read-only: jobs wait until it can be written to.")
            is_told = True
            await asyncio.sleep(LOOKED_EVERY)

    def opened(self) -> AbstractAsyncContextManager[object]:
        """Open the connections to the queue."""
        return self._app.open_async()

    def _chores(self) -> list[tuple[float, Callable[[], Awaitable[None]]]]:
        return [(BEAT, self.take_over), (3600.0, self.sweep)]

    async def take_over(self) -> None:
        """Put the jobs of dead workers back into the queue."""
        for job in await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD):
            await self._app.job_manager.retry_job(job)
        async with self._database.transaction() as session:
            for job_id in await session.scalars(_LOST):
                await defer(session, Task.IMPORT, job_id=job_id)

    async def sweep(self) -> None:
        """Delete imports that ended more than a week ago, and files without a row."""
        async with self._database.transaction() as session:
            await session.execute(delete(ImportJob).where(ImportJob.finished_at < func.now() - KEPT))
        await self._app.job_manager.delete_old_jobs(nb_hours=24 * 7, include_failed=True)
        await self._objects.sweep(self._named)

    async def _named(self, names: list[str]) -> set[str]:
        uploads = [name.removeprefix(UPLOADS) for name in names if name.startswith(UPLOADS)]
        awaited = select(ImportJob.location).where(
            ImportJob.status == ImportStatus.RUNNING,
            ImportJob.source == ImportSource.UPLOAD,
            ImportJob.location.in_(uploads),
        )
        async with self._database.transaction() as session:
            named = set(await session.scalars(select(Asset.digest).where(Asset.digest.in_(names))))
            named |= {UPLOADS + name for name in await session.scalars(awaited)}
            return named | await named_digests(session, names)

    async def _import(self, job_id: str) -> None:
        await self._importer.run(job_id)

    async def _post_back(self, job_id: str) -> None:
        """Send an import's outcome to its `postback_url` (SCORM Cloud: importJobResult)."""
        asked = (
            select(ImportJob, Course.reference, CourseVersion.number, CourseVersion.languages)
            .outerjoin(Course, Course.id == ImportJob.course_id)
            .outerjoin(CourseVersion, CourseVersion.id == ImportJob.version_id)
            .where(ImportJob.id == job_id)
        )
        async with self._database.transaction() as session:
            row = (await session.execute(asked)).one_or_none()
        address = row[0].postback_url if row else None
        if row is None or address is None:
            return
        job, reference, number, languages = row
        told: dict[str, Any] = {"jobId": job.id, "status": job.status.upper(), "message": job.message}
        if job.status == ImportStatus.COMPLETE:
            told["importResult"] = {
                "parserWarnings": job.warnings,
                "courseLanguages": languages,
                "course": {"id": reference, "version": number},
            }
        try:
            await asyncio.to_thread(post, address, orjson.dumps(told), self._network)
        except FetchError as error:
            log.warning("The outcome of import %s was not taken: %s", job_id, error)
            raise


async def _is_read_only(url: str) -> bool:
    """Check by a new connection, because those of a pool keep the defaults of their start."""
    async with await AsyncConnection.connect(conninfo(url)) as connection:
        found = await connection.execute("SELECT current_setting('transaction_read_only')::bool")
        row = await found.fetchone()
    return bool(row and row[0])


async def _configure(connection: AsyncConnection[Any]) -> None:
    """Set up a connection to the queue."""
    await connection.execute(f"{SESSION}; SET search_path = {SCHEMA}".encode())
    await connection.commit()


def _end_of_input() -> None:
    """Stop as by a signal, once the parent process has closed stdin or has ended."""
    if not os.read(sys.stdin.fileno(), 1024):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        os.kill(os.getpid(), signal.SIGTERM)


async def every(pause: float, chore: Callable[[], Awaitable[None]]) -> None:
    """Run a chore repeatedly, `pause` seconds apart, even if it fails."""
    while True:
        try:
            await chore()
        except Exception as error:  # noqa: BLE001 (a database or a bucket that is away comes back)
            log.warning("A chore of the worker failed, and is tried again: %s", error)
        await asyncio.sleep(pause)


def _scratch_of(home: Path) -> Path:
    """Return a new folder for this process's temporary files; delete folders of ended processes."""
    home.mkdir(parents=True, exist_ok=True)
    for left in home.glob("worker-*"):
        with suppress(ValueError, PermissionError):
            try:
                os.kill(int(left.name.rpartition("-")[2]), 0)
            except ProcessLookupError:
                shutil.rmtree(left, ignore_errors=True)
    folder = home / f"worker-{os.getpid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
