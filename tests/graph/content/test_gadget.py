"""Gadgets in the graph."""

from typing import Any

import pytest

from models.catalogue.item import ContentType
from tests.conftest import Ask
from tests.world import World

FIELDS = "id type text source settings item { title }"
ONE = f"query($id: ID!) {{ gadget(id: $id) {{ {FIELDS} }} }}"
MANY = f"query($id: ID!) {{ course(id: $id) {{ items {{ content {{ ... on Gadget {{ {FIELDS} }} }} }} }} }}"
SETTINGS = {"a": [1, 2.5, None, True, {"b": "c"}], "big": 2**53 - 1, "": ""}


async def gadget_with(world: World, values: dict[str, Any]) -> tuple[Any, Any]:
    course = await world.course()
    ((_, gadget),) = await world.items([await world.section(course)], ContentType.GADGET, content=values)
    return course, gadget


async def test_every_field_is_read_back(ask: Ask, world: World) -> None:
    values = {"type": "word_cloud", "source": "<w a='1'/>", "text": "*Vote*", "settings": SETTINGS}
    course, gadget = await gadget_with(world, values)
    answer = await ask(ONE, await world.learner(course), id=gadget.id)
    assert answer.data["gadget"] == {"id": gadget.id, "item": {"title": "Item 1"}, **values}
    assert len(answer.statements) == 2


async def test_a_bare_gadget_has_no_source_and_no_settings(ask: Ask, world: World) -> None:
    course, gadget = await gadget_with(world, {"type": "poll", "source": None})
    found = (await ask.data(ONE, await world.learner(course), id=gadget.id))["gadget"]
    assert (found["source"], found["text"], found["settings"]) == (None, "", {})


async def test_a_source_that_tells_solutions_is_for_the_team(ask: Ask, world: World) -> None:
    values = {"type": "problem", "source": "<right/>", "settings": {"a": 1}, "reveals_solutions": True}
    course, gadget = await gadget_with(world, values)
    for viewer, source, settings in (
        (await world.learner(course), None, {}),
        (await world.teacher(course), "<right/>", {"a": 1}),
        (await world.staff(), "<right/>", {"a": 1}),
    ):
        found = (await ask.data(ONE, viewer, id=gadget.id))["gadget"]
        assert (found["source"], found["settings"]) == (source, settings)
    assert await ask.data(ONE, await world.teacher(await world.course()), id=gadget.id) == {"gadget": None}


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_gadgets_and_their_items_take_one_statement_each(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    made = await world.items([await world.section(course)], ContentType.GADGET, rows)
    answer = await ask(MANY, await world.learner(course), id=course.id)
    found = [item["content"]["id"] for item in answer.data["course"]["items"]]
    assert found == [gadget.id for _, gadget in made]
    assert len(answer.statements) == 4
