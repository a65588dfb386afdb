"""Background import of one file: complete, or ended with a reason.

A failure before the commit leaves the course unchanged, and a worker that takes over starts again. One
transaction publishes the version and ends the job.
"""

import asyncio
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from psycopg import OperationalError
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ingest.archive import ArchiveError, ArchiveLimits, open_archive
from ingest.failpoint import reached
from ingest.fetch import FetchError, Network, download
from ingest.job import refusals
from ingest.media import is_media, read_media
from ingest.package import PackageError, PackageOutline, read_package
from ingest.report import ImportReport
from ingest.store import Destination, StoreError, keep_files, store_package
from models.events.event import EventKind
from models.packages.import_job import ImportJob, ImportSource, ImportStatus
from models.postgres.database import Database
from models.storage.objects import FileStore
from resolvers.commands.queue import Task, defer
from resolvers.events.event import record

MOST_ATTEMPTS = 3
TOLD_EVERY = 1.0
"""Seconds between two progress updates."""

FETCHING, READING, KEEPING = 0.3, 0.5, 0.95
"""Ratio of the job that is done at the end of each step."""

REFUSALS = (ArchiveError, PackageError, StoreError, FetchError)
"""Errors caused by the package or its sender, which a retry would meet again."""


@dataclass(frozen=True, slots=True)
class Importer:
    """Runs imports; `scratch` is the folder for temporary files."""

    database: Database
    objects: FileStore
    scratch: Path
    network: Network = Network.INTERNET
    limits: ArchiveLimits = ArchiveLimits()  # noqa: RUF009 (it never changes)

    async def run(self, job_id: str) -> None:
        """Run the import unless it has ended; raise errors that a retry may not meet."""
        job = await self._begin(job_id)
        if job is None:
            return
        if job.attempts > MOST_ATTEMPTS:
            await self._fail(job, f"The import was interrupted {MOST_ATTEMPTS} times.")
            return
        try:
            with TemporaryDirectory(prefix="import-", dir=self.scratch) as folder:
                await self._work(job, Path(folder))
        except REFUSALS as error:
            is_away = isinstance(error.__cause__, OperationalError)
            if is_away and job.attempts < MOST_ATTEMPTS:
                raise
            await self._fail(job, str(error))
        except Exception:
            if job.attempts == MOST_ATTEMPTS:
                await self._fail(job, "The import failed by a fault of the server.")
            raise
        if job.source is ImportSource.UPLOAD:
            await self.objects.drop_upload(job.location)

    async def _begin(self, job_id: str) -> ImportJob | None:
        async with self.database.transaction() as session:
            begun = update(ImportJob).where(ImportJob.id == job_id, ImportJob.status == ImportStatus.RUNNING)
            begun = begun.values(attempts=ImportJob.attempts + 1, progress=0.0)
            return (await session.scalars(begun.returning(ImportJob))).one_or_none()

    async def _work(self, job: ImportJob, folder: Path) -> None:
        progress = _Progress(self.database, job)
        file = folder / "package"
        media_type = job.media_type or ""
        if job.source is not ImportSource.REFERENCE:
            media_type = await self._fetch(job, file, progress) or media_type
        reached("fetched")
        with ExitStack() as opened:
            package, report = await self._read(job, file, media_type, opened)
            await progress.tell(READING)
            reached("read")
            total = sum(asset.size for asset in package.course.assets) or 1
            done = 0

            def kept(size: int) -> None:
                nonlocal done
                done += size
                progress.note(READING + (KEEPING - READING) * done / total)

            files = await keep_files(self.objects, package.course.assets, kept)
            reached("kept")
            await progress.tell(KEEPING)
            with refusals(job.reference):
                async with self.database.transaction() as session:
                    if not await _is_running(session, job.id):
                        return
                    stored = await store_package(session, package, files, report, _destination(job))
                    warnings = [f"{note.what}: {note.why}" for note in stored.report.warnings]
                    await _end(
                        session,
                        job,
                        ImportStatus.COMPLETE,
                        progress=1.0,
                        warnings=warnings,
                        course_id=stored.id,
                        version_id=stored.version_id,
                    )
                    reached("written")
        reached("published")

    async def _fetch(self, job: ImportJob, file: Path, progress: "_Progress") -> str:
        """Fetch the file; return its media type, empty if unknown."""
        if job.source is ImportSource.UPLOAD:
            try:
                await self.objects.fetch_upload(job.location, file)
            except FileNotFoundError as error:
                raise FetchError("There is no such upload.") from error
            return ""
        loop = asyncio.get_running_loop()

        def said(ratio: float) -> None:
            loop.call_soon_threadsafe(progress.note, FETCHING * ratio)

        limit = self.limits.packed
        return await asyncio.to_thread(download, job.location, file, limit, self.network, said)

    async def _read(
        self, job: ImportJob, file: Path, media_type: str, opened: ExitStack
    ) -> tuple[PackageOutline, ImportReport]:
        """Return the package, unpacked until `opened` closes; or a media file in the form of a package."""
        if is_media(media_type):
            there = None if job.source is ImportSource.REFERENCE else file
            return read_media(there, job.location, media_type, job.reference, job.details)
        if job.source is ImportSource.REFERENCE:
            raise PackageError("Only a media file can be left where it is: give its media type.")
        archive = open_archive(file, self.limits, self.scratch)
        folder = await asyncio.to_thread(opened.enter_context, archive)
        return await asyncio.to_thread(read_package, folder)

    async def _fail(self, job: ImportJob, message: str) -> None:
        async with self.database.transaction() as session:
            if await _is_running(session, job.id):
                await _end(session, job, ImportStatus.ERROR, message=message.replace("package: ", "", 1))
        if job.source is ImportSource.UPLOAD:
            await self.objects.drop_upload(job.location)


class _Progress:
    """Stores the progress of an import at intervals."""

    def __init__(self, database: Database, job: ImportJob) -> None:
        self.database = database
        self.job = job
        self.told = time.monotonic()
        self.tasks: set[asyncio.Task[None]] = set()

    def note(self, ratio: float) -> None:
        """Store it in the background, unless the last update was too recent."""
        if time.monotonic() - self.told < TOLD_EVERY or self.tasks:
            return
        task = asyncio.get_running_loop().create_task(self.tell(ratio))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def tell(self, ratio: float) -> None:
        self.told = time.monotonic()
        async with self.database.transaction() as session:
            changed = update(ImportJob).where(
                ImportJob.id == self.job.id,
                ImportJob.status == ImportStatus.RUNNING,
                ImportJob.progress < ratio,
            )
            await session.execute(changed.values(progress=ratio))
            await record(session, EventKind.IMPORT_JOB_CHANGED, self.job.id, user_id=self.job.user_id)


async def _is_running(session: AsyncSession, job_id: str) -> bool:
    """Lock the job and check whether it is still running, so that no other process can end it."""
    status = select(ImportJob.status).where(ImportJob.id == job_id).with_for_update()
    return (await session.scalar(status)) == ImportStatus.RUNNING


async def _end(session: AsyncSession, job: ImportJob, status: ImportStatus, **values: Any) -> None:
    ended = update(ImportJob).where(ImportJob.id == job.id)
    await session.execute(ended.values(status=status, finished_at=func.now(), **values))
    await record(
        session,
        EventKind.IMPORT_JOB_CHANGED,
        job.id,
        user_id=job.user_id,
        course_id=values.get("course_id"),
    )
    if job.postback_url:
        await defer(session, Task.POST_BACK, job_id=job.id)


def _destination(job: ImportJob) -> Destination:
    return Destination(
        reference=job.reference,
        application_id=job.application_id,
        is_new_version_allowed=job.is_new_version_allowed,
        tags=tuple(job.tags),
    )
