"""Suggestions of what to do again."""

from typing import Any

import pytest

from models.catalogue.course import Course
from models.catalogue.item import ContentType, ExerciseType
from models.learning.submission import Submission
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from tests.conftest import Ask
from tests.world import NOW, World

SUGGESTED = """
query($id: ID!) {
  course(id: $id) { viewerRepetitionSuggestions { points percentage item { title maxPoints } } }
}
"""


async def suggested(ask: Ask, course: Course, viewer: Viewer) -> list[tuple[Any, ...]]:
    answer = await ask(SUGGESTED, viewer, id=course.id)
    assert len(answer.statements) <= 3
    return [
        (each["item"]["title"], each["points"], each["percentage"])
        for each in answer.data["course"]["viewerRepetitionSuggestions"]
    ]


async def attempted(
    world: World, viewer: Viewer, course: Course, title: str, *points: float | None, **item: Any
) -> None:
    """A quiz of four points, attempted with these points; null for a draft."""
    usual = {"exercise_type": ExerciseType.SELFTEST, "max_points": 4.0}
    section = await world.section(course)
    quiz = await world.content(
        await world.item(section, ContentType.QUIZ, **{"title": title, **usual, **item})
    )
    for attempt, scored in enumerate(points, 1):
        submitted_at = None if scored is None else NOW
        await world.submission(viewer, quiz, attempt=attempt, points=scored, submitted_at=submitted_at)


async def test_the_worst_three_selftests_come_first(ask: Ask, world: World) -> None:
    course = await world.course()
    learner = await world.learner(course)
    await attempted(world, learner, course, "half", 1, 2)
    await attempted(world, learner, course, "third", 4, max_points=12.0)
    await attempted(world, learner, course, "nothing", 0)
    await attempted(world, learner, course, "most", 3)
    await attempted(world, learner, course, "all", 0, 4)
    await attempted(world, learner, course, "counts", 0, exercise_type=ExerciseType.MAIN)
    await attempted(world, learner, course, "draft", None)
    await attempted(world, learner, course, "no points", 0, max_points=0.0)
    await attempted(world, learner, course, "hidden", 0, is_published=False)
    await attempted(world, learner, course, "closed", 0, ends_at=NOW)
    await attempted(world, await world.learner(course), course, "of a fellow", 0)
    assert await suggested(ask, course, learner) == [("nothing", 0, 0), ("third", 4, 33), ("half", 2, 50)]


async def test_nobody_else_is_told(ask: Ask, world: World) -> None:
    course = await world.course()
    await attempted(world, await world.learner(course), course, "nothing", 0)
    for viewer in (Viewer(), await world.learner(course), await world.teacher(course)):
        assert await suggested(ask, course, viewer) == []


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_statements_do_not_grow_with_selftests(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    learner = await world.learner(course)
    counting: dict[str, Any] = {"exercise_type": ExerciseType.SELFTEST, "max_points": 4.0}
    made = await world.items([await world.section(course)], ContentType.QUIZ, rows, **counting)
    await world.add(
        *(
            Submission(
                id=new_id(),
                user_id=learner.id,
                quiz_id=quiz.id,
                item_id=item.id,
                course_id=course.id,
                attempt=1,
                submitted_at=NOW,
                points=1.0,
            )
            for item, quiz in made
        )
    )
    answer = await ask(SUGGESTED, learner, id=course.id)
    assert len(answer.data["course"]["viewerRepetitionSuggestions"]) == min(rows, 3)
    assert len(answer.statements) == 3
