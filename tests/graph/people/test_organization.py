"""Organizations in the graph."""

from typing import Any

import pytest

from models.people.organization import Organization
from models.postgres.base import new_id
from tests.conftest import Ask
from tests.world import World

ONE = """
query($id: ID, $slug: String) {
  organization(id: $id, slug: $slug) {
    id slug name description logoUrl
    courses { nodes { title organization { slug } } totalCount }
  }
}
"""


async def test_every_field_is_read_back(ask: Ask, world: World) -> None:
    organization = await world.organization(
        name="Hasso-Plattner-Institut", description="*Teaches*", logo_url="/logo.svg"
    )
    await world.course(title="b", organization_id=organization.id)
    await world.course(title="a", organization_id=organization.id)
    back = {"organization": {"slug": organization.slug}}
    names: list[dict[str, Any]] = [{"id": organization.id}, {"slug": organization.slug}]
    for given in names:
        answer = await ask(ONE, **given)
        assert answer.data["organization"] == {
            "id": organization.id,
            "slug": organization.slug,
            "name": "Hasso-Plattner-Institut",
            "description": "*Teaches*",
            "logoUrl": "/logo.svg",
            "courses": {"nodes": [{"title": "a", **back}, {"title": "b", **back}], "totalCount": 2},
        }
        assert len(answer.statements) == 4  # organization, its courses, their count, their organization


async def test_a_bare_organization_has_neither_words_nor_logo(ask: Ask, world: World) -> None:
    organization = await world.organization()
    found = (await ask.data(ONE, id=organization.id))["organization"]
    assert (found["description"], found["logoUrl"]) == (None, None)
    assert found["courses"] == {"nodes": [], "totalCount": 0}


LIST = """
query($first: Int!) { organizations(first: $first) { nodes { name courses { totalCount } } totalCount } }
"""


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_the_list_goes_by_name_in_four_statements(ask: Ask, world: World, rows: int) -> None:
    made = [Organization(id=new_id(), slug=new_id(), name=f"\u0001{new_id()}") for _ in range(rows)]
    await world.add(*made)
    answer = await ask(LIST, first=rows)
    names = [node["name"] for node in answer.data["organizations"]["nodes"]]
    assert len(names) == rows
    assert answer.data["organizations"]["totalCount"] >= rows
    assert len(answer.statements) == 4  # list, count, courses, their counts
