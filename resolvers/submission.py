"""Submissions and answers as the graph reads them."""

from sqlalchemy import ColumnElement, case, null, or_, select

from models.submission import Answer, Submission
from resolvers.course import COURSE
from resolvers.entity import Entity, everyone
from resolvers.page import Page
from resolvers.quiz import solution_shown
from resolvers.relation import Many, One
from resolvers.viewer import VIEWER, Role, owns, teaches

SUBMISSION = Entity(
    model=Submission,
    rows=lambda role: or_(
        owns(Submission.__table__.c.user_id, role), teaches(Submission.__table__.c.course_id, role)
    ),
    within=("course_id", COURSE),
    expressions={"is_submitted": lambda _: Submission.submitted_at.is_not(None)},
    filters={
        "course": lambda value: Submission.course_id == value,
        "quiz": lambda value: Submission.quiz_id == value,
        "user": lambda value: Submission.user_id == value,
        "is_submitted": lambda value: Submission.submitted_at.is_not(None) == value,
    },
    orders={"STARTED_AT": (lambda _: Submission.started_at,)},
)


def _points_shown(role: Role) -> ColumnElement[bool]:
    """Points of a single answer tell the solution, so they are shown with it."""
    quiz = select(Submission.quiz_id).where(Submission.id == Answer.submission_id)
    return solution_shown(quiz.correlate(Answer.__table__).scalar_subquery(), role)


ANSWER = Entity(
    model=Answer,
    rows=everyone,
    within=("submission_id", SUBMISSION),
    expressions={"points": lambda role: case((_points_shown(role), Answer.points), else_=null())},
)

BY_ID = One(target=SUBMISSION, needs=("submission_id",))
ALL = Page(target=SUBMISSION, order="STARTED_AT", descending=True)
OF_VIEWER = Many(target=SUBMISSION, by="quiz_id", order=("attempt",), only=Submission.user_id == VIEWER)
NEWEST_OF_VIEWER = One(target=SUBMISSION, by="quiz_id", only=Submission.user_id == VIEWER, newest="attempt")
ANSWERS = Many(target=ANSWER, by="submission_id", order=("question_id",), of=SUBMISSION)
