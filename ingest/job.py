"""Imports: a file of a course format read and written, whole or not at all."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from psycopg import OperationalError
from psycopg.errors import ProgramLimitExceeded
from sqlalchemy.exc import DataError, IntegrityError

from ingest.archive import open_archive
from ingest.olx import read_course
from ingest.package import read_package
from ingest.store import Destination, Stored, StoreError, keep_files, store_course, store_package
from models.postgres.database import Database
from models.storage.objects import FileStore

log = logging.getLogger(__name__)

REASONS: Mapping[type[Exception], str] = {
    ProgramLimitExceeded: "one of its texts is too long to be kept",
    DataError: "it has a text or a number that no database keeps",
    IntegrityError: "two of its parts have one name, or another import changes the same; try it again",
    OperationalError: "the database does not answer; try it again later",
}


async def import_olx(database: Database, objects: FileStore, path: Path) -> Stored:
    """Import the Open edX course that `path`, a folder or an archive, holds.

    Raises ArchiveError, OlxError or StoreError, a sentence each; then the database is as it was.
    """
    with open_archive(path) as folder:
        course, report = read_course(folder)
        files = await keep_files(objects, course.assets)
        with refusals(course.key):
            async with database.transaction() as session:
                return await store_course(session, course, files, report)


async def import_package(
    database: Database, objects: FileStore, path: Path, reference: str | None = None
) -> Stored:
    """Import the package that `path`, a folder or an archive, holds, as a course or a version of one.

    The course is that of `reference`, or of the identifier in the package's manifest. Raises ArchiveError,
    PackageError or StoreError, a sentence each; then the database is as it was.
    """
    with open_archive(path) as folder:
        package, report = read_package(folder)
        files = await keep_files(objects, package.course.assets)
        destination = Destination(reference=reference or package.identifier)
        with refusals(destination.reference):
            async with database.transaction() as session:
                return await store_package(session, package, files, report, destination)


@contextmanager
def refusals(name: str) -> Iterator[None]:
    """What the database refuses as a StoreError of one sentence, which tells nothing of its inside."""
    try:
        yield
    except (DataError, IntegrityError, OperationalError) as error:
        log.warning("%s cannot be written: %s", name, error)
        reason = next(words for kind, words in REASONS.items() if isinstance(error, kind))
        raise StoreError(f"{name}: cannot be written: {reason}.") from error
