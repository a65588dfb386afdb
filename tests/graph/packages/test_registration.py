"""Registrations: what a package told, read back by its learner and by who keeps the course."""

import pytest

from models.catalogue.item import ContentType
from models.packages.registration import ActivityState, Completion, Success
from tests.conftest import ANONYMOUS, Ask
from tests.world import World

ONE = """
query($id: ID!) {
  registration(id: $id) {
    attempt completion success score totalTime completedAt
    course { title } version { number } user { name } statements { totalCount }
    activities { completion success score points totalTime runtime activity { identifier } }
  }
}
"""
ALL = """
query($course: ID!) {
  registrations(first: 100, filter: {course: $course}) {
    nodes { user { name } version { number } activities { completion activity { identifier } } }
  }
}
"""


async def test_a_registration_tells_what_its_activities_told(ask: Ask, world: World) -> None:
    course = await world.course(title="Golf")
    version = await world.version(course)
    section = await world.section(course, version_id=version.id)
    activity = await world.content(await world.item(section, ContentType.PACKAGED_ACTIVITY))
    learner = await world.learner(course)
    (row,) = await world.registrations(
        version,
        user_id=learner.id,
        completion=Completion.COMPLETED,
        success=Success.PASSED,
        score=0.93,
        total_time=61.5,
    )
    state = ActivityState(
        registration_id=row.id,
        activity_id=activity.id,
        completion=Completion.COMPLETED,
        success=Success.PASSED,
        score=0.93,
        points=93.0,
        total_time=61.5,
        runtime={"cmi": {"suspend_data": "a"}},
    )
    await world.add(state)
    answer = await ask(ONE, learner, id=row.id)
    assert answer.errors == []
    assert answer.data["registration"] == {
        "attempt": 1,
        "completion": "COMPLETED",
        "success": "PASSED",
        "score": 0.93,
        "totalTime": 61.5,
        "completedAt": None,
        "course": {"title": "Golf"},
        "version": {"number": 1},
        "user": {"name": "Ada"},
        "statements": {"totalCount": 0},
        "activities": [
            {
                "completion": "COMPLETED",
                "success": "PASSED",
                "score": 0.93,
                "points": 93.0,
                "totalTime": 61.5,
                "runtime": {"cmi": {"suspend_data": "a"}},
                "activity": {"identifier": "sco"},
            }
        ],
    }
    for stranger in (ANONYMOUS, await world.learner(course), await world.teacher(await world.course())):
        assert (await ask.data(ONE, stranger, id=row.id))["registration"] is None
    for keeper in (await world.teacher(course), await world.staff()):
        assert (await ask.data(ONE, keeper, id=row.id))["registration"]["attempt"] == 1


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_registrations_take_as_many_statements_for_many(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    version = await world.version(course)
    section = await world.section(course, version_id=version.id)
    activity = await world.content(await world.item(section, ContentType.PACKAGED_ACTIVITY))
    made = await world.registrations(version, rows)
    await world.add(*(ActivityState(registration_id=each.id, activity_id=activity.id) for each in made))
    answer = await ask(ALL, await world.staff(), course=course.id)
    assert len(answer.data["registrations"]["nodes"]) == rows
    assert answer.data["registrations"]["nodes"][0]["activities"][0]["activity"] == {"identifier": "sco"}
    assert len(answer.statements) == 5


async def test_registrations_are_found_by_how_far_they_got(ask: Ask, world: World) -> None:
    course = await world.course()
    version = await world.version(course)
    await world.registrations(version, 2)
    learner = await world.user()
    await world.registrations(
        version, user_id=learner.id, completion=Completion.COMPLETED, success=Success.FAILED
    )
    document = """
    query($filter: RegistrationFilter) { registrations(filter: $filter) { totalCount } }
    """
    for given, count in (
        ({}, 3),
        ({"user": learner.id}, 1),
        ({"completion": ["COMPLETED"]}, 1),
        ({"completion": ["COMPLETED", "UNKNOWN"]}, 3),
        ({"success": ["FAILED"]}, 1),
        ({"success": ["PASSED"]}, 0),
    ):
        data = await ask.data(document, await world.staff(), filter={"course": course.id, **given})
        assert data["registrations"]["totalCount"] == count
