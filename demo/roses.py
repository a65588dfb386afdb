"""“Cut a Rose”: a SCORM 1.2 package of one page, for a first launch in the player."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from demo.making import FILES
from ingest.archive import open_archive
from ingest.package import read_package
from ingest.store import Destination, keep_files, store_package
from models.learning.enrollment import Enrollment
from models.people.user import User
from models.postgres.base import new_id
from models.storage.objects import FileStore

LEARNER = "ada"
"""User name of the learner who is enrolled."""


async def import_roses(session: AsyncSession, objects: FileStore) -> str:
    """Import the package as a course with one learner; return the course's id."""
    with open_archive(FILES / "roses") as folder:
        package, report = read_package(folder)
        files = await keep_files(objects, package.course.assets)
        destination = Destination(reference=package.identifier)
        stored = await store_package(session, package, files, report, destination)
    learner = (await session.scalars(select(User.id).where(User.username == LEARNER))).one()
    session.add(Enrollment(id=new_id(), user_id=learner, course_id=stored.id))
    await session.flush()
    return stored.id
