"""Peer assessments in the graph."""

import pytest

from models.catalogue.item import ContentType
from models.content.peer_assessment import PeerAssessmentType
from resolvers.access.viewer import Viewer
from tests.conftest import Ask
from tests.world import World

ONE = """
query($id: ID!) {
  peerAssessment(id: $id) {
    type instructions item { title } steps { type startsAt deadline isOptional }
  }
}
"""
CONTENTS = """
query($id: ID!) {
  course(id: $id) { items { content { ... on PeerAssessment { instructions steps { type } } } } }
}
"""
STEPS = [
    {"type": "submission", "starts_at": None, "deadline": "2026-05-01T00:00:00+00:00", "is_optional": False},
    {"type": "self_assessment", "starts_at": None, "deadline": None, "is_optional": True},
]


async def test_every_field_is_read_back(ask: Ask, world: World) -> None:
    course = await world.course()
    ((item, content),) = await world.items(
        [await world.section(course)],
        ContentType.PEER_ASSESSMENT,
        content={"type": PeerAssessmentType.TEAM, "steps": STEPS},
    )
    answer = await ask(ONE, await world.learner(course), id=content.id)
    assert answer.data["peerAssessment"] == {
        "type": "TEAM",
        "instructions": "Build it.",
        "item": {"title": item.title},
        "steps": [
            {
                "type": "SUBMISSION",
                "startsAt": None,
                "deadline": "2026-05-01T00:00:00+00:00",
                "isOptional": False,
            },
            {"type": "SELF_ASSESSMENT", "startsAt": None, "deadline": None, "isOptional": True},
        ],
    }
    assert len(answer.statements) == 2
    assert await ask.data(ONE, Viewer(), id=content.id) == {"peerAssessment": None}


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_statements_do_not_grow_with_items(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    steps = {"steps": STEPS}
    await world.items([await world.section(course)], ContentType.PEER_ASSESSMENT, rows, content=steps)
    answer = await ask(CONTENTS, await world.learner(course), id=course.id)
    content = {"instructions": "Build it.", "steps": [{"type": "SUBMISSION"}, {"type": "SELF_ASSESSMENT"}]}
    assert answer.data["course"]["items"] == [{"content": content}] * rows
    assert len(answer.statements) == 3
