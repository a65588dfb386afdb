"""Dates to come in courses."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from models.catalogue.course import Course
from models.catalogue.section import Section
from models.learning.enrollment import Enrollment
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from tests.conftest import Ask
from tests.world import NOW, YESTERDAY, World

DATES = "query($id: ID!) { course(id: $id) { dates { type title date resourceId course { id } } } }"


def later(days: int) -> datetime:
    return NOW + timedelta(days=days)


async def found(ask: Ask, course: Course, viewer: Viewer | None = None) -> list[tuple[Any, ...]]:
    data = await ask.data(DATES, viewer or Viewer(), id=course.id)
    dates = data["course"]["dates"]
    assert all(each["course"] == {"id": course.id} for each in dates)
    return [
        (each["type"], each["title"], datetime.fromisoformat(each["date"]), each["resourceId"])
        for each in dates
    ]


async def test_dates_to_come_are_gathered_in_order(ask: Ask, world: World) -> None:
    course = await world.course(title="Course", starts_at=later(1))
    section = await world.section(course, title="Section", starts_at=later(2))
    item = await world.item(section, title="Item", deadline=later(3), solutions_at=later(4))
    below = await world.section(course, section, title="Below", starts_at=later(5))
    assert await found(ask, course) == [
        ("COURSE_START", "Course", later(1), course.id),
        ("SECTION_START", "Section", later(2), section.id),
        ("ITEM_SUBMISSION_DEADLINE", "Item", later(3), item.id),
        ("ITEM_SUBMISSION_PUBLISHING", "Item", later(4), item.id),
        ("SECTION_START", "Below", later(5), below.id),
    ]


async def test_what_has_passed_is_no_date_to_come(ask: Ask, world: World) -> None:
    course = await world.course(starts_at=YESTERDAY)
    section = await world.section(course, starts_at=YESTERDAY)
    await world.item(section, deadline=YESTERDAY, solutions_at=YESTERDAY)
    assert await found(ask, course) == []


async def test_dates_of_what_learners_do_not_see_are_the_teams(ask: Ask, world: World) -> None:
    course = await world.course()
    shown = await world.section(course)
    hidden = await world.section(course, title="Hidden", is_published=False, starts_at=later(1))
    await world.item(hidden, title="Below hidden", deadline=later(2))
    await world.item(shown, title="Hidden too", is_published=False, solutions_at=later(3))
    assert await found(ask, course, await world.learner(course)) == []
    titles = [title for _, title, _, _ in await found(ask, course, await world.teacher(course))]
    assert titles == ["Hidden", "Below hidden", "Hidden too"]


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_dates_of_many_courses_take_one_statement(ask: Ask, world: World, rows: int) -> None:
    organization = await world.organization()
    courses = await world.courses(rows, organization_id=organization.id, starts_at=later(1))
    sections = [
        Section(id=new_id(), course_id=course.id, title=course.id, position=1, starts_at=later(2))
        for course in courses
    ]
    await world.add(*sections)
    document = """
    query($id: ID!) {
      organization(id: $id) {
        courses(first: 100) { nodes { id title dates { title course { id } } } }
      }
    }
    """
    answer = await ask(document, id=organization.id)
    nodes = answer.data["organization"]["courses"]["nodes"]
    assert len(nodes) == rows
    for node in nodes:
        back = {"id": node["id"]}
        assert node["dates"] == [
            {"title": "Course", "course": back},
            {"title": node["id"], "course": back},
        ]
    assert len(answer.statements) == 4  # organization, courses, dates, their courses


OWN = "query($course: ID) { viewerDates(filter: {course: $course}) { title course { title } } }"


async def test_dates_of_the_viewers_courses_come_in_one_order(ask: Ask, world: World) -> None:
    one, two, left, other = [
        await world.course(title=title, starts_at=later(days))
        for days, title in enumerate(("one", "two", "left", "other"), 1)
    ]
    await world.section(two, title="early", starts_at=NOW + timedelta(hours=1))
    viewer = await world.learner(one, two)
    assert viewer.id
    await world.add(Enrollment(id=new_id(), user_id=viewer.id, course_id=left.id, is_active=False))
    answer = await ask(OWN, viewer)
    assert [(each["title"], each["course"]["title"]) for each in answer.data["viewerDates"]] == [
        ("early", "two"),
        ("one", "one"),
        ("two", "two"),
    ]
    assert len(answer.statements) == 2
    for course, titles in ((one, ["one"]), (left, []), (other, [])):
        data = await ask.data(OWN, viewer, course=course.id)
        assert [each["title"] for each in data["viewerDates"]] == titles
    assert await ask.data(OWN) == {"viewerDates": []}
