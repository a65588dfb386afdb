"""Texts in the graph."""

import pytest

from models.catalogue.item import ContentType
from tests.conftest import Ask
from tests.world import World

ONE = "query($id: ID!) { richText(id: $id) { id text item { title } } }"
MANY = "query($course: ID!) { course(id: $course) { items { content { ... on RichText { text } } } } }"


async def test_a_text_is_read_back_as_it_was_written(ask: Ask, world: World) -> None:
    course = await world.course()
    written = "# Ä\r\n<b>ok</b> \\ \t\u2028 '\"%s $1 😀"
    ((item, text),) = await world.items([await world.section(course)], content={"text": written})
    answer = await ask(ONE, await world.learner(course), id=text.id)
    assert answer.data["richText"] == {"id": text.id, "text": written, "item": {"title": item.title}}
    assert len(answer.statements) == 2


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_texts_take_one_statement(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    await world.items([await world.section(course)], ContentType.RICH_TEXT, rows)
    answer = await ask(MANY, await world.learner(course), course=course.id)
    assert answer.data["course"]["items"] == [{"content": {"text": "Text"}}] * rows
    assert len(answer.statements) == 3
