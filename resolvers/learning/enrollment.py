"""Enrollments: entity, relations and commands."""

from dataclasses import dataclass

from sqlalchemy import and_, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.course import Course
from models.learning.enrollment import Enrollment
from models.postgres.base import new_id
from resolvers.access.viewer import VIEWER, Viewer, owns, teaches
from resolvers.catalogue.course import COURSE
from resolvers.commands.command import command
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.commands.values import Id
from resolvers.loading.entity import Entity
from resolvers.loading.page import Page
from resolvers.loading.relation import One
from resolvers.operations.errors import BadUserInput

ENROLLMENT = Entity(
    model=Enrollment,
    rows=lambda role: or_(
        owns(Enrollment.__table__.c.user_id, role), teaches(Enrollment.__table__.c.course_id, role)
    ),
    within=("course_id", COURSE),
    expressions={
        "is_completed": lambda _: Enrollment.completed_at.is_not(None),
        "is_reactivated": lambda _: func.coalesce(Enrollment.reactivated_until > func.now(), False),
        "enrolled_at": lambda _: Enrollment.created_at,
    },
    filters={
        "course": lambda value: Enrollment.course_id == value,
        "user": lambda value: Enrollment.user_id == value,
        "is_active": lambda value: Enrollment.is_active == value,
        "is_of_viewer": lambda value: func.coalesce(Enrollment.user_id == VIEWER, False) == value,
    },
    orders={"ENROLLED_AT": (lambda _: Enrollment.created_at,)},
)

BY_ID = One(target=ENROLLMENT, needs=("enrollment_id",))
OF_VIEWER = One(
    target=ENROLLMENT,
    by="course_id",
    only=and_(Enrollment.user_id == VIEWER, Enrollment.is_active),
)
OF_COURSE = Page(target=ENROLLMENT, by="course_id", order="ENROLLED_AT", of=COURSE)
OF_USER = Page(target=ENROLLMENT, by="user_id", order="ENROLLED_AT")
ALL = Page(target=ENROLLMENT, order="ENROLLED_AT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enroll:
    """Course to enroll in."""

    course_id: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrollmentChanged:
    """Created or changed enrollment."""

    enrollment_id: str


@command(UserErrorCode.NOT_FOUND, UserErrorCode.ENROLLMENT_CLOSED, UserErrorCode.INVITE_ONLY)
async def enroll(session: AsyncSession, viewer: Viewer, given: Enroll) -> EnrollmentChanged:
    """Enroll the viewer in a course; reactivate an inactive enrollment, and keep an active one as it is.

    The same rules hold for staff and teachers, except that an invite-only course is open to its team.
    """
    user_id = viewer.signed_in_id
    role = viewer.role
    own = select(Enrollment.id).where(
        Enrollment.course_id == Course.id, Enrollment.user_id == VIEWER, Enrollment.is_active
    )
    known = select(
        COURSE.column("viewer_can_enroll", role), Course.is_invite_only, own.scalar_subquery()
    ).where(Course.id == given.course_id, COURSE.visible(role))
    row = (await session.execute(known, viewer.parameters)).one_or_none()
    if row is None:
        raise _no_course()
    can_enroll, is_invite_only, enrollment_id = row
    if enrollment_id is not None:
        return EnrollmentChanged(enrollment_id=enrollment_id)
    if not can_enroll:
        code = UserErrorCode.INVITE_ONLY if is_invite_only else UserErrorCode.ENROLLMENT_CLOSED
        raise Refused(code, "You cannot enroll in the course now.", "course_id")
    taken = insert(Enrollment).values(id=new_id(), user_id=user_id, course_id=given.course_id, mode="audit")
    again = taken.on_conflict_do_update(index_elements=["user_id", "course_id"], set_={"is_active": True})
    made = await session.scalars(again.returning(Enrollment.id))
    return EnrollmentChanged(enrollment_id=made.one())


@dataclass(frozen=True, slots=True, kw_only=True)
class Unenroll:
    """Course or enrollment to leave; exactly one of the ids is required."""

    course_id: Id | None = None
    enrollment_id: Id | None = None


@command(UserErrorCode.NOT_FOUND, UserErrorCode.NOT_ENROLLED)
async def unenroll(session: AsyncSession, viewer: Viewer, given: Unenroll) -> EnrollmentChanged:
    """Deactivate the viewer's enrollment, found by course id or enrollment id.

    The row is kept. An inactive enrollment stays inactive.
    """
    enrollment_id = given.enrollment_id
    if (given.course_id is None) == (enrollment_id is None):
        raise BadUserInput("Give exactly one of 'courseId' and 'enrollmentId'.")
    own = update(Enrollment).where(Enrollment.user_id == viewer.signed_in_id).values(is_active=False)
    if enrollment_id is not None:
        by_id = own.where(Enrollment.id == enrollment_id).returning(Enrollment.id)
        if await session.scalar(by_id) is None:
            raise _no_enrollment()
        return EnrollmentChanged(enrollment_id=enrollment_id)
    by_course = own.where(Enrollment.course_id == given.course_id).returning(Enrollment.id)
    enrollment_id = await session.scalar(by_course)
    if enrollment_id is None:
        known = select(Course.id).where(Course.id == given.course_id, COURSE.visible(viewer.role))
        if (await session.execute(known, viewer.parameters)).first() is None:
            raise _no_course()
        raise Refused(UserErrorCode.NOT_ENROLLED, "You are not enrolled in the course.", "course_id")
    return EnrollmentChanged(enrollment_id=enrollment_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteEnrollment:
    """Enrollment to mark as completed."""

    enrollment_id: Id


@command(UserErrorCode.NOT_FOUND, UserErrorCode.NOT_ENROLLED)
async def complete_enrollment(
    session: AsyncSession, viewer: Viewer, given: CompleteEnrollment
) -> EnrollmentChanged:
    """Mark the viewer's enrollment as completed; the first completion timestamp is kept."""
    return await _set_completed(session, viewer, given.enrollment_id, True)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateEnrollment:
    """Enrollment to change; a value that is null stays."""

    enrollment_id: Id
    is_completed: bool | None = None


@command(UserErrorCode.NOT_FOUND, UserErrorCode.NOT_ENROLLED)
async def update_enrollment(
    session: AsyncSession, viewer: Viewer, given: UpdateEnrollment
) -> EnrollmentChanged:
    """Complete the viewer's enrollment, or undo the completion."""
    return await _set_completed(session, viewer, given.enrollment_id, given.is_completed)


async def _set_completed(
    session: AsyncSession, viewer: Viewer, enrollment_id: str, is_completed: bool | None
) -> EnrollmentChanged:
    known = select(Enrollment.is_active).where(
        Enrollment.id == enrollment_id,
        Enrollment.user_id == viewer.signed_in_id,
        ENROLLMENT.visible(viewer.role),
    )
    is_active = await session.scalar(known, viewer.parameters)
    if is_active is None:
        raise _no_enrollment()
    if is_completed is None:
        return EnrollmentChanged(enrollment_id=enrollment_id)
    if not is_active:
        raise Refused(UserErrorCode.NOT_ENROLLED, "Your enrollment is not active.", "enrollment_id")
    completed_at = func.coalesce(Enrollment.completed_at, func.now()) if is_completed else null()
    await session.execute(
        update(Enrollment).where(Enrollment.id == enrollment_id).values(completed_at=completed_at)
    )
    return EnrollmentChanged(enrollment_id=enrollment_id)


def _no_enrollment() -> Refused:
    return Refused(UserErrorCode.NOT_FOUND, "You have no enrollment with this id.", "enrollment_id")


def _no_course() -> Refused:
    return Refused(UserErrorCode.NOT_FOUND, "There is no such course.", "course_id")
