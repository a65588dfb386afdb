"""Learning rooms: known, joined and left."""

from typing import Any

import pytest

from models.community.learning_room import LearningRoom
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from tests.conftest import Ask
from tests.world import World

FIELDS = "id name isOpen memberCount viewerIsMember course { id }"
JOIN = f"""
mutation($id: ID!) {{
  joinLearningRoom(input: {{learningRoomId: $id}}) {{
    learningRoom {{ {FIELDS} }} userErrors {{ field code }}
  }}
}}
"""
LEAVE = JOIN.replace("join", "leave")
LIST = """
query($filter: LearningRoomFilter!) {
  learningRooms(filter: $filter, first: 100) { nodes { name memberCount viewerIsMember } totalCount }
}
"""
OF_COURSE = """
query($id: ID!) {
  course(id: $id) { learningRooms(first: 100) { nodes { name topics { nodes { title } } } totalCount } }
}
"""


async def done(ask: Ask, document: str, viewer: Viewer, room: LearningRoom) -> Any:
    (payload,) = (await ask.data(document, viewer, id=room.id)).values()
    assert payload["userErrors"] == []
    return payload["learningRoom"]


async def test_a_learner_joins_and_leaves(ask: Ask, world: World) -> None:
    course = await world.course()
    learner, room = await world.learner(course), await world.room(course)
    for _ in range(2):
        joined = await done(ask, JOIN, learner, room)
        assert joined == {
            "id": room.id,
            "name": "Room",
            "isOpen": True,
            "memberCount": 1,
            "viewerIsMember": True,
            "course": {"id": course.id},
        }
    for _ in range(2):
        left = await done(ask, LEAVE, learner, room)
        assert (left["memberCount"], left["viewerIsMember"]) == (0, False)


async def test_a_closed_room_is_its_members(ask: Ask, world: World) -> None:
    course = await world.course()
    member, fellow = await world.learner(course), await world.learner(course)
    room = await world.room(course, member, is_open=False)
    for document in (JOIN, LEAVE):
        (payload,) = (await ask.data(document, fellow, id=room.id)).values()
        assert payload == {
            "learningRoom": None,
            "userErrors": [{"field": ["learningRoomId"], "code": "NOT_FOUND"}],
        }
    assert (await done(ask, JOIN, await world.teacher(course), room))["memberCount"] == 2
    assert await done(ask, LEAVE, member, room) is None


async def test_filters_narrow_the_list(ask: Ask, world: World) -> None:
    course = await world.course()
    learner = await world.learner(course)
    await world.room(course, name="a")
    await world.room(course, learner, name="b")

    async def names(viewer: Viewer, **given: Any) -> list[str]:
        data = await ask.data(LIST, viewer, filter={"course": course.id, **given})
        return [node["name"] for node in data["learningRooms"]["nodes"]]

    assert await names(learner) == ["a", "b"]
    assert await names(learner, viewerIsMember=True) == ["b"]
    assert await names(learner, viewerIsMember=False) == ["a"]
    assert await names(await world.learner()) == []
    assert await names(Viewer(), viewerIsMember=True) == []


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_statements_do_not_grow_with_rows(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    learner = await world.learner(course)
    await world.add(
        *(LearningRoom(id=new_id(), course_id=course.id, name=f"{place:03}") for place in range(rows))
    )
    answer = await ask(OF_COURSE, learner, id=course.id)
    assert answer.data["course"]["learningRooms"]["totalCount"] == rows
    assert len(answer.statements) == 4
