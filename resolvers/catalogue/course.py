"""Courses: entity, policy, relations and commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    any_,
    cast,
    delete,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import DateTime, Text

from models.catalogue.channel import Channel
from models.catalogue.course import Course, CourseStatus
from models.catalogue.document import CourseDocument
from resolvers.access.participation import enrolled
from resolvers.access.scope import Verb
from resolvers.access.viewer import USES_APP, Role, Viewer, teaches
from resolvers.commands.command import command
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.commands.text import as_text, is_storable
from resolvers.commands.values import Id
from resolvers.loading.entity import Containing, Entity, among, one_of
from resolvers.loading.page import Page
from resolvers.loading.relation import One

FOREVER = cast(literal("9999-01-01T00:00:00Z"), DateTime(timezone=True))
"""Timestamp that replaces a missing one in sort orders: later than all others."""

LONGEST_TITLE = 500

TAUGHT_HERE = (CourseStatus.PREVIEW, CourseStatus.ACTIVE, CourseStatus.SELF_PACED)
"""Statuses of courses whose content is visible to learners."""


def _known(role: Role) -> ColumnElement[bool]:
    """Check that the course is visible to the viewer.

    A course in preparation is visible only to its course team, a hidden course also to enrolled learners.
    An application sees only its own courses (SCORM Cloud). Web-only courses are hidden from apps.
    """
    if role is Role.APPLICATION:
        return teaches(Course.__table__.c.id, role)
    fits = or_(Course.is_web_only.is_(False), USES_APP.is_(False))
    public = Course.is_hidden.is_(False)
    shown = public if role is Role.ANONYMOUS else or_(public, enrolled(Course.__table__.c.id, role))
    begun = Course.status != CourseStatus.PREPARATION
    return and_(fits, or_(and_(begun, shown), teaches(Course.__table__.c.id, role)))


def _started(_: Role) -> ColumnElement[bool]:
    begun = or_(Course.starts_at.is_(None), Course.starts_at <= func.now())
    return and_(begun, one_of(Course.status, *TAUGHT_HERE))


def _can_enroll(role: Role) -> ColumnElement[bool]:
    return and_(
        not_(one_of(Course.status, CourseStatus.PREPARATION, CourseStatus.EXTERNAL)),
        or_(Course.is_invite_only.is_(False), teaches(Course.__table__.c.id, role)),
        or_(Course.enrollment_starts_at.is_(None), Course.enrollment_starts_at <= func.now()),
        or_(Course.enrollment_ends_at.is_(None), Course.enrollment_ends_at > func.now()),
    )


def _of_channel(code: ColumnElement[Any]) -> ColumnElement[bool]:
    found = select(Channel.id).where(Channel.code == code).scalar_subquery()
    return Course.channel_id == found


def _of_document(id_: ColumnElement[Any]) -> ColumnElement[bool]:
    named = select(CourseDocument.course_id).where(CourseDocument.document_id == id_)
    return Course.id.in_(named)


SHOWN_REFERENCE = func.coalesce(Course.reference, cast(Course.id, Text))
"""Name of a course in the requests of applications: its reference, else its id."""

COURSE = Entity(
    model=Course,
    rows=_known,
    hides_from_staff=True,
    expressions={
        "image": lambda _: Course.images[0],
        "is_external": lambda _: or_(
            Course.status == CourseStatus.EXTERNAL, Course.external_url.is_not(None)
        ),
        "is_started": _started,
        "viewer_can_access": lambda role: or_(
            and_(enrolled(Course.__table__.c.id, role), _started(role)), teaches(Course.__table__.c.id, role)
        ),
        "viewer_can_enroll": _can_enroll,
        "viewer_is_enrolled": lambda role: enrolled(Course.__table__.c.id, role),
    },
    filters={
        "channel": lambda value: Course.channel_id == value,
        "channel_code": _of_channel,
        "document": _of_document,
        "organization": lambda value: Course.organization_id == value,
        "status": lambda value: among(Course.status, value),
        "language": lambda value: Course.language == value,
        "search": Containing((Course.title,)),
        "search_reference": Containing((SHOWN_REFERENCE,)),
        "search_title_or_reference": Containing((Course.title, SHOWN_REFERENCE)),
        "is_listed": lambda value: Course.is_listed == value,
        "is_web_only": lambda value: Course.is_web_only == value,
        "viewer_is_enrolled": lambda value: enrolled(Course.__table__.c.id, Role.MEMBER) == value,
        "tags": lambda value: Course.tags.contains(cast(value, ARRAY(Text))),
        "any_tags": lambda value: Course.tags.overlap(cast(value, ARRAY(Text))),
        "created_since": lambda value: Course.created_at >= value,
        "created_until": lambda value: Course.created_at < value,
        "updated_since": lambda value: Course.updated_at >= value,
        "updated_until": lambda value: Course.updated_at < value,
    },
    orders={
        "TITLE": (lambda _: Course.title,),
        "STARTS_AT": (lambda _: func.coalesce(Course.starts_at, FOREVER),),
        "CREATED_AT": (lambda _: Course.created_at,),
        "UPDATED_AT": (lambda _: Course.updated_at,),
    },
)

BY_ID = One(target=COURSE, needs=("course_id",))
ALL = Page(target=COURSE, order="TITLE")
OF_CHANNEL = Page(target=COURSE, by="channel_id", order="TITLE")
OF_APPLICATION = Page(target=COURSE, by="application_id", order="TITLE")
OF_ORGANIZATION = Page(target=COURSE, by="organization_id", order="TITLE")


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseNamed:
    """Course in an input: either its id or its external id, exactly one of the two."""

    course_id: Id | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCourseTitle(CourseNamed):
    """Input of `set_course_title`."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseChanged:
    """Id of the updated course."""

    course_id: str


@command(UserErrorCode.NOT_FOUND, UserErrorCode.INVALID_INPUT)
async def set_course_title(session: AsyncSession, viewer: Viewer, given: SetCourseTitle) -> CourseChanged:
    """Rename a course; the title lasts until the next course version."""
    title = given.title.strip()
    if not title or not is_storable(title, LONGEST_TITLE):
        message = f"A title is text of 1 to {LONGEST_TITLE} characters."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "title")
    return await _change(session, viewer, named_course(viewer, given), title=title)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCourseWebOnly:
    """Input of `set_course_web_only`."""

    course_id: Id
    is_web_only: bool


@command(UserErrorCode.NOT_FOUND)
async def set_course_web_only(
    session: AsyncSession, viewer: Viewer, given: SetCourseWebOnly
) -> CourseChanged:
    """Hide a course from apps, or show it to apps."""
    return await _change(session, viewer, Course.id == given.course_id, is_web_only=given.is_web_only)


async def _change(
    session: AsyncSession, viewer: Viewer, named: ColumnElement[bool], **values: Any
) -> CourseChanged:
    """Update a course of the viewer's; refused unless the viewer is in the course team."""
    change = update(Course).where(_is_teams(viewer, named)).values(**values, updated_at=func.now())
    changed = await session.scalar(change.returning(Course.id), viewer.parameters)
    if changed is None:
        raise Refused(
            UserErrorCode.NOT_FOUND, "Course not found, or you are not in its course team.", "course_id"
        )
    return CourseChanged(course_id=changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteCourse(CourseNamed):
    """Input of `delete_course`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseDeleted:
    """Id of the deleted course."""

    deleted_id: str


@command(UserErrorCode.NOT_FOUND, UserErrorCode.NOT_ACCESSIBLE, UserErrorCode.INVALID_INPUT, verb=Verb.DELETE)
async def delete_course(session: AsyncSession, viewer: Viewer, given: DeleteCourse) -> CourseDeleted:
    """Delete a course with all dependent rows.

    Files that no other course refers to are deleted a day later.
    """
    if not viewer.keeps_courses:
        raise Refused(UserErrorCode.NOT_ACCESSIBLE, "Only staff and applications may delete courses.")
    own = _is_teams(viewer, named_course(viewer, given))
    deleted = await session.scalar(delete(Course).where(own).returning(Course.id), viewer.parameters)
    if deleted is None:
        raise Refused(
            UserErrorCode.NOT_FOUND, "Course not found, or you are not in its course team.", "course_id"
        )
    return CourseDeleted(deleted_id=deleted)


def named_course(viewer: Viewer, named: CourseNamed) -> ColumnElement[bool]:
    """Return the condition that a course is the one in an input, which has its id or its reference.

    References of another application do not match: a reference is unique only among the courses of one
    application, or among the courses without an application.
    """
    if (named.course_id is None) == (named.reference is None):
        message = "Name the course by its id or by its reference."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "course_id")
    if named.reference is not None:
        return referred(viewer, [named.reference])
    return Course.id == named.course_id


def referred(viewer: Viewer, references: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a course has one of the references of the viewer's application."""
    wanted = literal([as_text(each, "reference") for each in references], ARRAY(Text))
    own = Course.application_id.is_not_distinct_from(viewer.application_id)
    return and_(Course.reference == any_(wanted), own)


async def team_course(session: AsyncSession, viewer: Viewer, named: ColumnElement[bool]) -> str:
    """Return the id of the named course; refused unless visible, and unless the viewer is in its team."""
    team = teaches(Course.__table__.c.id, viewer.role).label("is_team")
    known = select(Course.id, team).where(named, COURSE.visible(viewer.role))
    row = (await session.execute(known, viewer.parameters)).one_or_none()
    if row is None:
        raise Refused(
            UserErrorCode.NOT_FOUND, "Course not found, or you are not in its course team.", "course_id"
        )
    if not row.is_team:
        raise Refused(UserErrorCode.NOT_ACCESSIBLE, "Only the course team may do this.", "course_id")
    return str(row.id)


def _is_teams(viewer: Viewer, named: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a course is the named one and the viewer is in its course team."""
    return and_(named, COURSE.visible(viewer.role), teaches(Course.__table__.c.id, viewer.role))
