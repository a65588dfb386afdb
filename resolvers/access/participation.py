"""Participation: conditions of policies for learners and teachers of a course."""

from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, exists, false, or_, select

from models.learning.enrollment import Enrollment
from models.learning.submission import Submission
from resolvers.access.viewer import VIEWER, Role, teaches
from resolvers.loading.entity import table_of


def enrolled(course_id: SQLColumnExpression[Any], role: Role) -> ColumnElement[bool]:
    """Return whether the viewer is enrolled in the course."""
    if role in (Role.ANONYMOUS, Role.APPLICATION):
        return false()
    own = exists().where(
        Enrollment.course_id == course_id, Enrollment.user_id == VIEWER, Enrollment.is_active
    )
    return own.correlate(table_of(course_id))


def is_enrolled(
    user_id: SQLColumnExpression[Any], course_id: SQLColumnExpression[Any]
) -> ColumnElement[bool]:
    """Return whether the user of a row is enrolled in its course."""
    own = exists().where(
        Enrollment.course_id == course_id, Enrollment.user_id == user_id, Enrollment.is_active
    )
    return own.correlate(table_of(user_id), table_of(course_id))


def enrolled_courses() -> Select[str]:
    """Select the ids of the courses that the viewer is enrolled in."""
    return select(Enrollment.course_id).where(Enrollment.user_id == VIEWER, Enrollment.is_active)


def taught_by_viewer(user_id: SQLColumnExpression[Any], role: Role) -> ColumnElement[bool]:
    """Return whether the user is enrolled in a course that the viewer teaches, or attempted its quizzes."""
    enrollments, submissions = Enrollment.__table__.c, Submission.__table__.c
    takes = exists().where(enrollments.user_id == user_id, teaches(enrollments.course_id, role))
    tries = exists().where(submissions.user_id == user_id, teaches(submissions.course_id, role))
    return or_(takes.correlate(table_of(user_id)), tries.correlate(table_of(user_id)))


def attempted(quiz_id: SQLColumnExpression[Any], role: Role) -> ColumnElement[bool]:
    """Return whether the viewer has started an attempt at the quiz."""
    if role in (Role.ANONYMOUS, Role.APPLICATION):
        return false()
    return exists().where(Submission.quiz_id == quiz_id, Submission.user_id == VIEWER)


def submitted(quiz_id: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Return whether the viewer has submitted an attempt at the quiz."""
    return exists().where(
        Submission.quiz_id == quiz_id, Submission.user_id == VIEWER, Submission.submitted_at.is_not(None)
    )
