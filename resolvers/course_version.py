"""Versions of courses as the graph reads them."""

from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.course import Course
from models.course_version import CourseVersion
from resolvers.arrangement import arrange
from resolvers.asset import ASSET
from resolvers.course import COURSE
from resolvers.entity import Entity, translated
from resolvers.errors import Refused, UserErrorCode
from resolvers.item import ITEM
from resolvers.page import Page
from resolvers.relation import Many, One
from resolvers.scope import Verb, needs
from resolvers.section import SECTION
from resolvers.viewer import Role, Viewer, teaches


def _is_current(_: Role) -> ColumnElement[bool]:
    return exists().where(Course.version_id == CourseVersion.id).correlate(CourseVersion.__table__)


COURSE_VERSION = Entity(
    model=CourseVersion,
    rows=lambda role: or_(_is_current(role), teaches(CourseVersion.__table__.c.course_id, role)),
    within=("course_id", COURSE),
    expressions={
        "title": lambda _: func.coalesce(translated(CourseVersion.title), ""),
        "description": lambda _: translated(CourseVersion.description),
        "is_current": _is_current,
    },
    filters={
        "number": lambda value: CourseVersion.number == value,
        "updated_since": lambda value: CourseVersion.updated_at >= value,
        "updated_until": lambda value: CourseVersion.updated_at < value,
    },
    orders={"NUMBER": (lambda _: CourseVersion.number,)},
)

BY_ID = One(target=COURSE_VERSION, needs=("version_id",))
OF_COURSE = Page(target=COURSE_VERSION, by="course_id", order="NUMBER", descending=True, of=COURSE)
SECTIONS = Many(target=SECTION, by="version_id", order=("path", "id"))
ITEMS = Many(target=ITEM, by="version_id", order=("path", "id"))
ASSETS = Page(target=ASSET, by="version_id", order="PATH")


@needs(Verb.DELETE)
async def delete_course_version(session: AsyncSession, viewer: Viewer, version_id: str) -> dict[str, Any]:
    """Delete a version with all that hangs on it, and with the last one the course (002).

    A course that showed it shows the newest of those that are left.
    """
    if viewer.role not in (Role.STAFF, Role.APPLICATION):
        raise Refused(UserErrorCode.NOT_ACCESSIBLE, "Only staff and applications delete versions.")
    team = teaches(CourseVersion.__table__.c.course_id, viewer.role)
    known = select(CourseVersion.course_id).where(
        CourseVersion.id == version_id, COURSE_VERSION.visible(viewer.role), team
    )
    course_id = await session.scalar(known, viewer.parameters)
    if course_id is None:
        raise Refused(UserErrorCode.NOT_FOUND, "There is no such version of yours.", "versionId")
    await session.execute(select(Course.id).where(Course.id == course_id).with_for_update())
    left = select(CourseVersion.id).where(
        CourseVersion.course_id == course_id, CourseVersion.id != version_id
    )
    newest = await session.scalar(left.order_by(CourseVersion.number.desc()).limit(1))
    if newest is None:
        await session.execute(delete(Course).where(Course.id == course_id))
        return {"deleted_id": version_id, "course_id": None}
    shown = update(Course).where(Course.id == course_id, Course.version_id == version_id)
    await session.execute(shown.values(version_id=newest, updated_at=func.now()))
    await session.execute(delete(CourseVersion).where(CourseVersion.id == version_id))
    await arrange(session, course_id)
    return {"deleted_id": version_id, "course_id": course_id}
