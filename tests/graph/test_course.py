"""Courses in the graph."""

import pytest

from tests.conftest import Ask
from tests.world import World

PAGE = """
query($slug: String!) {
  course(slug: $slug) {
    title
    sections { title items { title viewerState { status points } } viewerProgress { visits { percentage } } }
    viewerProgress { main { scoredPoints possiblePoints } visits { visited } }
  }
}
"""


async def course_with(world: World, rows: int):
    course = await world.course()
    for place in range(1, rows + 1):
        section = await world.section(course, position=place)
        await world.item(section)
    return course


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_course_page_takes_six_statements_however_many_rows(ask: Ask, world: World, rows: int) -> None:
    course = await course_with(world, rows)
    viewer = await world.learner(course)
    answer = await ask(PAGE, viewer, slug=course.slug)
    assert not answer.errors
    assert len(answer.data["course"]["sections"]) == rows
    assert len(answer.statements) == 6
