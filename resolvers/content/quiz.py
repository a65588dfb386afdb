"""Quizzes, questions and options as the graph reads them, solutions withheld until they may be shown."""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, null, or_, select

from models.catalogue.item import ContentType, ExerciseType, Item
from models.content.quiz import Option, Question, QuestionType, Quiz, SolutionRule
from resolvers.access.content import OPEN_ITEM
from resolvers.access.participation import submitted
from resolvers.access.viewer import Role, teaches
from resolvers.catalogue.item import holds
from resolvers.loading.entity import Entity, Gate, everyone, one_of, table_of
from resolvers.loading.page import Page
from resolvers.loading.relation import Many, One, Several


def solution_shown(quiz_id: SQLColumnExpression[Any], role: Role) -> ColumnElement[bool]:
    """Whether right answers and explanations of the quiz that a column names may be shown.

    By the quiz's rule: always, never, or by date. That is, from the item's publishing date on
    (`solutions_at`); without a deadline and a publishing date at once for a selftest or survey, for an
    exercise that counts when the viewer has submitted an attempt; with a deadline alone never. Who teaches
    the course sees them always. (Xikolo: quiz-questions, "may be null when this is kept secret"; that an
    undated graded exercise waits for a submission is our addition.)
    """
    undated = and_(Item.solutions_at.is_(None), Item.deadline.is_(None))
    practice = or_(
        Item.exercise_type.is_(None), one_of(Item.exercise_type, ExerciseType.SELFTEST, ExerciseType.SURVEY)
    )
    done = or_(practice, submitted(Quiz.__table__.c.id))
    is_due = or_(Item.solutions_at <= func.now(), and_(undated, done))
    shown = or_(
        Quiz.solution_rule == SolutionRule.ALWAYS,
        and_(Quiz.solution_rule == SolutionRule.BY_DATE, is_due),
        teaches(Item.__table__.c.course_id, role),
    )
    row = select(func.now()).select_from(Quiz.__table__).join(Item, Item.id == Quiz.item_id)
    return row.where(Quiz.id == quiz_id, shown).correlate(table_of(quiz_id)).exists()


def _of_question(what: ColumnElement[bool]) -> ColumnElement[bool]:
    """Something of an option's question, looked up by its id: as `EXISTS` it would be worked out for all."""
    row = select(what).select_from(Question.__table__).where(Question.id == Option.question_id)
    return row.correlate(Option.__table__).scalar_subquery()


def _question_shown(role: Role) -> ColumnElement[bool]:
    return _of_question(solution_shown(Question.__table__.c.quiz_id, role))


def _choice_or_shown(role: Role) -> ColumnElement[bool]:
    is_choice = one_of(Question.type, QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE)
    return or_(is_choice, solution_shown(Question.__table__.c.quiz_id, role))


QUIZ = Entity(
    model=Quiz,
    rows=everyone,
    gate=OPEN_ITEM,
    filters={"course": lambda value: Quiz.course_id == value},
)

holds(ContentType.QUIZ, QUIZ, select(Question.id, Quiz.item_id).join(Quiz, Quiz.id == Question.quiz_id))

QUESTION = Entity(
    model=Question,
    rows=everyone,
    within=("quiz_id", QUIZ),
    expressions={
        "viewer_explanation": lambda role: case(
            (solution_shown(Question.__table__.c.quiz_id, role), Question.explanation), else_=null()
        )
    },
)

OPTION = Entity(
    model=Option,
    rows=everyone,
    within=("question_id", QUESTION),
    gate=Gate("question_id", Question, _choice_or_shown),
    expressions={
        "viewer_is_correct": lambda role: case((_question_shown(role), Option.is_correct), else_=null()),
        "viewer_explanation": lambda role: case((_question_shown(role), Option.explanation), else_=null()),
    },
)

BY_ID = One(target=QUIZ, needs=("quiz_id",))
ALL = Page(target=QUIZ)
QUESTIONS = Many(target=QUESTION, by="quiz_id", of=QUIZ, usual=3)
QUESTION_BY_ID = One(target=QUESTION, needs=("question_id",))
OPTIONS = Many(target=OPTION, by="question_id", of=QUESTION, usual=3)
CHOSEN = Several(target=OPTION, needs=("option_ids",), usual=1)
