"""What learners might do again, worked out from their selftests (Xikolo: repetition-suggestions)."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Integer, any_, cast, func, select

from models.catalogue.item import ExerciseType, Item
from models.learning.submission import Submission
from resolvers.access.content import can_open
from resolvers.access.viewer import VIEWER, Role
from resolvers.learning.progress import PLACES, Key, of_viewer
from resolvers.loading.relation import Computed
from resolvers.loading.sql import SqlStatement, compiled
from resolvers.operations.context import Context

MOST = 3
"""Suggestions that a course has at most (xikolo-core, repetition suggestions)."""


@cache
def _selftests(role: Role) -> SqlStatement:
    best = (
        select(Submission.item_id, func.max(Submission.points).label("points"))
        .where(
            Submission.user_id == VIEWER,
            Submission.course_id == any_(PLACES),
            Submission.submitted_at.is_not(None),
        )
        .group_by(Submission.item_id)
        .subquery("best")
    )
    ratio = best.c.points / func.nullif(Item.max_points, 0)
    rank = func.row_number().over(partition_by=Item.course_id, order_by=(ratio, Item.path, Item.id))
    open_selftests = (
        select(
            Item.course_id,
            Item.id.label("item_id"),
            best.c.points.label("points"),
            cast(func.floor(ratio * 100), Integer).label("percentage"),
            rank.label("place"),
        )
        .join(best, best.c.item_id == Item.id)
        .where(
            Item.exercise_type == ExerciseType.SELFTEST,
            best.c.points < Item.max_points,
            Item.is_visible,
            can_open(Item, role),
        )
        .subquery("selftests")
    )
    columns = open_selftests.c
    chosen = select(columns.course_id, columns.item_id, columns.points, columns.percentage)
    return compiled(chosen.where(columns.place <= MOST).order_by(columns.place))


async def of_courses(context: Context, keys: Sequence[Key]) -> list[list[dict[str, Any]]]:
    """Per viewer and course the selftests to do again, the worst first.

    Those that the viewer has handed in without all points and may open now, by the share of points of the
    best attempt; at most `MOST`.
    """
    courses = [course for _, course in keys]
    found: dict[str, list[dict[str, Any]]] = {course: [] for course in courses}
    for course, item, points, percentage in await context.fetch(
        _selftests(context.viewer.role), {"places": courses}
    ):
        found[course].append({"item_id": item, "points": points, "percentage": percentage})
    return [found[course] for course in courses]


OF_VIEWER_IN_COURSE = Computed(function=of_courses, key=of_viewer, many=True)
