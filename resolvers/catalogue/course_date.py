"""Upcoming dates of a course, read from the course, its sections and its items (Xikolo: course-dates)."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    any_,
    bindparam,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from models.catalogue.course import Course
from models.catalogue.item import Item
from models.catalogue.section import Section
from resolvers.access.participation import enrolled_courses
from resolvers.access.viewer import Role
from resolvers.catalogue.course import COURSE, FOREVER
from resolvers.catalogue.item import ITEM
from resolvers.catalogue.section import SECTION
from resolvers.loading.entity import Entity
from resolvers.loading.relation import Computed, filter_parameters
from resolvers.loading.sql import SqlStatement, compiled
from resolvers.operations.context import Context

NAMES = ("course_id", "type", "resource_id", "title", "date")
NOWHERE: Mapping[str, Any] = MappingProxyType({})


class CourseDateType(StrEnum):
    """Type of a course date."""

    COURSE_START = "course_start"
    SECTION_START = "section_start"
    ITEM_SUBMISSION_PUBLISHING = "item_submission_publishing"
    ITEM_SUBMISSION_DEADLINE = "item_submission_deadline"


Courses = Callable[[SQLColumnExpression[Any]], ColumnElement[bool]]
"""Condition on a column with the id of a course."""


def _dates(
    role: Role, wanted: Courses, seen: Entity | None = None, *, tops_only: bool = False
) -> SqlStatement:
    """Return the dates of `wanted` courses, and of what is listed in them.

    `seen` is the container that is known to be visible. With `tops_only`, nested sections are left out.
    """
    listed = and_(Section.is_current, SECTION.visible(role, seen))
    sections = and_(listed, Section.parent_id.is_(None)) if tops_only else listed
    items = and_(Item.is_current, ITEM.visible(role, seen))
    sources: list[tuple[CourseDateType, Any, Any, SQLColumnExpression[Any], ColumnElement[bool]]] = [
        (CourseDateType.COURSE_START, Course, Course.id, Course.starts_at, COURSE.visible(role)),
        (
            CourseDateType.SECTION_START,
            Section,
            Section.course_id,
            Section.starts_at,
            sections,
        ),
        (
            CourseDateType.ITEM_SUBMISSION_PUBLISHING,
            Item,
            Item.course_id,
            Item.solutions_at,
            items,
        ),
        (
            CourseDateType.ITEM_SUBMISSION_DEADLINE,
            Item,
            Item.course_id,
            Item.deadline,
            items,
        ),
    ]
    dates = union_all(
        *(
            select(
                course_id.label("course_id"),
                literal(type_.value).label("type"),
                source.id.label("resource_id"),
                source.title.label("title"),
                moment.label("date"),
            ).where(wanted(course_id), moment > func.now(), moment < FOREVER, visible)
            for type_, source, course_id, moment, visible in sources
        )
    ).subquery()
    return compiled(select(*dates.c).order_by(dates.c.date, dates.c.resource_id))


@cache
def _of_courses(role: Role) -> SqlStatement:
    courses = bindparam("keys", type_=ARRAY(Uuid(as_uuid=False)))
    return _dates(role, lambda course_id: course_id == any_(courses), COURSE)


@cache
def _of_viewer(role: Role, filters: tuple[str, ...]) -> SqlStatement:
    own = enrolled_courses()
    if "course" in filters:
        (course_id,) = own.selected_columns
        own = own.where(course_id == bindparam("filter_course", type_=Uuid(as_uuid=False)))
    return _dates(role, lambda course_id: course_id.in_(own), tops_only="is_top_level" in filters)


async def of_courses(context: Context, course_ids: Sequence[str]) -> list[list[dict[str, Any]]]:
    """Return the upcoming dates of courses: one list per course, in parent order, earliest first.

    The caller has checked that the courses are visible to the viewer.
    """
    found: dict[str, list[dict[str, Any]]] = {course_id: [] for course_id in course_ids}
    for row in await context.fetch(_of_courses(context.viewer.role), {"keys": list(course_ids)}):
        found[row[0]].append(dict(zip(NAMES, row, strict=True)))
    return [found[course_id] for course_id in course_ids]


async def of_viewer(
    context: Context, viewers: Sequence[str], where: Mapping[str, Any] = NOWHERE
) -> list[list[dict[str, Any]]]:
    """Return the upcoming dates in courses the viewer is enrolled in, or in one of them, earliest first."""
    narrowing = {name: value for name, value in where.items() if value is not False}
    statement = _of_viewer(context.viewer.role, tuple(narrowing))
    rows = await context.fetch(statement, filter_parameters(narrowing))
    return [[dict(zip(NAMES, row, strict=True)) for row in rows] for _ in viewers]


OF_COURSE = Computed(function=of_courses, many=True)
OF_VIEWER = Computed(function=of_viewer, many=True, needs=(), key=lambda context: context.viewer.id or "")
