"""Mutations a level at a time: done once, in order, whatever comes of their payloads."""

from typing import Any

import pytest

from graph.engine.run import executions
from tests.conftest import Ask
from tests.graph.engine.injected_faults import Fault, injected
from tests.world import World

ENROLL = """
mutation($course: ID!) {
  enroll(input: {courseId: $course}) { enrollment { mode course { title } } userErrors { code } }
}
"""


@pytest.fixture(autouse=True)
def _counted() -> None:
    executions.clear()


def inserts(statements: list[str]) -> int:
    """How often an enrollment was written."""
    return sum(statement.startswith("INSERT INTO enrollments") for statement in statements)


async def test_mutations_run_by_levels(ask: Ask, world: World) -> None:
    course = await world.course(title="Levels")
    data = await ask.data(ENROLL, await world.learner(), course=course.id)
    assert data["enroll"] == {
        "enrollment": {"mode": "audit", "course": {"title": "Levels"}},
        "userErrors": [],
    }
    assert executions == {"by levels": 1}


async def test_what_is_done_is_not_done_again_when_its_payload_deviates(ask: Ask, world: World) -> None:
    course = await world.course()
    viewer = await world.learner()
    with injected(Fault("enrollments", "mode", None, every=1)):
        answer = await ask(ENROLL, viewer, course=course.id)
    assert answer.data == {"enroll": {"enrollment": None, "userErrors": []}}
    assert [error["path"] for error in answer.errors] == [["enroll", "enrollment", "mode"]]
    assert inserts(answer.statements) == 1
    assert executions == {"deviated: Deviation": 1}


async def test_root_fields_are_done_in_their_order(ask: Ask, world: World) -> None:
    course = await world.course()
    viewer = await world.learner()
    document = """
    mutation($course: ID!) {
      first: enroll(input: {courseId: $course}) { enrollment { isActive } }
      second: unenroll(input: {courseId: $course}) { enrollment { isActive } }
      third: enroll(input: {courseId: $course}) { enrollment { isActive } }
    }
    """
    data: dict[str, Any] = await ask.data(document, viewer, course=course.id)
    states = {name: payload["enrollment"]["isActive"] for name, payload in data.items()}
    assert states == {"first": True, "second": False, "third": True}
    assert list(states) == ["first", "second", "third"]
    assert executions == {"by levels": 1}


async def test_an_input_that_is_refused_changes_nothing(ask: Ask, world: World) -> None:
    answer = await ask(ENROLL, await world.learner(), course="no id")
    assert [error["extensions"]["code"] for error in answer.errors] == ["BAD_USER_INPUT"]
    assert not answer.statements
