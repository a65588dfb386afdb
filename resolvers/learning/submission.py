"""Submissions and answers: entities, relations, and commands to start, save and submit an attempt.

Time is the database server's. An attempt ends at the quiz's time limit, at the item's deadline or, unless
the user teaches the course, when the item closes, whichever is first. Answers that arrive within `GRACE`
after the end count as in time; later answers are refused, and the server submits the saved ones
(`hand_in_ended`), with the end of the attempt as their timestamp.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import fsum
from typing import Any

import psycopg
from psycopg_pool import PoolTimeout
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Row,
    Select,
    SQLColumnExpression,
    case,
    exists,
    func,
    not_,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.course import CourseTeacher
from models.catalogue.item import Item
from models.content.quiz import Quiz
from models.events.event import EventKind
from models.learning.submission import Answer, Submission
from models.people.user import User
from models.postgres.base import new_id
from models.postgres.database import Database
from resolvers.access.participation import enrolled
from resolvers.access.viewer import VIEWER, Role, Viewer, owns, teaches
from resolvers.catalogue.course import BY_ID as COURSE_BY_ID
from resolvers.catalogue.course import COURSE
from resolvers.catalogue.opening import opened
from resolvers.commands.command import command
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.commands.values import Id
from resolvers.content.quiz import solution_shown
from resolvers.events.event import record
from resolvers.events.happening import Happening
from resolvers.learning.answering import GivenAnswer, checked, keep, questions_of
from resolvers.learning.scoring import LearnerAnswer, score
from resolvers.loading.entity import Entity, everyone
from resolvers.loading.page import Page
from resolvers.loading.relation import Many, One

log = logging.getLogger("resolvers.submission")

GRACE = timedelta(seconds=15)
"""Time after the end of an attempt during which answers are still accepted, for network latency."""

HANDED_IN_AT_ONCE = 500
"""Maximum number of ended drafts that the server submits in one run."""


def _end() -> SQLColumnExpression[Any]:
    """Return the end of an attempt, of submissions joined with their items; null if it has none."""
    items = Item.__table__.c
    return func.least(Submission.expires_at, items.deadline, _closes_at(), type_=DateTime(True))


def _closes_at() -> SQLColumnExpression[Any]:
    """Return when the item closes for the submission's user; null for those who teach the course."""
    items = Item.__table__.c
    teaches_course = exists().where(
        CourseTeacher.course_id == items.course_id, CourseTeacher.user_id == Submission.user_id
    )
    is_staff = exists().where(User.id == Submission.user_id, User.is_staff)
    return case((not_(or_(teaches_course, is_staff)), items.closes_at), else_=null())


def _end_of_attempt() -> SQLColumnExpression[Any]:
    end = select(_end()).select_from(Item.__table__).where(Item.id == Submission.item_id)
    return end.correlate(Submission.__table__).scalar_subquery()


SUBMISSION = Entity(
    model=Submission,
    rows=lambda role: or_(
        owns(Submission.__table__.c.user_id, role), teaches(Submission.__table__.c.course_id, role)
    ),
    within=("course_id", COURSE),
    expressions={
        "is_submitted": lambda _: Submission.submitted_at.is_not(None),
        "expires_at": lambda _: _end_of_attempt(),
    },
    filters={
        "course": lambda value: Submission.course_id == value,
        "quiz": lambda value: Submission.quiz_id == value,
        "user": lambda value: Submission.user_id == value,
        "is_submitted": lambda value: Submission.submitted_at.is_not(None) == value,
    },
    orders={"STARTED_AT": (lambda _: Submission.started_at,)},
)


def _points_shown(role: Role) -> ColumnElement[bool]:
    """Whether the points of an answer are shown; they reveal the solution, so they follow its rule."""
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
OF_VIEWER = Many(
    target=SUBMISSION, by="quiz_id", order=("attempt",), only=Submission.user_id == VIEWER, usual=1
)
NEWEST_OF_VIEWER = One(target=SUBMISSION, by="quiz_id", only=Submission.user_id == VIEWER, newest="attempt")
SCORED = Happening(
    kinds=frozenset({EventKind.SUBMISSION_SCORED}),
    by="course_id",
    place=COURSE_BY_ID,
    shown=BY_ID,
    key="submission_id",
    subject="submission_id",
)
ANSWERS = Many(target=ANSWER, by="submission_id", order=("question_id",), of=SUBMISSION, usual=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSubmission:
    """Quiz to attempt."""

    quiz_id: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionChanged:
    """Started, saved or submitted submission."""

    submission_id: str


@command(
    UserErrorCode.NOT_FOUND,
    UserErrorCode.NOT_ENROLLED,
    UserErrorCode.NOT_ACCESSIBLE,
    UserErrorCode.NO_ATTEMPTS_LEFT,
    UserErrorCode.TIME_LIMIT_EXCEEDED,
    UserErrorCode.DEADLINE_PASSED,
    UserErrorCode.INVALID_ANSWER,
)
async def start_submission(
    session: AsyncSession, viewer: Viewer, given: StartSubmission
) -> SubmissionChanged:
    """Start an attempt at a quiz, or continue the existing draft.

    An ended draft is submitted with its last saved answers before another attempt starts.
    """
    user_id = viewer.signed_in_id
    wanted = select(
        Quiz.allowed_attempts,
        Quiz.item_id,
        Quiz.course_id,
        func.coalesce(Item.deadline <= func.now(), False).label("is_late"),
        (func.now() + func.make_interval(0, 0, 0, 0, 0, 0, Quiz.time_limit)).label("expires_at"),
    )
    in_item = wanted.join(Item, Item.id == Quiz.item_id).where(Quiz.id == given.quiz_id)
    quiz = await opened(session, viewer, in_item, "quiz_id")
    if quiz.is_late:
        raise Refused(UserErrorCode.DEADLINE_PASSED, "The deadline has passed.", "quiz_id")
    newest = _of_owner(viewer).where(Submission.quiz_id == given.quiz_id).order_by(Submission.attempt.desc())
    last = (await session.execute(newest.limit(1), viewer.parameters)).one_or_none()
    if last and not last.is_submitted:
        if last.ended is None:
            return SubmissionChanged(submission_id=last.id)
        await _hand_in(session, last)
    attempt = last.attempt + 1 if last else 1
    if quiz.allowed_attempts is not None and attempt > quiz.allowed_attempts:
        raise Refused(UserErrorCode.NO_ATTEMPTS_LEFT, "All allowed attempts are used.", "quiz_id")
    begun = insert(Submission).values(
        id=new_id(),
        user_id=user_id,
        quiz_id=given.quiz_id,
        item_id=quiz.item_id,
        course_id=quiz.course_id,
        attempt=attempt,
        expires_at=quiz.expires_at,
    )
    submission_id = await session.scalar(begun.on_conflict_do_nothing().returning(Submission.id))
    if submission_id is None:  # a concurrent request has started one: read again
        return await start_submission(session, viewer, given)
    return SubmissionChanged(submission_id=submission_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSubmission:
    """Answers to save in a draft."""

    submission_id: Id
    answers: list[GivenAnswer]


@command(
    UserErrorCode.NOT_FOUND,
    UserErrorCode.NOT_ENROLLED,
    UserErrorCode.NOT_ACCESSIBLE,
    UserErrorCode.TIME_LIMIT_EXCEEDED,
    UserErrorCode.DEADLINE_PASSED,
    UserErrorCode.ALREADY_SUBMITTED,
    UserErrorCode.INVALID_ANSWER,
)
async def save_submission(session: AsyncSession, viewer: Viewer, given: SaveSubmission) -> SubmissionChanged:
    """Save answers in a draft; each replaces an earlier answer to the same question."""
    draft = await _draft(session, viewer, given.submission_id)
    if draft.ended is not None:
        raise Refused(UserErrorCode(draft.ended), "The attempt has ended.", "submission_id")
    keys, _ = await questions_of(session, draft.quiz_id, given.submission_id)
    await keep(session, given.submission_id, checked(keys, given.answers), {})
    return SubmissionChanged(submission_id=given.submission_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitSubmission:
    """Draft to submit; `answers` replace saved ones."""

    submission_id: Id
    answers: list[GivenAnswer] | None = None


@command(
    UserErrorCode.NOT_FOUND,
    UserErrorCode.NOT_ENROLLED,
    UserErrorCode.NOT_ACCESSIBLE,
    UserErrorCode.TIME_LIMIT_EXCEEDED,
    UserErrorCode.DEADLINE_PASSED,
    UserErrorCode.ALREADY_SUBMITTED,
    UserErrorCode.INVALID_ANSWER,
)
async def submit_submission(
    session: AsyncSession, viewer: Viewer, given: SubmitSubmission
) -> SubmissionChanged:
    """Submit a draft and score its saved answers; `answers` replace saved ones.

    After the end of the attempt `answers` are ignored: only the answers saved in time are scored.
    """
    draft = await _draft(session, viewer, given.submission_id)
    await _hand_in(session, draft, () if draft.ended else given.answers or ())
    return SubmissionChanged(submission_id=given.submission_id)


async def _draft(session: AsyncSession, viewer: Viewer, submission_id: str) -> Row[Any]:
    """Lock and return the viewer's draft, so that concurrent requests are serialized."""
    wanted = _of_owner(viewer).where(Submission.id == submission_id)
    found = await session.execute(wanted.where(SUBMISSION.visible(viewer.role)), viewer.parameters)
    draft: Row[Any] | None = found.one_or_none()
    if draft is None:
        raise Refused(UserErrorCode.NOT_FOUND, "You have no submission with this id.", "submission_id")
    if draft.is_submitted:
        raise Refused(UserErrorCode.ALREADY_SUBMITTED, "The attempt is already submitted.", "submission_id")
    if not draft.takes_part:
        raise Refused(UserErrorCode.NOT_ENROLLED, "Enroll in the course first.", "submission_id")
    return draft


async def hand_in_ended(database: Database) -> int:
    """Submit ended drafts with their last saved answers; return the number of submitted drafts.

    Each draft has its own transaction; a draft that cannot be scored is logged and retried in the next run.
    """
    async with database.transaction() as session:
        drafts = _attempts().where(Submission.submitted_at.is_(None))
        ended = drafts.subquery()
        wanted = select(ended.c.id).where(ended.c.ended.is_not(None)).limit(HANDED_IN_AT_ONCE)
        ids = list(await session.scalars(wanted))
    count = 0
    for submission_id in ids:
        try:
            async with database.transaction() as session:
                one = _attempts().where(Submission.id == submission_id, Submission.submitted_at.is_(None))
                locked = one.with_for_update(of=Submission, skip_locked=True)
                draft = (await session.execute(locked)).one_or_none()
                if draft is not None and draft.ended is not None:
                    await _hand_in(session, draft)
                    count += 1
        except (PoolTimeout, psycopg.OperationalError):
            raise
        except Exception:
            log.exception("Submission %s could not be handed in", submission_id)
    return count


def _of_owner(viewer: Viewer) -> Select[Any]:
    """Select and lock submissions of the viewer, and whether the viewer is enrolled or teaches the course."""
    course_id = Item.__table__.c.course_id
    takes_part = or_(enrolled(course_id, viewer.role), teaches(course_id, viewer.role))
    own = _attempts().add_columns(takes_part.label("takes_part"))
    return own.where(Submission.user_id == viewer.signed_in_id).with_for_update(of=Submission)


def _attempts() -> Select[Any]:
    """Select submissions; `ended` is the user error code that refuses answers, null during the attempt."""
    wanted = select(
        Submission.id,
        Submission.quiz_id,
        Submission.item_id,
        Submission.course_id,
        Submission.user_id,
        Submission.attempt,
        Submission.submitted_at.is_not(None).label("is_submitted"),
        func.greatest(Submission.started_at, func.least(func.now(), _end())).label("submitted_at"),
        case(
            (_is_past(Submission.expires_at), UserErrorCode.TIME_LIMIT_EXCEEDED.value),
            (_is_past(Item.deadline), UserErrorCode.DEADLINE_PASSED.value),
            (_is_past(_closes_at()), UserErrorCode.NOT_ACCESSIBLE.value),
        ).label("ended"),
    )
    return wanted.join(Item, Item.id == Submission.item_id)


def _is_past(moment: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    return func.now() > moment + GRACE


async def _hand_in(session: AsyncSession, draft: Row[Any], answers: Sequence[GivenAnswer] = ()) -> None:
    """Submit and score a locked draft; questions without an answer score 0."""
    keys, saved = await questions_of(session, draft.quiz_id, draft.id)
    replies: dict[str, LearnerAnswer] = {**saved, **checked(keys, answers)}
    points = {question_id: score(keys[question_id], reply) for question_id, reply in replies.items()}
    await keep(session, draft.id, replies, points)
    total = fsum(each for each in points.values() if each is not None)
    handed_in = update(Submission).where(Submission.id == draft.id)
    await session.execute(handed_in.values(submitted_at=draft.submitted_at, points=total))
    kind = EventKind.SUBMISSION_SCORED
    payload = {"item_id": draft.item_id}
    await record(session, kind, draft.id, course_id=draft.course_id, user_id=draft.user_id, payload=payload)
