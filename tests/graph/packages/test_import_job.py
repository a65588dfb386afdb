"""Imports in the graph, and how they are begun."""

import pytest

from models.packages.import_job import ImportJob, ImportSource
from models.postgres.base import new_id
from resolvers.access.viewer import Role, Viewer
from tests.conftest import Ask
from tests.world import World

IMPORT = """
mutation($input: ImportCourseInput!) {
  importCourse(input: $input) {
    importJob { id reference source status progress message warnings tags createdAt course { id } }
    userErrors { code field }
  }
}
"""
MANY = """
query($reference: String!) {
  importJobs(first: 100, filter: { reference: $reference }) {
    nodes { id course { id } version { id } } totalCount
  }
}
"""


async def test_an_import_begins(ask: Ask, world: World) -> None:
    reference = new_id()
    given = {"reference": reference, "url": "https://example.org/p.zip", "tags": ["a"]}
    answer = await ask(IMPORT, await world.staff(), input=given)
    job = answer.data["importCourse"]["importJob"]
    id_ = job.pop("id")
    assert job.pop("createdAt")
    assert job == {
        "reference": reference,
        "source": "FETCH",
        "status": "RUNNING",
        "progress": 0.0,
        "message": None,
        "warnings": [],
        "tags": ["a"],
        "course": None,
    }
    # Whether the course is there; the job, its place in the queue, its event; the job read back.
    assert len(answer.statements) == 5
    waiting = "SELECT args FROM jobs.procrastinate_jobs WHERE args ->> 'job_id' = %(id)s"
    assert await world.database.fetch(waiting, {"id": id_}) == [({"job_id": id_},)]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reference": " "}, "reference"),
        ({"reference": "x" * 256}, "reference"),
        ({}, "url"),
        ({"upload": "a", "url": "https://example.org/"}, "url"),
        ({"upload": "a", "isOnlyReferredTo": True}, "url"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "https://user@example.org/"}, "url"),
        ({"url": "https://[::1/"}, "url"),
        ({"upload": "a", "postbackUrl": "nowhere"}, "postbackUrl"),
        ({"upload": "a", "tags": [" "]}, "tags"),
    ],
)
async def test_what_cannot_be_imported_is_told(ask: Ask, given: dict[str, object], field: str) -> None:
    staff = Viewer(role=Role.STAFF)
    data = await ask.data(IMPORT, staff, input={"reference": new_id(), **given})
    assert data["importCourse"]["userErrors"] == [{"code": "INVALID_INPUT", "field": [field]}]


async def test_a_course_that_is_there_is_not_replaced_by_mistake(ask: Ask, world: World) -> None:
    course = await world.course(reference=new_id())
    given = {"reference": course.reference, "upload": "a"}
    data = await ask.data(IMPORT, await world.staff(), input=given)
    assert data["importCourse"]["userErrors"] == [{"code": "ALREADY_EXISTS", "field": ["reference"]}]
    data = await ask.data(IMPORT, await world.staff(), input={**given, "canCreateVersion": True})
    assert data["importCourse"]["userErrors"] == []


async def test_learners_and_teachers_import_nothing(ask: Ask, world: World) -> None:
    for viewer in (await world.learner(), await world.teacher(await world.course())):
        data = await ask.data(IMPORT, viewer, input={"reference": "x", "upload": "a"})
        assert data["importCourse"]["userErrors"][0]["code"] == "NOT_ACCESSIBLE"


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_imports_are_listed_in_one_statement_each(ask: Ask, world: World, rows: int) -> None:
    course, reference = await world.course(), new_id()
    made = [
        ImportJob(
            id=new_id(),
            reference=reference,
            source=ImportSource.UPLOAD,
            location="a",
            is_new_version_allowed=True,
            course_id=course.id,
        )
        for _ in range(rows)
    ]
    await world.add(*made)
    answer = await ask(MANY, await world.staff(), reference=reference)
    found = answer.data["importJobs"]
    assert {node["id"] for node in found["nodes"]} == {job.id for job in made}
    assert found["totalCount"] == rows
    assert len(answer.statements) == 3
