"""Imports of a course format from a file, completely or not at all."""

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
    ProgramLimitExceeded: "one of its texts is too long to store",
    DataError: "it has a text or a number that the database cannot store",
    IntegrityError: "two of its parts have one name, or another import changes the same rows; try again",
    OperationalError: "the database does not respond; try again later",
}


async def import_olx(database: Database, objects: FileStore, path: Path) -> Stored:
    """Import the Open edX course at `path`, a folder or an archive.

    Raises ArchiveError, OlxError or StoreError, one sentence each; then the database is unchanged.
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
    """Import the package at `path`, a folder or an archive, as a course or a version of one.

    The course has external id `reference`, by default the identifier in the package's manifest. Raises
    ArchiveError, PackageError or StoreError, one sentence each; then the database is unchanged.
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
    """Turn errors of the database into a StoreError of one sentence, without internal details."""
    try:
        yield
    except (DataError, IntegrityError, OperationalError) as error:
        log.warning("%s cannot be written: %s", name, error)
        reason = next(words for kind, words in REASONS.items() if isinstance(error, kind))
        raise StoreError(f"{name}: cannot be written: {reason}.") from error
