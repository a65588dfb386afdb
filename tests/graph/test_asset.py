"""Files of courses in the graph."""

import pytest

from models.asset import Asset
from models.base import new_id
from tests.conftest import Ask
from tests.world import World

OF_COURSE = """
query($id: ID!) {
  course(id: $id) {
    assets(first: 100) { nodes { id path mediaType size digest url } totalCount }
  }
}
"""


async def test_every_field_is_read_back(ask: Ask, world: World) -> None:
    course = await world.course()
    digest = "ab" * 32
    asset = await world.asset(
        course, path="static/a b/Ä?#%.png", media_type="image/png", size=2**40, digest=digest
    )
    answer = await ask(OF_COURSE, await world.teacher(course), id=course.id)
    assert answer.data["course"]["assets"] == {
        "nodes": [
            {
                "id": asset.id,
                "path": "static/a b/Ä?#%.png",
                "mediaType": "image/png",
                "size": 2**40,
                "digest": digest,
                "url": f"/assets/{digest}/%C3%84%3F%23%25.png",
            }
        ],
        "totalCount": 1,
    }
    assert len(answer.statements) == 3


async def test_files_are_listed_for_the_team_alone(ask: Ask, world: World) -> None:
    course = await world.course()
    await world.asset(course)
    for viewer, count in (
        (await world.learner(course), 0),
        (await world.teacher(await world.course()), 0),
        (await world.teacher(course), 1),
        (await world.staff(), 1),
    ):
        found = (await ask.data(OF_COURSE, viewer, id=course.id))["course"]["assets"]
        assert (len(found["nodes"]), found["totalCount"]) == (count, count)


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_files_go_by_path_in_one_statement_with_their_count(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    made = [
        Asset(
            id=new_id(),
            course_id=course.id,
            path=f"{place:03}.txt",
            media_type="text/plain",
            size=place,
            digest="0" * 64,
        )
        for place in range(rows, 0, -1)
    ]
    await world.add(*made)
    answer = await ask(OF_COURSE, await world.teacher(course), id=course.id)
    found = answer.data["course"]["assets"]
    assert [(node["path"], node["size"]) for node in found["nodes"]] == [
        (f"{place:03}.txt", place) for place in range(1, rows + 1)
    ]
    assert found["totalCount"] == rows
    assert len(answer.statements) == 3
