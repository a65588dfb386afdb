"""Imports: a file of a course format read and written, whole or not at all."""

from pathlib import Path

from psycopg import OperationalError
from sqlalchemy.exc import DataError, IntegrityError

from ingest.archive import open_archive
from ingest.olx import read_course
from ingest.store import Stored, StoreError, keep_files, store_course
from models.database import Database


async def import_olx(database: Database, assets: Path, path: Path) -> Stored:
    """Import the Open edX course that `path`, a folder or an archive, holds.

    `assets` is the folder of course files. Raises ArchiveError, OlxError or StoreError, a sentence each; then
    the database is as it was.
    """
    with open_archive(path) as folder:
        course, report = read_course(folder)
        files = keep_files(assets, course.assets)
        try:
            async with database.transaction() as session:
                return await store_course(session, course, files, report)
        except (DataError, IntegrityError, OperationalError) as error:
            cause = error if isinstance(error, OperationalError) else error.orig
            reason = str(cause).partition("\n")[0]
            raise StoreError(f"{course.key}: cannot be written ({reason}).") from error
