"""How far learners have come, computed in SQL for many courses, sections and items at once.

Figures are those of Xikolo (course-progresses, section-progresses): per kind of exercise how many
there are, how many were handed in, the points to be had and the points scored; and how many items there
are and were visited. They count what learners see (published items in published sections), and of several
attempts the one with the most points.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Subquery,
    TableValuedAlias,
    and_,
    any_,
    bindparam,
    case,
    exists,
    false,
    func,
    not_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from models.catalogue.item import ContentType, ExerciseType, Item
from models.catalogue.section import Section
from models.events.event import EventKind
from models.learning.submission import Answer, Submission
from models.learning.visit import Visit
from resolvers.access.viewer import VIEWER, Role
from resolvers.catalogue.course import BY_ID as COURSE_BY_ID
from resolvers.events.happening import Happening
from resolvers.loading.entity import Entity
from resolvers.loading.relation import Aspect, Computed
from resolvers.loading.sql import SqlStatement, compiled
from resolvers.operations.context import Context

IDS = ARRAY(Uuid(as_uuid=False))
USERS = bindparam("users", type_=IDS)
PLACES = bindparam("places", type_=IDS)

Key = tuple[str, str]
"""A user's id and the id of a course, section or item."""


class ItemStatus(StrEnum):
    """What a learner has done with an item (Xikolo: section-progresses.items.user_state)."""

    NEW = "new"
    VISITED = "visited"
    SUBMITTED = "submitted"
    GRADED = "graded"


def _asked() -> TableValuedAlias:
    """The pairs of user and place that are asked for, as a table."""
    return func.unnest(USERS, PLACES).table_valued("user_id", "place_id").render_derived("asked")


def _has_grade() -> ColumnElement[bool]:
    """Whether one of the attempts waits for no grader."""
    ungraded = exists().where(Answer.submission_id == Submission.id, Answer.points.is_(None))
    return func.bool_or(not_(ungraded.correlate(Submission.__table__)))


def _best() -> Subquery:
    """Per user and item the best of the attempts handed in, and whether one waits for no grader."""
    return (
        select(
            Submission.user_id,
            Submission.item_id,
            func.max(Submission.points).label("points"),
            _has_grade().label("is_graded"),
        )
        .where(Submission.user_id == any_(USERS), Submission.submitted_at.is_not(None))
        .group_by(Submission.user_id, Submission.item_id)
        .subquery("best")
    )


def _with_results(statement: Select[Any], asked: TableValuedAlias, best: Subquery) -> Select[Any]:
    return statement.outerjoin(
        best, and_(best.c.user_id == asked.c.user_id, best.c.item_id == Item.id)
    ).outerjoin(Visit, and_(Visit.user_id == asked.c.user_id, Visit.item_id == Item.id))


def _figures(best: Subquery) -> list[ColumnElement[Any]]:
    figures: list[ColumnElement[Any]] = []
    for kind in (ExerciseType.MAIN, ExerciseType.SELFTEST, ExerciseType.BONUS):
        of_kind = Item.exercise_type == kind
        figures += [
            func.count().filter(of_kind),
            func.count(best.c.item_id).filter(of_kind),
            func.coalesce(func.sum(Item.max_points).filter(of_kind), 0.0),
            func.coalesce(func.sum(best.c.points).filter(of_kind), 0.0),
        ]
    return [*figures, func.count(Item.id), func.count(Visit.item_id)]


def _statistics(figures: Sequence[Any]) -> dict[str, Any]:
    stats: dict[str, Any] = {}
    names = ("available", "taken", "possible_points", "scored_points")
    for place, kind in enumerate(("main", "selftest", "bonus")):
        stats[kind] = dict(zip(names, figures[place * 4 : place * 4 + 4], strict=True))
    available, visited = figures[12:14]
    percentage = visited * 100 // available if available else 0
    return {**stats, "visits": {"available": available, "visited": visited, "percentage": percentage}}


def _in_course(asked: TableValuedAlias) -> ColumnElement[bool]:
    return Item.course_id == asked.c.place_id


def _below_section(asked: TableValuedAlias) -> ColumnElement[bool]:
    return and_(Item.lineage.overlap(PLACES), asked.c.place_id == any_(Item.__table__.c.lineage))


@cache
def _figures_of(in_place: Callable[[TableValuedAlias], ColumnElement[bool]]) -> SqlStatement:
    asked, best = _asked(), _best()
    statement = select(asked.c.user_id, asked.c.place_id, *_figures(best)).select_from(asked)
    statement = statement.join(Item, and_(in_place(asked), Item.is_visible))
    return compiled(_with_results(statement, asked, best).group_by(asked.c.user_id, asked.c.place_id))


@cache
def _figures_of_sections() -> SqlStatement:
    asked, best = _asked(), _best()
    top = and_(Section.course_id == asked.c.place_id, Section.parent_id.is_(None), Section.is_visible)
    statement = select(asked.c.user_id, asked.c.place_id, Section.id, *_figures(best)).select_from(asked)
    statement = statement.join(Section, top).outerjoin(
        Item,
        and_(
            Item.course_id == asked.c.place_id, Section.id == any_(Item.__table__.c.lineage), Item.is_visible
        ),
    )
    statement = _with_results(statement, asked, best)
    statement = statement.group_by(asked.c.user_id, asked.c.place_id, Section.id)
    return compiled(statement.order_by(Section.position, Section.id))


@cache
def _states(in_place: Callable[[TableValuedAlias], ColumnElement[bool]]) -> SqlStatement:
    asked, best = _asked(), _best()
    handed_in, visited = best.c.item_id.is_not(None), Visit.item_id.is_not(None)
    statement = select(
        asked.c.user_id,
        asked.c.place_id,
        Item.id,
        Visit.visited_at,
        best.c.points,
        _status(best.c.is_graded, handed_in, visited),
        _is_completed(handed_in, visited),
    ).select_from(asked)
    statement = statement.join(Item, and_(in_place(asked), Item.is_visible))
    return compiled(_with_results(statement, asked, best).order_by(Item.path, Item.id))


def _status(
    is_graded: ColumnElement[bool], handed_in: ColumnElement[bool], visited: ColumnElement[bool]
) -> ColumnElement[str]:
    return case(
        (is_graded, ItemStatus.GRADED),
        (handed_in, ItemStatus.SUBMITTED),
        (visited, ItemStatus.VISITED),
        else_=ItemStatus.NEW,
    )


def _is_completed(handed_in: ColumnElement[bool], visited: ColumnElement[bool]) -> ColumnElement[bool]:
    is_scored_quiz = and_(Item.content_type == ContentType.QUIZ, Item.exercise_type.is_not(None))
    return case((is_scored_quiz, handed_in), else_=handed_in | visited)


def _by_viewer(of: type[Submission | Visit], what: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """What the viewer's rows of an item tell, for a statement that reads the item."""
    own = select(what).where(of.item_id == Item.id, of.user_id == VIEWER)
    if of is Submission:
        own = own.where(Submission.submitted_at.is_not(None))
    return own.select_from(of.__table__).correlate(Item.__table__).scalar_subquery()


def _handed_in() -> ColumnElement[bool]:
    return _by_viewer(Submission, func.count()) > 0


def _visited() -> ColumnElement[bool]:
    return _by_viewer(Visit, Visit.item_id).is_not(None)


def _is_item(asked: TableValuedAlias) -> ColumnElement[bool]:
    return Item.id == asked.c.place_id


def _pairs(keys: Sequence[Key]) -> dict[str, Any]:
    """The pairs as a statement takes them, each once: what is asked for twice would be counted twice."""
    asked = dict.fromkeys(keys)
    return {"users": [user for user, _ in asked], "places": [place for _, place in asked]}


async def of_courses(context: Context, keys: Sequence[Key]) -> list[dict[str, Any]]:
    """Per user and course the figures of the whole course."""
    rows = await context.fetch(_figures_of(_in_course), _pairs(keys))
    found = {(row[0], row[1]): _statistics(row[2:]) for row in rows}
    return [
        {"user_id": user, "course_id": course, **found.get((user, course), NOTHING)} for user, course in keys
    ]


async def of_sections(context: Context, keys: Sequence[Key]) -> list[dict[str, Any]]:
    """Per user and section the figures of all items below the section."""
    rows = await context.fetch(_figures_of(_below_section), _pairs(keys))
    found = {(row[0], row[1]): _statistics(row[2:]) for row in rows}
    return [
        {"user_id": user, "section_id": section, **found.get((user, section), NOTHING)}
        for user, section in keys
    ]


async def of_sections_of_courses(context: Context, keys: Sequence[Key]) -> list[list[dict[str, Any]]]:
    """Per user and course the figures of each section of its top level, in course order."""
    found: dict[Key, list[dict[str, Any]]] = {key: [] for key in keys}
    for user, course, section, *figures in await context.fetch(_figures_of_sections(), _pairs(keys)):
        found[user, course].append({"user_id": user, "section_id": section, **_statistics(figures)})
    return [found[key] for key in keys]


async def states_of_items(context: Context, keys: Sequence[Key]) -> list[dict[str, Any] | None]:
    """Per user and item what the user has done with it; null for an item that learners do not see."""
    rows = await context.fetch(_states(_is_item), _pairs(keys))
    found = {(row[0], row[1]): _state(row) for row in rows}
    return [found.get(key) for key in keys]


async def states_in_sections(context: Context, keys: Sequence[Key]) -> list[list[dict[str, Any]]]:
    """Per user and section the states of all items below the section, in course order."""
    found: dict[Key, list[dict[str, Any]]] = {key: [] for key in keys}
    for row in await context.fetch(_states(_below_section), _pairs(keys)):
        found[row[0], row[1]].append(_state(row))
    return [found[key] for key in keys]


def _state(row: Sequence[Any]) -> dict[str, Any]:
    _, _, item, visited_at, points, status, is_completed = row
    return {
        "item_id": item,
        "visited_at": visited_at,
        "points": points,
        "status": status,
        "is_completed": is_completed,
    }


def of_viewer(context: Context, place_id: str) -> Key | None:
    """The viewer with a place; nothing for anonymous."""
    return None if context.viewer.id is None else (context.viewer.id, place_id)


ITEM_STATE = Entity(
    model=Item,
    rows=lambda role: false() if role is Role.ANONYMOUS else Item.__table__.c.is_visible,
    expressions={
        "item_id": lambda _: Item.id,
        "visited_at": lambda _: _by_viewer(Visit, Visit.visited_at),
        "points": lambda _: _by_viewer(Submission, func.max(Submission.points)),
        "status": lambda _: _status(_by_viewer(Submission, _has_grade()), _handed_in(), _visited()),
        "is_completed": lambda _: _is_completed(_handed_in(), _visited()),
    },
)
"""What the viewer has done with an item: nothing for anonymous, or where learners do not see the item."""

ITEM_STATE_OF_VIEWER = Aspect(target=ITEM_STATE)
NOTHING = _statistics([0, 0, 0.0, 0.0] * 3 + [0, 0])

OF_VIEWER_IN_COURSE = Computed(function=of_courses, key=of_viewer)
OF_VIEWER_IN_SECTION = Computed(function=of_sections, key=of_viewer)
OF_ENROLLMENT = Computed(function=of_courses, needs=("user_id", "course_id"))
SECTIONS = Computed(function=of_sections_of_courses, needs=("user_id", "course_id"), many=True)
STATE_OF_USER = Computed(function=states_of_items, needs=("user_id", "item_id"))
CHANGED = Happening(
    kinds=frozenset({EventKind.ITEM_VISITED, EventKind.SUBMISSION_SCORED}),
    by="course_id",
    place=COURSE_BY_ID,
    shown=COURSE_BY_ID,
    key="course_id",
)
ITEM_STATES = Computed(function=states_in_sections, needs=("user_id", "section_id"), many=True)
