"""Packaged activities in the graph."""

import pytest

from models.catalogue.item import ContentType
from models.packages.packaged_activity import ActivityKind, LearningStandard, MoveOn
from tests.conftest import Ask
from tests.world import World

FIELDS = """
    id standard kind identifier resourceIdentifier title description launchPath launchQuery launchData
    moveOn masteryScore timeLimit parameters item { title }
"""
ONE = f"query($id: ID!) {{ packagedActivity(id: $id) {{ {FIELDS} }} }}"
MANY = f"""
query($id: ID!) {{ course(id: $id) {{ items {{ content {{ ... on PackagedActivity {{ {FIELDS} }} }} }} }} }}
"""


@pytest.mark.parametrize("standard", list(LearningStandard))
async def test_every_field_is_read_back(ask: Ask, world: World, standard: LearningStandard) -> None:
    course = await world.course()
    values = {
        "standard": standard,
        "kind": ActivityKind.ASSIGNABLE_UNIT,
        "identifier": "urn:sco#1",
        "resource_identifier": "r",
        "title": {"de": "Titel"},
        "description": {"en": "About"},
        "launch_path": "a/b c.html",
        "launch_query": "?x=1",
        "launch_data": "a=b",
        "move_on": MoveOn.COMPLETED_OR_PASSED,
        "mastery_score": 0.8,
        "time_limit": 90.5,
        "parameters": {"prerequisites": "A1"},
    }
    ((item, activity),) = await world.items(
        [await world.section(course)], ContentType.PACKAGED_ACTIVITY, content=values
    )
    answer = await ask(ONE, await world.learner(course), id=activity.id)
    assert answer.data["packagedActivity"] == {
        "id": activity.id,
        "standard": standard.name,
        "kind": "ASSIGNABLE_UNIT",
        "identifier": "urn:sco#1",
        "resourceIdentifier": "r",
        "title": "Titel",
        "description": "About",
        "launchPath": "a/b c.html",
        "launchQuery": "?x=1",
        "launchData": "a=b",
        "moveOn": "COMPLETED_OR_PASSED",
        "masteryScore": 0.8,
        "timeLimit": 90.5,
        "parameters": {"prerequisites": "A1"},
        "item": {"title": item.title},
    }
    assert len(answer.statements) == 2


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_activities_and_their_items_take_one_statement_each(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    made = await world.items([await world.section(course)], ContentType.PACKAGED_ACTIVITY, rows)
    answer = await ask(MANY, await world.learner(course), id=course.id)
    found = [item["content"]["id"] for item in answer.data["course"]["items"]]
    assert found == [activity.id for _, activity in made]
    assert len(answer.statements) == 4
