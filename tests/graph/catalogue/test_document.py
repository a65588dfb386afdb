"""Documents in the graph."""

from typing import Any

import pytest

from models.catalogue.course import Course
from models.catalogue.document import CourseDocument, Document, DocumentLocalization
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from tests.conftest import Ask
from tests.world import World

ONE = """
query($id: ID!) {
  document(id: $id) {
    title description tags isPublic courses { title }
    localizations { language title description revision fileUrl document { title } }
  }
}
"""
LIST = """
query($filter: DocumentFilter!) {
  documents(filter: $filter, first: 100) { nodes { title localizations { language } } totalCount }
}
"""
OF_COURSE = "query($id: ID!) { course(id: $id) { documents { title localizations { language } } } }"


async def document(world: World, *courses: Course, languages: str = "en", **values: Any) -> Document:
    """A document of these courses with a file in each of the languages."""
    row = Document(**{"id": new_id(), "title": "Handout", "is_public": True, **values})
    files = [
        DocumentLocalization(
            id=new_id(), document_id=row.id, language=each, title=f"In {each}", file_url=f"/{each}.pdf"
        )
        for each in languages.split()
    ]
    return await world.add(
        row, *(CourseDocument(course_id=each.id, document_id=row.id) for each in courses), *files
    )


async def test_every_field_is_read_back(ask: Ask, world: World) -> None:
    courses = [await world.course(title="B"), await world.course(title="A")]
    hidden = await world.course(title="Hidden", is_hidden=True)
    row = await document(world, *courses, hidden, languages="en de", description="All", tags=["a", "b"])
    answer = await ask(ONE, id=row.id)
    assert answer.data["document"] == {
        "title": "Handout",
        "description": "All",
        "tags": ["a", "b"],
        "isPublic": True,
        "courses": [{"title": "A"}, {"title": "B"}],
        "localizations": [
            {
                "language": language,
                "title": f"In {language}",
                "description": None,
                "revision": 1,
                "fileUrl": f"/{language}.pdf",
                "document": {"title": "Handout"},
            }
            for language in ("de", "en")
        ],
    }
    assert len(answer.statements) == 4


async def test_what_is_not_public_is_for_the_team(ask: Ask, world: World) -> None:
    course = await world.course()
    row = await document(world, course, is_public=False)
    for viewer, sees in (
        (Viewer(), False),
        (await world.learner(course), False),
        (await world.teacher(await world.course()), False),
        (await world.teacher(course), True),
        (await world.staff(), True),
    ):
        assert bool((await ask.data(ONE, viewer, id=row.id))["document"]) is sees
        assert bool((await ask.data(OF_COURSE, viewer, id=course.id))["course"]["documents"]) is sees


async def test_each_filter_narrows_the_list(ask: Ask, world: World) -> None:
    course = await world.course()
    await document(world, course, title="a", tags=["x", "y"], languages="en")
    await document(world, course, title="b", tags=["y"], languages="de en")

    async def titles(**given: Any) -> list[str]:
        data = await ask.data(LIST, filter={"course": course.id, **given})
        assert data["documents"]["totalCount"] == len(data["documents"]["nodes"])
        return [node["title"] for node in data["documents"]["nodes"]]

    assert await titles() == ["a", "b"]
    assert await titles(tag="x") == ["a"]
    assert await titles(tag="y") == ["a", "b"]
    assert await titles(language="de") == ["b"]
    assert await titles(language="fr") == []
    assert await titles(course=new_id()) == []


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_statements_do_not_grow_with_rows(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    for place in range(rows):
        await document(world, course, title=f"{place:03}")
    answer = await ask(OF_COURSE, id=course.id)
    assert len(answer.data["course"]["documents"]) == rows
    assert len(answer.statements) == 3
    answer = await ask(LIST, filter={"course": course.id})
    assert answer.data["documents"]["totalCount"] == rows
    assert len(answer.statements) == 3
