"""Learners and teachers of the demo, and their activity so far."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from demo import bees, garden, sky
from demo.account import DemoAccount, email_of
from models.catalogue.course import CertificateKind, CourseTeacher
from models.catalogue.item import Item
from models.content.quiz import Option, Question, Quiz
from models.learning.enrollment import Enrollment
from models.learning.submission import Submission
from models.learning.visit import Visit
from models.people.token import Token
from models.people.user import User
from models.postgres.base import new_id
from resolvers.access.password import hash_password
from resolvers.access.viewer import Role, Viewer, hashed
from resolvers.commands.values import Id
from resolvers.learning.answering import GivenAnswer
from resolvers.learning.submission import (
    SaveSubmission,
    StartSubmission,
    SubmitSubmission,
    save_submission,
    start_submission,
    submit_submission,
)

# Answers by the position of the question: positions of options, or text.
Answers = Mapping[int, Sequence[int] | str]


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Person of the demo; a person with a `role` has an account."""

    username: str
    name: str
    country: str
    language: str
    courses: Sequence[str]
    role: str | None = None
    bio: str | None = None


PEOPLE = (
    DemoPerson("ada", "Ada Okafor", "NG", "en", [garden.KEY], "learner", "Balcony gardener, eleven pots."),
    DemoPerson("grace", "Grace Lindqvist", "SE", "en", [], "teacher", "Walks every path twice, to be sure."),
    DemoPerson("edith", "Edith Moreau", "FR", "en", [], "staff"),
    DemoPerson("ibrahim", "Ibrahim Haddad", "LB", "en", [garden.KEY, sky.KEY]),
    DemoPerson("jonas", "Jonas Weber", "DE", "de", [garden.KEY, sky.KEY]),
    DemoPerson("lucia", "Lucía Ortega", "MX", "en", [garden.KEY, bees.KEY]),
    DemoPerson("mei", "Mei Tanaka", "JP", "en", [sky.KEY]),
)

# Submitted attempts, in this order; the homework's fourth and fifth answers are a number and an essay.
DONE: Sequence[tuple[str, str, Answers]] = (
    ("ada", garden.FIRST_STEPS, {1: [1], 2: [1]}),
    ("ada", garden.HOMEWORK, {1: [3], 2: [1, 2], 3: "euler", 4: "36", 5: "Four pots in a ring: all even."}),
    ("ibrahim", garden.FIRST_STEPS, {1: [2], 2: [1, 2]}),
    ("ibrahim", garden.FIRST_STEPS, {1: [1], 2: [1, 2]}),
    ("ibrahim", garden.HOMEWORK, {1: [1], 2: [1], 3: "Kruskal", 4: "72"}),
    ("lucia", garden.HOMEWORK, {1: [3], 2: [1], 3: "Leonhard Euler", 4: "36.0", 5: "Two odd beds."}),
    ("mei", sky.COMPASS, {1: [1], 2: "polaris"}),
    ("jonas", sky.COMPASS, {1: [2], 2: "Sirius"}),
)
# Started and saved attempts, not submitted.
BEGUN: Sequence[tuple[str, str, Answers]] = (("jonas", garden.HOMEWORK, {1: [3], 3: "Euler"}),)
# Number of items that each person has opened per course, in course order.
READ = {"ada": 6, "ibrahim": 9, "jonas": 4, "lucia": 5, "mei": 7}


async def populate(session: AsyncSession, course_ids: Mapping[str, str], now: datetime) -> list[DemoAccount]:
    """Write all people and their activity; return their accounts, a learner first."""
    users = {person.username: _user(person, now) for person in PEOPLE}
    session.add_all(users.values())
    await session.flush()
    accounts = [_account(session, person, users[person.username]) for person in PEOPLE if person.role]
    session.add_all(
        CourseTeacher(course_id=course_id, user_id=users["grace"].id) for course_id in course_ids.values()
    )
    for person in PEOPLE:
        for key in person.courses:
            session.add(
                Enrollment(
                    id=new_id(),
                    user_id=users[person.username].id,
                    course_id=course_ids[key],
                    created_at=now - timedelta(days=18),
                )
            )
    await session.flush()
    await _visit(session, users, course_ids, now)
    for username, key, answers in DONE:
        await _answer(session, users[username], key, answers, hands_in=True)
    for username, key, answers in BEGUN:
        await _answer(session, users[username], key, answers, hands_in=False)
    await _date_back(session)
    await _certify(session, users["mei"].id, course_ids[sky.KEY], now)
    return accounts


def _user(person: DemoPerson, now: datetime) -> User:
    return User(
        id=new_id(),
        username=person.username,
        name=person.name,
        full_name=person.name,
        email=email_of(person.username),
        country=person.country,
        language=person.language,
        bio=person.bio,
        is_staff=person.role == "staff",
        created_at=now - timedelta(days=30),
    )


def _account(session: AsyncSession, person: DemoPerson, user: User) -> DemoAccount:
    account = DemoAccount(
        person.username, person.role or "", secrets.token_urlsafe(12), token=secrets.token_hex(32)
    )
    user.password_hash = hash_password(account.password)
    session.add(Token(id=new_id(), user_id=user.id, hash=hashed(account.token), label="Demo"))
    return account


async def _visit(
    session: AsyncSession, users: Mapping[str, User], course_ids: Mapping[str, str], now: datetime
) -> None:
    of_items = select(Item.course_id, Item.id).where(Item.is_visible).order_by(Item.course_id, Item.path)
    items = (await session.execute(of_items)).all()
    for person in PEOPLE:
        for key in person.courses:
            in_course = [item.id for item in items if item.course_id == course_ids[key]]
            for place, item_id in enumerate(in_course[: READ[person.username]]):
                moment = now - timedelta(days=12, minutes=-7 * place)
                session.add(
                    Visit(
                        user_id=users[person.username].id,
                        item_id=item_id,
                        course_id=course_ids[key],
                        first_visited_at=moment,
                        visited_at=moment,
                    )
                )
    await session.flush()


async def _answer(session: AsyncSession, user: User, key: str, answers: Answers, *, hands_in: bool) -> None:
    """Write an attempt at the quiz of an item, with the same commands as a learner's."""
    viewer = Viewer(user.id, Role.MEMBER)
    in_item = select(Quiz.id).join(Item, Item.id == Quiz.item_id).where(Item.source_key == key)
    quiz_id = (await session.scalars(in_item)).one()
    wanted = select(Question.position, Question.id).where(Question.quiz_id == quiz_id)
    questions = {row.position: row.id for row in await session.execute(wanted)}
    of_options = select(Option.question_id, Option.position, Option.id).where(
        Option.question_id.in_(questions.values())
    )
    options = {(question, place): id_ for question, place, id_ in await session.execute(of_options)}
    given: list[GivenAnswer] = []
    for position, answer in answers.items():
        question = questions[position]
        if isinstance(answer, str):
            given.append(GivenAnswer(question_id=Id(question), text=answer))
        else:
            chosen = [Id(options[question, place]) for place in answer]
            given.append(GivenAnswer(question_id=Id(question), option_ids=chosen))
    begun = await start_submission(session, viewer, StartSubmission(quiz_id=Id(quiz_id)))
    submission_id = Id(begun.submission_id)
    if hands_in:
        handed_in = SubmitSubmission(submission_id=submission_id, answers=given)
        await submit_submission(session, viewer, handed_in)
    else:
        await save_submission(session, viewer, SaveSubmission(submission_id=submission_id, answers=given))


async def _date_back(session: AsyncSession) -> None:
    """Move the attempts nine days back: twelve minutes each, later attempts later."""
    later = func.make_interval(0, 0, 0, 0, 0, 30 * Submission.attempt)
    begun = Submission.started_at - timedelta(days=9) + later
    ended = case((Submission.submitted_at.is_not(None), begun + timedelta(minutes=12)))
    await session.execute(
        update(Submission)
        .values(started_at=begun, submitted_at=ended)
        .execution_options(synchronize_session=False)
    )


async def _certify(session: AsyncSession, user_id: str, course_id: str, now: datetime) -> None:
    """Complete the course for a user and issue its certificate."""
    issued = now - timedelta(days=2)
    certificate = {
        "kind": CertificateKind.CONFIRMATION_OF_PARTICIPATION.value,
        "url": None,
        "issued_at": issued.isoformat(),
    }
    await session.execute(
        update(Enrollment)
        .where(Enrollment.user_id == user_id, Enrollment.course_id == course_id)
        .values(completed_at=issued, certificates=[certificate])
        .execution_options(synchronize_session=False)
    )
