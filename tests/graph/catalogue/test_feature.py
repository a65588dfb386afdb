"""Features in the graph."""

from typing import Any

import pytest

from models.catalogue.feature import Feature
from models.postgres.base import new_id
from models.postgres.database import Database
from tests.conftest import Ask
from tests.world import World

LIST = """
query($filter: FeatureFilter!) {
  features(filter: $filter, first: 100) { nodes { name course { id } } totalCount }
}
"""
OF_COURSE = "query($id: ID!) { course(id: $id) { features { name course { id } } } }"


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_features_of_a_course_are_told_by_name(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    names = [f"feature_{place:03}" for place in range(rows)]
    await world.add(*(Feature(id=new_id(), name=name, course_id=course.id) for name in reversed(names)))
    answer = await ask(OF_COURSE, id=course.id)
    told = [{"name": name, "course": {"id": course.id}} for name in names]
    assert answer.data["course"]["features"] == told
    assert len(answer.statements) == 3
    answer = await ask(LIST, filter={"course": course.id})
    assert answer.data["features"] == {"nodes": told, "totalCount": rows}
    assert len(answer.statements) == 3


async def test_features_of_the_platform_are_of_no_course(lone_database: Database) -> None:
    ask, world = Ask(lone_database), World(lone_database)
    mark = new_id()
    await world.add(Feature(id=new_id(), name=mark))
    course = await world.course()
    await world.add(Feature(id=new_id(), name=mark, course_id=course.id))

    async def found(**given: Any) -> list[Any]:
        data = await ask.data(LIST, filter=given)
        return [node["course"] for node in data["features"]["nodes"] if node["name"] == mark]

    assert await found(isGlobal=True) == [None]
    assert await found(isGlobal=False) == [{"id": course.id}]
    assert len(await found()) == 2


async def test_features_of_a_course_that_is_not_known_are_not_told(ask: Ask, world: World) -> None:
    course = await world.course(is_hidden=True)
    await world.add(Feature(id=new_id(), name="a", course_id=course.id))
    for viewer, count in ((await world.learner(), 0), (await world.learner(course), 1)):
        data = await ask.data(LIST, viewer, filter={"course": course.id})
        assert data["features"]["totalCount"] == count
