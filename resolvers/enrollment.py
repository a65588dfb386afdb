"""Enrollments as the graph reads them."""

from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.base import new_id
from models.course import Course
from models.enrollment import Enrollment
from resolvers.course import COURSE
from resolvers.entity import Entity
from resolvers.errors import Refused, UserErrorCode
from resolvers.page import Page
from resolvers.relation import One
from resolvers.viewer import VIEWER, Viewer, owns, teaches

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


async def enroll(session: AsyncSession, viewer: Viewer, course_id: str) -> dict[str, Any]:
    """Take part in a course; who left takes up their old enrollment, who takes part keeps it as it is."""
    user_id = viewer.signed_in_id
    role = viewer.role
    known = select(COURSE.column("viewer_can_enroll", role), Course.is_invite_only).where(
        Course.id == course_id, COURSE.visible(role)
    )
    row = (await session.execute(known, viewer.parameters)).one_or_none()
    if row is None:
        raise Refused(UserErrorCode.NOT_FOUND, "There is no such course.", "courseId")
    can_enroll, is_invite_only = row
    if not can_enroll:
        code = UserErrorCode.INVITE_ONLY if is_invite_only else UserErrorCode.ENROLLMENT_CLOSED
        raise Refused(code, "The course does not take you now.", "courseId")
    taken = insert(Enrollment).values(id=new_id(), user_id=user_id, course_id=course_id, mode="audit")
    again = taken.on_conflict_do_update(index_elements=["user_id", "course_id"], set_={"is_active": True})
    return {"enrollment_id": await session.scalar(again.returning(Enrollment.id))}
