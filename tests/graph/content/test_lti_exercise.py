"""LTI exercises in the graph."""

from typing import Any

import pytest

from models.catalogue.item import ContentType
from tests.conftest import Ask
from tests.world import World

FIELDS = "id instructions weight allowedAttempts launchUrl item { title }"
ONE = f"query($id: ID!) {{ ltiExercise(id: $id) {{ {FIELDS} }} }}"
MANY = (
    f"query($id: ID!) {{ course(id: $id) {{ items {{ content {{ ... on LtiExercise {{ {FIELDS} }} }} }} }} }}"
)
FULL = {
    "instructions": "*Do*",
    "weight": 12.5,
    "allowed_attempts": 2,
    "launch_url": "https://example.org/launch?a=b",
    "parameters": {"secret": "kept"},
}
BARE = {"instructions": None, "weight": 1.0, "allowed_attempts": None, "launch_url": None}


@pytest.mark.parametrize("values", [FULL, BARE])
async def test_every_field_is_read_back(ask: Ask, world: World, values: dict[str, Any]) -> None:
    course = await world.course()
    ((item, exercise),) = await world.items(
        [await world.section(course)], ContentType.LTI_EXERCISE, content=values
    )
    answer = await ask(ONE, await world.learner(course), id=exercise.id)
    assert answer.data["ltiExercise"] == {
        "id": exercise.id,
        "instructions": values["instructions"],
        "weight": values["weight"],
        "allowedAttempts": values["allowed_attempts"],
        "launchUrl": values["launch_url"],
        "item": {"title": item.title},
    }
    assert len(answer.statements) == 2


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_exercises_and_their_items_take_one_statement_each(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    made = await world.items([await world.section(course)], ContentType.LTI_EXERCISE, rows)
    answer = await ask(MANY, await world.learner(course), id=course.id)
    found = [item["content"] for item in answer.data["course"]["items"]]
    assert [(each["id"], each["item"]["title"]) for each in found] == [
        (exercise.id, item.title) for item, exercise in made
    ]
    assert len(answer.statements) == 4
