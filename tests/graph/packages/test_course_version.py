"""Versions of courses in the graph."""

from typing import Any

import pytest
from sqlalchemy import update

from models.catalogue.course import Course
from models.packages.course_version import CourseVersion
from models.packages.packaged_activity import LearningStandard
from models.postgres.base import new_id
from resolvers.catalogue.arrangement import arrange
from tests.conftest import Ask
from tests.world import World

FIELDS = """
    number edition standard identifier title description keywords languages duration typicalTime sequencing
    isCurrent createdAt updatedAt
"""
ONE = f"query($id: ID!) {{ courseVersion(id: $id) {{ {FIELDS} course {{ id }} }} }}"
OF_COURSE = """
query($id: ID!) {
  course(id: $id) {
    version { number }
    versions(first: 100) { nodes { number isCurrent sections { title } items { title } } totalCount }
    sections { title }
    items { title }
  }
}
"""


async def with_versions(world: World, rows: int) -> Course:
    """A course with versions of a section and an item each, of which it shows the last."""
    course = await world.course()
    versions = [
        CourseVersion(
            id=new_id(),
            course_id=course.id,
            number=number,
            standard=LearningStandard.CMI5,
            identifier="https://example.org/course",
            title={"en": f"Course {number}", "de": f"Kurs {number}"},
            description={"en": "About it"},
            keywords=["bees"],
            languages=["en", "de"],
            duration="PT1H",
            typical_time="PT2H",
            sequencing={"a": {"controlMode": [{"flow": True}]}},
        )
        for number in range(1, rows + 1)
    ]
    await world.add(*versions)
    for version in versions:
        (section,) = await world.sections(course, 1, title=f"S{version.number}", version_id=version.id)
        await world.item(section, title=f"I{version.number}")
    async with world.database.transaction() as session:
        shown = update(Course).where(Course.id == course.id).values(version_id=versions[-1].id)
        await session.execute(shown)
        await arrange(session, course.id)
    course.version_id = versions[-1].id
    return course


async def test_every_field_is_read_back(ask: Ask, world: World) -> None:
    course = await with_versions(world, 1)
    answer = await ask(ONE, await world.learner(course), id=course.version_id)
    found = answer.data["courseVersion"]
    assert found.pop("createdAt")
    assert found.pop("updatedAt")
    assert found == {
        "number": 1,
        "edition": 1,
        "standard": "CMI5",
        "identifier": "https://example.org/course",
        "title": "Course 1",
        "description": "About it",
        "keywords": ["bees"],
        "languages": ["en", "de"],
        "duration": "PT1H",
        "typicalTime": "PT2H",
        "sequencing": {"a": {"controlMode": [{"flow": True}]}},
        "isCurrent": True,
        "course": {"id": course.id},
    }
    assert len(answer.statements) == 2


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_a_course_shows_one_version_and_its_team_all(ask: Ask, world: World, rows: int) -> None:
    course = await with_versions(world, rows)
    answer = await ask(OF_COURSE, await world.teacher(course), id=course.id)
    found = answer.data["course"]
    assert found["version"] == {"number": rows}
    assert found["sections"] == [{"title": f"S{rows}"}]
    assert found["items"] == [{"title": f"I{rows}"}]
    assert found["versions"]["totalCount"] == rows
    assert found["versions"]["nodes"] == [
        {
            "number": number,
            "isCurrent": number == rows,
            "sections": [{"title": f"S{number}"}],
            "items": [{"title": f"I{number}"}],
        }
        for number in range(rows, 0, -1)
    ]
    assert len(answer.statements) == 8


async def test_learners_know_the_version_that_is_shown(ask: Ask, world: World) -> None:
    course = await with_versions(world, 3)
    data = await ask.data(OF_COURSE, await world.learner(course), id=course.id)
    assert [each["number"] for each in data["course"]["versions"]["nodes"]] == [3]
    assert data["course"]["items"] == [{"title": "I3"}]


DELETE = """
mutation($input: DeleteCourseVersionInput!) {
  deleteCourseVersion(input: $input) {
    deletedId course { version { number } items { title } } userErrors { code }
  }
}
"""


async def versions_of(world: World, course: Course) -> dict[int, str]:
    rows = await world.database.fetch(
        "SELECT number, id FROM course_versions WHERE course_id = %(id)s", {"id": course.id}
    )
    return dict(rows)


async def test_what_is_left_is_shown_when_a_version_is_deleted(ask: Ask, world: World) -> None:
    course, staff = await with_versions(world, 3), await world.staff()
    versions = await versions_of(world, course)

    async def delete(number: int) -> Any:
        data = await ask.data(DELETE, staff, input={"versionId": versions[number]})
        found = data["deleteCourseVersion"]
        assert found["deletedId"] == versions[number]
        return found["course"]

    assert await delete(3) == {"version": {"number": 2}, "items": [{"title": "I2"}]}
    assert await delete(1) == {"version": {"number": 2}, "items": [{"title": "I2"}]}
    assert await delete(2) is None
    for table in ("courses", "sections", "items", "rich_texts"):
        column = "id" if table == "courses" else "course_id"
        sql = f"SELECT 1 FROM {table} WHERE {column} = %(id)s"  # noqa: S608
        assert await world.database.fetch(sql, {"id": course.id}) == []


async def test_learners_and_teachers_delete_no_version(ask: Ask, world: World) -> None:
    course = await with_versions(world, 1)
    for viewer in (await world.learner(course), await world.teacher(course)):
        data = await ask.data(DELETE, viewer, input={"versionId": course.version_id})
        assert data["deleteCourseVersion"]["userErrors"] == [{"code": "NOT_ACCESSIBLE"}]
    data = await ask.data(DELETE, await world.staff(), input={"versionId": new_id()})
    assert data["deleteCourseVersion"]["userErrors"] == [{"code": "NOT_FOUND"}]
