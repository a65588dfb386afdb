"""Quizzes, questions and options: entities, relations, and the policy that hides solutions."""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, null, or_, select

from models.catalogue.item import ContentType, ExerciseType, Item
from models.content.quiz import Option, Question, QuestionType, Quiz, SolutionRule
from resolvers.access.content import OPEN_ITEM
from resolvers.access.participation import attempted, submitted
from resolvers.access.viewer import SEES_TIMED_QUESTIONS, Role, teaches
from resolvers.catalogue.item import holds
from resolvers.loading.entity import Entity, Gate, everyone, one_of, table_of
from resolvers.loading.page import Page
from resolvers.loading.relation import Many, One, Several


def solution_shown(quiz_id: SQLColumnExpression[Any], role: Role) -> ColumnElement[bool]:
    """Check that the solutions (correct answers and explanations) of a quiz are visible to the viewer.

    `quiz_id` is a column with the id of the quiz. The quiz's rule is always, never, or by date. By date
    means: from the item's publication timestamp `solutions_at`; without `solutions_at` and deadline,
    immediately for a selftest, a survey or an unscored item, and after the viewer submitted an attempt for
    an exercise that counts; with only a deadline, never. Solutions are always visible to the course team.

    The platform's rule is "may be null when this is kept secret" (Xikolo: quiz-questions); the wait for a
    submission to an undated graded exercise is an addition of Scholagraph.
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


def _begun(role: Role) -> ColumnElement[bool]:
    """Check that the questions of a quiz are visible: with a time limit, only once an attempt has started."""
    quizzes = Quiz.__table__.c
    return or_(
        quizzes.time_limit.is_(None),
        SEES_TIMED_QUESTIONS,
        teaches(quizzes.course_id, role),
        attempted(quizzes.id, role),
    )


def _of_quiz(role: Role) -> ColumnElement[bool]:
    """Return the rule of a question's quiz, as a subquery by id."""
    row = select(_begun(role)).select_from(Quiz.__table__).where(Quiz.id == Question.quiz_id)
    return row.correlate(Question.__table__).scalar_subquery()


def _of_question(what: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return `what` of an option's question, as a subquery by id; `EXISTS` might be computed for all rows."""
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
    rows=_of_quiz,
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
