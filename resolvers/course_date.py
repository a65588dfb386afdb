"""Dates to come in a course, gathered from the course, its sections and its items (000: course-dates)."""

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, any_, bindparam, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from models.course import Course
from models.item import Item
from models.section import Section
from resolvers.context import Context
from resolvers.course import COURSE, FOREVER
from resolvers.item import ITEM
from resolvers.relation import Computed
from resolvers.section import SECTION
from resolvers.sql import Statement, compiled
from resolvers.viewer import Role


class CourseDateType(StrEnum):
    """What happens at a course date."""

    COURSE_START = "course_start"
    SECTION_START = "section_start"
    ITEM_SUBMISSION_PUBLISHING = "item_submission_publishing"
    ITEM_SUBMISSION_DEADLINE = "item_submission_deadline"


@cache
def _dates(role: Role) -> Statement:
    sources: list[tuple[CourseDateType, Any, Any, SQLColumnExpression[Any], ColumnElement[bool]]] = [
        (CourseDateType.COURSE_START, Course, Course.id, Course.starts_at, COURSE.visible(role)),
        (
            CourseDateType.SECTION_START,
            Section,
            Section.course_id,
            Section.starts_at,
            SECTION.visible(role, COURSE),
        ),
        (
            CourseDateType.ITEM_SUBMISSION_PUBLISHING,
            Item,
            Item.course_id,
            Item.solutions_at,
            ITEM.visible(role, COURSE),
        ),
        (
            CourseDateType.ITEM_SUBMISSION_DEADLINE,
            Item,
            Item.course_id,
            Item.deadline,
            ITEM.visible(role, COURSE),
        ),
    ]
    courses = bindparam("keys", type_=ARRAY(Uuid(as_uuid=False)))
    dates = union_all(
        *(
            select(
                course_id.label("course_id"),
                literal(type_.value).label("type"),
                source.id.label("resource_id"),
                source.title.label("title"),
                moment.label("date"),
            ).where(course_id == any_(courses), moment > func.now(), moment < FOREVER, visible)
            for type_, source, course_id, moment, visible in sources
        )
    ).subquery()
    return compiled(select(*dates.c).order_by(dates.c.date, dates.c.resource_id))


async def of_courses(context: Context, course_ids: Sequence[str]) -> list[list[dict[str, Any]]]:
    """Per course its dates to come, the next first; the courses are known to be seen."""
    found: dict[str, list[dict[str, Any]]] = {course_id: [] for course_id in course_ids}
    names = ("course_id", "type", "resource_id", "title", "date")
    for row in await context.fetch(_dates(context.viewer.role), {"keys": list(course_ids)}):
        found[row[0]].append(dict(zip(names, row, strict=True)))
    return [found[course_id] for course_id in course_ids]


OF_COURSE = Computed(function=of_courses, many=True)
