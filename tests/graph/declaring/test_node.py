"""Objects by their global id."""

from typing import Any

import pytest

from models.catalogue.course import Course
from models.people.organization import Organization
from models.postgres.base import new_id
from resolvers.loading.node import NODES
from tests.conftest import Ask
from tests.world import World

ONE = "query($id: ID!) { node(id: $id) { __typename id ... on Course { slug organization { name } } } }"
MANY = """
query($ids: [ID!]!) {
  nodes(ids: $ids) { __typename id ... on Course { slug organization { name } } ... on Organization { name } }
}
"""


async def test_an_object_is_found_with_the_fields_of_its_type(ask: Ask, world: World) -> None:
    organization = await world.organization(name="HPI")
    course = await world.course(organization_id=organization.id)
    answer = await ask(ONE, id=course.id.upper())
    assert answer.data["node"] == {
        "__typename": "Course",
        "id": course.id,
        "slug": course.slug,
        "organization": {"name": "HPI"},
    }
    assert len(answer.statements) == 3


@pytest.mark.parametrize(
    "id_", ["00000000-0000-7000-8000-000000000000", "00000000-0000-0000-0000-000000000000"]
)
async def test_what_is_not_there_is_null(ask: Ask, id_: str) -> None:
    answer = await ask(ONE, id=id_)
    assert (answer.data, answer.errors) == ({"node": None}, [])


@pytest.mark.parametrize("id_", ["", "1", "\0", "course:1", "Q291cnNlOjE="])
async def test_what_is_no_id_is_refused(ask: Ask, id_: str) -> None:
    answer = await ask(ONE, id=id_)
    assert answer.data == {"node": None}
    assert [error["extensions"]["code"] for error in answer.errors] == ["BAD_USER_INPUT"]
    assert "'id'" in answer.errors[0]["message"]
    assert not answer.statements


async def test_several_come_in_the_order_of_their_ids_and_fail_alone(ask: Ask, world: World) -> None:
    course, organization = await world.course(), await world.organization()
    hidden = await world.course(is_hidden=True)
    ids = [organization.id, new_id(), course.id, "none", hidden.id, organization.id]
    answer = await ask(MANY, ids=ids)
    names = [node and node["__typename"] for node in answer.data["nodes"]]
    assert names == ["Organization", None, "Course", None, None, "Organization"]
    (error,) = answer.errors
    assert (error["path"], error["extensions"]["code"]) == (["nodes", 3], "BAD_USER_INPUT")


async def test_no_ids_are_no_objects(ask: Ask) -> None:
    answer = await ask(MANY, ids=[])
    assert answer.data == {"nodes": []}


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_several_take_one_statement_per_type_and_one_to_tell_them(
    ask: Ask, world: World, rows: int
) -> None:
    organizations = [Organization(id=new_id(), slug=new_id(), name=f"{place}") for place in range(rows)]
    courses = [
        Course(id=new_id(), slug=new_id(), title="Course", status="active", organization_id=organization.id)
        for organization in organizations
    ]
    await world.add(*organizations, *courses)
    ids = [each.id for pair in zip(courses, organizations, strict=True) for each in pair]
    answer = await ask(MANY, ids=ids)
    nodes: list[Any] = answer.data["nodes"]
    assert [node["id"] for node in nodes] == ids
    assert [node["organization"]["name"] for node in nodes[::2]] == [f"{place}" for place in range(rows)]
    assert len(answer.statements) == 4  # what the ids name, courses, organizations, those of the courses


def test_no_two_types_share_a_table() -> None:
    tables = list(NODES)
    assert len(tables) == len(set(tables))
