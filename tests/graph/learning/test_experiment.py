"""Experiments: chance decides once."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from models.catalogue.course import Course
from models.learning.experiment import Experiment, ExperimentAssignment
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from tests.conftest import Ask
from tests.world import World

ASSIGN = """
mutation($input: AssignToExperimentInput!) {
  assignToExperiment(input: $input) {
    assignment { id identifier group user { id } course { id } }
    userErrors { field code }
  }
}
"""
LIST = """
query($filter: ExperimentFilter!) {
  experiments(filter: $filter, first: 100) {
    nodes { identifier groups isActive course { id } assignments { nodes { group user { id } } totalCount } }
    totalCount
  }
}
"""


async def experiment(world: World, course: Course | None = None, **values: Any) -> Experiment:
    usual = {"id": new_id(), "identifier": new_id(), "groups": ["a", "b"]}
    return await world.add(Experiment(**{**usual, "course_id": course and course.id, **values}))


async def assign(ask: Ask, viewer: Viewer, row: Experiment, course: Course | None = None) -> Any:
    given = {"identifier": row.identifier, "courseId": course and course.id}
    return (await ask.data(ASSIGN, viewer, input=given))["assignToExperiment"]


async def test_chance_decides_once(ask: Ask, world: World) -> None:
    course = await world.course()
    row, learner = await experiment(world, course), await world.learner(course)
    payloads = await asyncio.gather(*(assign(ask, learner, row, course) for _ in range(10)))
    (assignment,) = {payload["assignment"]["id"]: payload["assignment"] for payload in payloads}.values()
    assert assignment.pop("group") in ("a", "b")
    assert assignment.pop("id")
    assert assignment == {
        "identifier": row.identifier,
        "user": {"id": learner.id},
        "course": {"id": course.id},
    }


async def test_every_group_is_met(ask: Ask, world: World) -> None:
    row = await experiment(world)
    learners = [Viewer(user.id, (await world.learner()).role) for user in await world.users(40)]
    payloads = await asyncio.gather(*(assign(ask, learner, row) for learner in learners))
    groups = Counter(payload["assignment"]["group"] for payload in payloads)
    # That one of two is never met among 40 happens once in 10 to the 11.
    assert set(groups) == {"a", "b"}


async def test_an_experiment_of_the_course_comes_first(ask: Ask, world: World) -> None:
    course, learner = await world.course(), await world.learner()
    everywhere = await experiment(world, groups=["everywhere"])
    await experiment(world, course, identifier=everywhere.identifier, groups=["here"])
    for given, group in ((course, "here"), (None, "everywhere"), (await world.course(), "everywhere")):
        assert (await assign(ask, learner, everywhere, given))["assignment"]["group"] == group


async def test_what_is_not_known_is_refused(ask: Ask, world: World) -> None:
    course, hidden = await world.course(), await world.course(is_hidden=True)
    learner = await world.learner()
    here, over = await experiment(world, course), await experiment(world, is_active=False)
    for row, given, field in (
        (here, None, "identifier"),
        (over, None, "identifier"),
        (here, await world.course(), "identifier"),
        (here, hidden, "courseId"),
    ):
        payload = await assign(ask, learner, row, given)
        assert payload == {"assignment": None, "userErrors": [{"field": [field], "code": "NOT_FOUND"}]}


async def test_teams_see_who_is_in_which_group(ask: Ask, world: World) -> None:
    course = await world.course()
    row, learner, fellow = await experiment(world, course), await world.learner(course), await world.learner()
    made = (await assign(ask, learner, row, course))["assignment"]
    read = "query($id: ID!) { node(id: $id) { ... on ExperimentAssignment { group } } }"
    for viewer, sees in ((learner, True), (fellow, False), (await world.teacher(course), True)):
        assert bool((await ask.data(read, viewer, id=made["id"]))["node"]) is sees
    for viewer, count in ((learner, 0), (Viewer(), 0), (await world.teacher(course), 1)):
        data = await ask.data(LIST, viewer, filter={"course": course.id})
        assert data["experiments"]["totalCount"] == count


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_statements_do_not_grow_with_rows(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    made = [
        Experiment(id=new_id(), course_id=course.id, identifier=new_id(), groups=["a"]) for _ in range(rows)
    ]
    user = await world.user()
    assigned = [
        ExperimentAssignment(id=new_id(), experiment_id=each.id, user_id=user.id, group="a") for each in made
    ]
    await world.add(*made, *assigned)
    answer = await ask(LIST, await world.staff(), filter={"course": course.id})
    found = answer.data["experiments"]
    assert found["totalCount"] == rows
    assert [node["assignments"] for node in found["nodes"]] == [
        {"nodes": [{"group": "a", "user": {"id": user.id}}], "totalCount": 1}
    ] * rows
    assert len(answer.statements) == 6
