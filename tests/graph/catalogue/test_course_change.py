"""Changing courses: what they are called, and that they are no more."""

from dataclasses import replace

import pytest

from models.catalogue.item import ContentType
from models.people.application import Application
from models.postgres.base import new_id
from resolvers.access.viewer import Role, Viewer
from tests.conftest import Ask
from tests.world import World

TITLE = """
mutation($input: SetCourseTitleInput!) {
  setCourseTitle(input: $input) { course { title } userErrors { code field } }
}
"""
WEB_ONLY = """
mutation($input: SetCourseWebOnlyInput!) {
  setCourseWebOnly(input: $input) { course { isWebOnly } userErrors { code field } }
}
"""
KNOWN = """
query($id: ID!, $section: ID!) {
  course(id: $id) { id } section(id: $section) { id }
  courses(filter: {isWebOnly: true}) { nodes { id } }
}
"""
DELETE = """
mutation($input: DeleteCourseInput!) { deleteCourse(input: $input) { deletedId userErrors { code field } } }
"""
CHANGED = """
query($since: DateTime, $until: DateTime, $reference: String!) {
  course(reference: $reference) { createdAt updatedAt }
  courses(filter: { updatedSince: $since, updatedUntil: $until, createdSince: $since }
    orderBy: { field: UPDATED_AT, direction: DESC }) { nodes { reference } }
}
"""


async def test_the_team_calls_its_course_otherwise(ask: Ask, world: World) -> None:
    course = await world.course()
    teacher, learner = await world.teacher(course), await world.learner(course)
    given = {"courseId": course.id, "title": " Bees "}
    answer = await ask(TITLE, teacher, input=given)
    assert answer.data["setCourseTitle"] == {"course": {"title": "Bees"}, "userErrors": []}
    assert len(answer.statements) == 2
    refused = await ask.data(TITLE, learner, input=given)
    assert refused["setCourseTitle"]["userErrors"] == [{"code": "NOT_FOUND", "field": ["courseId"]}]
    empty = await ask.data(TITLE, teacher, input={**given, "title": " "})
    assert empty["setCourseTitle"]["userErrors"] == [{"code": "INVALID_INPUT", "field": ["title"]}]


async def test_apps_do_not_know_of_a_course_for_browsers_alone(ask: Ask, world: World) -> None:
    course = await world.course()
    section = await world.section(course)
    teacher, learner = await world.teacher(course), await world.learner(course)
    given = {"courseId": course.id, "isWebOnly": True}
    answer = await ask(WEB_ONLY, teacher, input=given)
    assert answer.data["setCourseWebOnly"] == {"course": {"isWebOnly": True}, "userErrors": []}
    assert len(answer.statements) == 2
    refused = await ask.data(WEB_ONLY, learner, input=given)
    assert refused["setCourseWebOnly"]["userErrors"] == [{"code": "NOT_FOUND", "field": ["courseId"]}]
    assert (await ask.data(KNOWN, learner, id=course.id, section=section.id))["course"] is not None
    for viewer in (Viewer(), learner, teacher, await world.staff()):
        data = await ask.data(KNOWN, replace(viewer, uses_app=True), id=course.id, section=section.id)
        assert data["course"] is None
        assert all(each["id"] != course.id for each in data["courses"]["nodes"])
        assert data["section"] is None


@pytest.mark.parametrize("rows", [1, 10])
async def test_a_course_goes_with_all_that_hangs_on_it(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    await world.items([await world.section(course)], ContentType.PACKAGED_ACTIVITY, rows)
    answer = await ask(DELETE, await world.staff(), input={"courseId": course.id})
    assert answer.data["deleteCourse"] == {"deletedId": course.id, "userErrors": []}
    assert len(answer.statements) == 1
    left = "SELECT 1 FROM packaged_activities WHERE course_id = %(id)s"
    assert await world.database.fetch(left, {"id": course.id}) == []
    again = await ask.data(DELETE, await world.staff(), input={"courseId": course.id})
    assert again["deleteCourse"]["userErrors"] == [{"code": "NOT_FOUND", "field": ["courseId"]}]


async def test_an_application_deletes_its_own(ask: Ask, world: World) -> None:
    own, other = [await world.add(Application(id=new_id(), name="App", secret_hash=b"")) for _ in range(2)]
    course = await world.course(application_id=own.id)
    teacher = await world.teacher(course)
    data = await ask.data(DELETE, teacher, input={"courseId": course.id})
    assert data["deleteCourse"]["userErrors"][0]["code"] == "NOT_ACCESSIBLE"
    for application, errors in ((other, [{"code": "NOT_FOUND", "field": ["courseId"]}]), (own, [])):
        viewer = Viewer(role=Role.APPLICATION, application_id=application.id)
        data = await ask.data(DELETE, viewer, input={"courseId": course.id})
        assert data["deleteCourse"]["userErrors"] == errors


async def test_courses_are_found_by_when_they_changed(ask: Ask, world: World) -> None:
    course = await world.course(reference=new_id())
    staff = await world.staff()
    await ask.data(TITLE, staff, input={"courseId": course.id, "title": "Bees"})
    read = await ask.data(CHANGED, staff, reference=course.reference)
    found = await ask.data(
        CHANGED,
        staff,
        reference=course.reference,
        since=read["course"]["createdAt"],
        until="9999-01-01T00:00:00Z",
    )
    assert found["courses"]["nodes"][0] == {"reference": course.reference}


async def test_a_course_goes_by_what_its_importer_calls_it(ask: Ask, world: World) -> None:
    own, other = await world.application(), await world.application()
    course = await world.course(application_id=own.id, reference="golf")
    await world.course(application_id=other.id, reference="golf")
    viewer = Viewer(role=Role.APPLICATION, application_id=own.id)
    answer = await ask(TITLE, viewer, input={"reference": "golf", "title": "Bees"})
    assert answer.data["setCourseTitle"] == {"course": {"title": "Bees"}, "userErrors": []}
    assert len(answer.statements) == 2
    for names in ({}, {"reference": "golf", "courseId": course.id}):
        data = await ask.data(TITLE, viewer, input={**names, "title": "Bees"})
        assert data["setCourseTitle"]["userErrors"] == [{"code": "INVALID_INPUT", "field": ["courseId"]}]
    staff = await ask.data(DELETE, await world.staff(), input={"reference": "golf"})
    assert staff["deleteCourse"]["userErrors"] == [{"code": "NOT_FOUND", "field": ["courseId"]}]
    data = await ask.data(DELETE, viewer, input={"reference": "golf"})
    assert data["deleteCourse"] == {"deletedId": course.id, "userErrors": []}
