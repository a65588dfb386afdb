"""Representations that a router sends to the subgraph."""

from typing import Any

import pytest

from graph.engine.run import executions
from graph.execution.execute import prepare, run
from graph.federation.subgraph import subgraph_schema
from models.catalogue.course import Course
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from resolvers.operations.context import Context
from tests.world import World

DOCUMENT = """
query($them: [_Any!]!) {
  _entities(representations: $them) {
    __typename
    ... on Course { id slug sections { title } }
    ... on User { username }
  }
}
"""


async def found(world: World, *them: Any, viewer: Viewer | None = None) -> tuple[Any, list[Any], list[str]]:
    """The data, the errors' codes by their places, and the statements."""
    context = Context(world.database, viewer or Viewer())
    result = await run(subgraph_schema(), prepare(subgraph_schema(), DOCUMENT), context, {"them": list(them)})
    errors = [(error.path, (error.extensions or {}).get("code")) for error in result.errors or []]
    return result.data and result.data["_entities"], errors, context.statements


async def test_an_entity_is_found_by_each_of_its_keys(world: World) -> None:
    course = await world.course(key=f"course-v1:{new_id()}")
    await world.section(course)
    told = {
        "__typename": "Course",
        "id": course.id,
        "slug": course.slug,
        "sections": [{"title": "Section"}],
    }
    for key in ({"id": course.id}, {"slug": course.slug}, {"key": course.key}):
        data, errors, _ = await found(world, {"__typename": "Course", **key})
        assert (data, errors) == ([told], [])


async def test_each_viewer_finds_what_they_see(world: World) -> None:
    course = await world.course(is_hidden=True)
    await world.section(course)
    learner = await world.learner(course)
    them = [{"__typename": "Course", "id": course.id}, {"__typename": "User", "id": learner.id}]
    data, _, _ = await found(world, *them)
    assert data == [None, None]
    data, _, _ = await found(world, *them, viewer=learner)
    assert [each["__typename"] for each in data] == ["Course", "User"]


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_representations_of_one_type_are_found_together(world: World, rows: int) -> None:
    courses: list[Course] = await world.courses(rows)
    data, errors, statements = await found(
        world, *({"__typename": "Course", "id": course.id} for course in courses)
    )
    assert not errors
    assert [each["id"] for each in data] == [course.id for course in courses]
    assert len(statements) == 2  # courses and their sections


async def test_order_and_duplicates_are_kept(world: World) -> None:
    executions.clear()
    one, other = await world.courses(2)
    user = await world.learner(one)
    them = [
        {"__typename": "Course", "id": other.id},
        {"__typename": "User", "id": user.id},
        {"__typename": "Course", "slug": one.slug},
        {"__typename": "Course", "id": new_id()},
        {"__typename": "Course", "id": other.id.upper()},
        {"__typename": "Course", "key": None, "id": one.id},
    ]
    data, errors, statements = await found(world, *them, viewer=user)
    assert not errors
    names = [each and (each.get("id") or each["username"]) for each in data]
    assert [names[0], *names[2:]] == [other.id, one.id, None, other.id, one.id]
    assert data[1]["__typename"] == "User"
    assert len(statements) == 4  # courses by id, by slug, users, sections
    assert executions == {"by levels": 1}


INVALID_REPRESENTATIONS: list[Any] = [
    {},
    None,
    5,
    "Course",
    [],
    {"id": new_id()},
    {"__typename": "Nothing", "id": new_id()},
    {"__typename": "Query"},
    {"__typename": "Stream", "hd_url": "/"},
    {"__typename": "Visit", "id": new_id()},
    {"__typename": "Profile", "id": new_id()},
    {"__typename": "Answer", "id": new_id()},
    {"__typename": 5, "id": new_id()},
    {"__typename": ["Course"], "id": new_id()},
    {"__typename": "Course"},
    {"__typename": "Course", "id": None},
    {"__typename": "Course", "id": 5},
    {"__typename": "Course", "id": "x"},
    {"__typename": "Course", "slug": "a\0"},
    {"__typename": "Course", "slug": ["a"]},
    {"__typename": "Course", "title": "Course"},
    {"__typename": "Course", "id": {"id": new_id()}},
]


@pytest.mark.parametrize("wrong", [each for each in INVALID_REPRESENTATIONS if each is not None])
async def test_a_wrong_representation_fails_alone(world: World, wrong: Any) -> None:
    course = await world.course()
    right = {"__typename": "Course", "id": course.id}
    data, errors, _ = await found(world, right, wrong, right)
    assert [each and each["id"] for each in data] == [course.id, None, course.id]
    assert errors == [(["_entities", 1], "BAD_USER_INPUT")]


async def test_further_fields_of_a_representation_are_ignored(world: World) -> None:
    course = await world.course()
    named = {"__typename": "Course", "id": course.id}
    more: list[dict[str, Any]] = [{"title": "T"}, {"nothing": {"x": [1]}}, {"slug": None}, {"key": 5}]
    data, errors, statements = await found(world, *({**named, **each} for each in more))
    assert [each["id"] for each in data] == [course.id] * len(more)
    assert errors == []
    assert len(statements) == 2  # the courses and, as for all, their sections


async def test_null_is_no_representation(world: World) -> None:
    data, errors, statements = await found(world, None)
    assert (data, [code for _, code in errors], statements) == (None, ["BAD_USER_INPUT"], [])
