"""No route takes more statements for more rows."""

from typing import Any

import pytest

from models.item import ContentType
from resolvers.viewer import Viewer
from tests.rest.xikolo.conftest import Xikolo
from tests.world import World

ROWS = (1, 10, 100)
rows_ = pytest.mark.parametrize("rows", ROWS)


async def token_of(world: World, viewer: Viewer) -> str:
    """The secret of a new token."""
    secret = viewer.signed_in_id.replace("-", "")
    await world.token(viewer, secret)
    return secret


async def taken(xikolo: Xikolo, path: str, token: str, rows: int) -> tuple[Any, int]:
    """The response's document, which has `rows` rows, and how many statements it took."""
    response = await xikolo.get(path, token)
    assert response.status_code == 200, response.text
    found = response.json()
    primary = found["data"] if isinstance(found["data"], list) else found["included"]
    assert len(primary) == rows
    return found, len(xikolo.statements)


@rows_
async def test_courses(xikolo: Xikolo, world: World, rows: int) -> None:
    channel = await world.channel()
    courses = await world.courses(rows, channel_id=channel.id)
    for course in courses[:2]:
        await world.sections(course, 2)
    token = await token_of(world, await world.learner(*courses[:2]))
    path = f"courses?filter[channel]={channel.code}&include=channel,user_enrollment,sections"
    _, statements = await taken(xikolo, path, token, rows)
    assert statements == 9


@rows_
async def test_course_sections_with_items(xikolo: Xikolo, world: World, rows: int) -> None:
    course = await world.course()
    await world.items(await world.sections(course, rows), rows=2)
    token = await token_of(world, await world.learner(course))
    path = f"course-sections?filter[course]={course.id}&include=items"
    found, statements = await taken(xikolo, path, token, rows)
    assert len(found["included"]) == 2 * rows
    assert statements == 6


@rows_
async def test_course_items_with_every_kind_of_content(xikolo: Xikolo, world: World, rows: int) -> None:
    course = await world.course()
    (section,) = await world.sections(course, 1)
    for kind in ContentType:
        await world.items([section], kind, rows)
    token = await token_of(world, await world.learner(course))
    path = f"course-items?filter[section]={section.id}&include=content"
    found, statements = await taken(xikolo, path, token, rows * len(ContentType))
    assert len(found["included"]) == rows * len(ContentType)
    assert statements == 13


@rows_
async def test_quiz_with_questions(xikolo: Xikolo, world: World, rows: int) -> None:
    course = await world.course()
    quiz = await world.quiz(await world.section(course), questions=rows)
    token = await token_of(world, await world.learner(course))
    _, statements = await taken(xikolo, f"quizzes/{quiz.id}?include=questions", token, rows)
    assert statements == 5


@rows_
async def test_course_progress(xikolo: Xikolo, world: World, rows: int) -> None:
    course = await world.course()
    await world.items(await world.sections(course, rows))
    token = await token_of(world, await world.learner(course))
    path = f"course-progresses/{course.id}?include=section_progresses"
    _, statements = await taken(xikolo, path, token, rows)
    assert statements == 6


async def test_an_include_that_is_not_asked_for_takes_no_statement(xikolo: Xikolo, world: World) -> None:
    course = await world.course()
    quiz = await world.quiz(await world.section(course))
    token = await token_of(world, await world.learner(course))
    await xikolo.get(f"quizzes/{quiz.id}", token)
    assert len(xikolo.statements) == 2
    await xikolo.get(f"course-sections?filter[course]={course.id}", token)
    assert len(xikolo.statements) == 2
