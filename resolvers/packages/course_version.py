"""Versions of courses as the graph reads them."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.course import Course
from models.packages.course_version import CourseVersion
from resolvers.access.scope import Verb
from resolvers.access.viewer import Role, Viewer, teaches
from resolvers.catalogue.arrangement import arrange
from resolvers.catalogue.course import COURSE, CourseNamed, named_course
from resolvers.catalogue.item import ITEM
from resolvers.catalogue.section import SECTION
from resolvers.commands.command import command
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.commands.values import Id
from resolvers.loading.entity import Entity, translated
from resolvers.loading.page import Page
from resolvers.loading.relation import Many, One


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


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionNamed(CourseNamed):
    """Version of an input: by its id, or by its number in a course."""

    version_id: Id | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteCourseVersion(VersionNamed):
    """Version to delete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseVersionDeleted:
    """Id of the deleted version; its course, null if that was deleted with its last version."""

    deleted_id: str
    course_id: str | None


@command(UserErrorCode.NOT_FOUND, UserErrorCode.NOT_ACCESSIBLE, UserErrorCode.INVALID_INPUT, verb=Verb.DELETE)
async def delete_course_version(
    session: AsyncSession, viewer: Viewer, given: DeleteCourseVersion
) -> CourseVersionDeleted:
    """Delete a version with all that hangs on it, and with the last one the course (SCORM Cloud).

    A course that showed it shows the newest of those that are left.
    """
    if not viewer.keeps_courses:
        raise Refused(UserErrorCode.NOT_ACCESSIBLE, "Only staff and applications delete versions.")
    course_id, version_id = await team_version(session, viewer, named_version(viewer, given))
    await session.execute(select(Course.id).where(Course.id == course_id).with_for_update())
    left = select(CourseVersion.id).where(
        CourseVersion.course_id == course_id, CourseVersion.id != version_id
    )
    newest = await session.scalar(left.order_by(CourseVersion.number.desc()).limit(1))
    if newest is None:
        await session.execute(delete(Course).where(Course.id == course_id))
        return CourseVersionDeleted(deleted_id=version_id, course_id=None)
    shown = update(Course).where(Course.id == course_id, Course.version_id == version_id)
    await session.execute(shown.values(version_id=newest, updated_at=func.now()))
    await session.execute(delete(CourseVersion).where(CourseVersion.id == version_id))
    await arrange(session, course_id)
    return CourseVersionDeleted(deleted_id=version_id, course_id=course_id)


def named_version(viewer: Viewer, named: VersionNamed) -> ColumnElement[bool]:
    """Whether it is the version that an input names, by its id, or by its course and perhaps its number."""
    if named.version_id is None:
        shown = CourseVersion.id == Course.version_id
        numbered = CourseVersion.number == named.version
        return and_(named_course(viewer, named), shown if named.version is None else numbered)
    if (named.course_id, named.reference, named.version) != (None, None, None):
        message = "Name the version by its id, or by its course and number."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "version_id")
    return CourseVersion.id == named.version_id


async def team_version(session: AsyncSession, viewer: Viewer, named: ColumnElement[bool]) -> tuple[str, str]:
    """Ids of the course and of the version that is named; refused as `team_course` refuses."""
    team = teaches(Course.__table__.c.id, viewer.role).label("is_team")
    known = (
        select(CourseVersion.course_id, CourseVersion.id, team)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(named, COURSE_VERSION.visible(viewer.role))
    )
    row = (await session.execute(known, viewer.parameters)).one_or_none()
    if row is None:
        raise Refused(UserErrorCode.NOT_FOUND, "There is no such version of yours.", "version_id")
    if not row.is_team:
        raise Refused(UserErrorCode.NOT_ACCESSIBLE, "Only the course's team may do this.", "version_id")
    return row.course_id, row.id
