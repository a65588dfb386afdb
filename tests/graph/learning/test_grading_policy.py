"""Grading policies in the graph."""

import pytest

from models.learning.grading_policy import GradingPolicy
from models.postgres.base import new_id
from tests.conftest import Ask
from tests.world import World

OF_COURSE = """
query($id: ID!) {
  course(id: $id) {
    gradingPolicy {
      id gracePeriod
      assignmentTypes { name shortName weight minimumCount dropCount }
      cutoffs { grade ratio }
    }
  }
}
"""


async def test_every_field_is_read_back(ask: Ask, world: World) -> None:
    course = await world.course()
    policy = await world.grading_policy(
        course,
        grace_period=5400,
        assignment_types=[
            {"name": "Homework", "short_name": "HW", "weight": 0.75, "minimum_count": 12, "drop_count": 2},
            {"name": "Exam", "weight": 0.25, "minimum_count": 1, "drop_count": 0},
        ],
        cutoffs=[{"grade": "A", "ratio": 0.9}, {"grade": "Pass", "ratio": 0.5}],
    )
    answer = await ask(OF_COURSE, id=course.id)
    homework, exam = answer.data["course"]["gradingPolicy"].pop("assignmentTypes")
    assert answer.data["course"]["gradingPolicy"] == {
        "id": policy.id,
        "gracePeriod": 5400,
        "cutoffs": [{"grade": "A", "ratio": 0.9}, {"grade": "Pass", "ratio": 0.5}],
    }
    assert homework == {
        "name": "Homework",
        "shortName": "HW",
        "weight": 0.75,
        "minimumCount": 12,
        "dropCount": 2,
    }
    assert exam == {"name": "Exam", "shortName": None, "weight": 0.25, "minimumCount": 1, "dropCount": 0}
    assert len(answer.statements) == 2


async def test_whole_numbers_are_ratios_too(ask: Ask, world: World) -> None:
    course = await world.course()
    await world.grading_policy(
        course,
        assignment_types=[{"name": "All", "weight": 1, "minimum_count": 1, "drop_count": 0}],
        cutoffs=[{"grade": "Pass", "ratio": 0}],
    )
    found = (await ask.data(OF_COURSE, id=course.id))["course"]["gradingPolicy"]
    assert (found["assignmentTypes"][0]["weight"], found["cutoffs"][0]["ratio"]) == (1.0, 0.0)


async def test_a_course_where_nothing_is_graded_has_none(ask: Ask, world: World) -> None:
    course = await world.course()
    assert await ask.data(OF_COURSE, id=course.id) == {"course": {"gradingPolicy": None}}
    await world.grading_policy(course)
    found = (await ask.data(OF_COURSE, id=course.id))["course"]["gradingPolicy"]
    assert (found["assignmentTypes"], found["cutoffs"], found["gracePeriod"]) == ([], [], None)


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_policies_of_courses_take_one_statement(ask: Ask, world: World, rows: int) -> None:
    organization = await world.organization()
    courses = await world.courses(rows, organization_id=organization.id)
    made = [
        GradingPolicy(id=new_id(), course_id=course.id, grace_period=place)
        for place, course in enumerate(courses)
    ]
    await world.add(*made)
    document = """
    query($id: ID!) {
      organization(id: $id) { courses(first: 100) { nodes { id gradingPolicy { gracePeriod } } } }
    }
    """
    answer = await ask(document, id=organization.id)
    found = {
        node["id"]: node["gradingPolicy"]["gracePeriod"]
        for node in answer.data["organization"]["courses"]["nodes"]
    }
    assert found == {course.id: place for place, course in enumerate(courses)}
    assert len(answer.statements) == 3
