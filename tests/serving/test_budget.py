"""Budgets as clients see them: headers, 429, and what an operation cost."""

from typing import Any

import httpx
import pytest

from graph.declaring.schema import public_schema
from graph.execution.execute import prepare
from graph.limits.figures import ANONYMOUS, SIGNED_IN
from models.postgres.base import new_id
from settings.environment import BUDGETS
from tests.serving.conftest import Connect, signed_in
from tests.world import World

DEAR = {"query": "{ courses(first: 50) { nodes { announcements(first: 39) { nodes { id } } } } }"}
LOG_IN = 'mutation { logIn(input: {login: "%s", password: "x"}) { userErrors { code } } }'


async def test_a_spent_budget_over_http(connect: Connect) -> None:
    few = {**BUDGETS, "anonymous": (100, 2500)}
    prepare(public_schema, DEAR["query"], ANONYMOUS)  # a new document would cost more
    client = connect(budgets=few)
    first = await client.post("/graphql", json=DEAR)
    assert first.status_code == 200
    assert first.headers["ratelimit-policy"] == '"cost";q=2500;w=25'
    assert first.headers["ratelimit"].startswith('"cost";r=5')
    refused = await client.post("/graphql", json=DEAR)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 10
    (error,) = refused.json()["errors"]
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert (await connect(limits="measure", budgets=few).post("/graphql", json=DEAR)).status_code == 200


async def test_who_is_signed_in_has_a_budget_of_their_own(connect: Connect, world: World) -> None:
    headers, query = await signed_in(world), "{ viewer { id } }"
    prepare(public_schema, query, SIGNED_IN)  # a new document would cost more
    answer = await connect().post("/graphql", json={"query": query}, headers=headers)
    assert answer.headers["ratelimit"] == '"cost";r=19999;t=1'


async def test_refused_documents_are_charged(connect: Connect) -> None:
    prepare(public_schema, "{ nothing }", ANONYMOUS)
    answer = await connect().post("/graphql", json={"query": "{ nothing }"})
    assert answer.headers["ratelimit"].startswith('"cost";r=29998')


async def test_the_cost_is_told_to_who_asks(connect: Connect) -> None:
    query = {"query": "{ courses(first: 3) { totalCount } }"}
    plain = await connect().post("/graphql", json=query)
    assert "extensions" not in plain.json()
    told = await connect().post("/graphql", json=query, headers={"prefer": "cost"})
    cost = told.json()["extensions"]["cost"]
    assert {name: cost[name] for name in ("requested", "limit", "remaining")} == {
        "requested": 1,
        "limit": 300_000,
        "remaining": 299_999,
    }
    assert told.headers["preference-applied"] == "cost"


NESTED = """
query($slug: String!, $without: Boolean!) {
  course(slug: $slug) {
    ...Whole
    sections @skip(if: $without) { title items { id title content { __typename } } }
  }
  more: course(slug: $slug) { announcements(first: 20) { nodes { id } totalCount } }
}
fragment Whole on Course { title sections { id items { content { ... on RichText { id } } } } }
"""


NODE = """
query($id: ID!) { node(id: $id) { ... on Course { id sections { id } } ... on Section { title } } }
"""


async def actual(client: httpx.AsyncClient, query: str, headers: dict[str, str], **variables: Any) -> int:
    """The cost that is told of what an operation has delivered."""
    call = {"query": query, "variables": variables}
    told = (await client.post("/graphql", json=call, headers={**headers, "prefer": "cost"})).json()
    assert "errors" not in told
    cost: dict[str, int] = told["extensions"]["cost"]
    assert cost["actual"] <= cost["requested"]
    return cost["actual"]


async def test_what_was_delivered_has_its_cost_told(connect: Connect, world: World) -> None:
    course = await world.course()
    sections = await world.sections(course, 2)
    await world.items(sections, rows=2)
    for _ in range(3):
        await world.announcement(course)
    client, nobody = connect(), dict[str, str]()
    for without in (True, False):  # two courses, sections, items without contents, announcements, a count
        assert await actual(client, NESTED, nobody, slug=course.slug, without=without) == 2 + 2 + 4 + 3 + 1
    assert await actual(client, NESTED, nobody, slug="none", without=False) == 0
    for id_, cost in ((course.id, 1 + 2), (sections[0].id, 1)):
        assert await actual(client, NODE, nobody, id=id_) == cost
    assert await actual(client, "{ __schema { queryType { name } } }", nobody) == 200
    given = '{topic: TECHNICAL, title: "Help", report: "Please", language: "en"}'
    ticket = f"mutation {{ createTicket(input: {given}) {{ userErrors {{ code }} }} }}"
    assert await actual(client, ticket, await signed_in(world)) == 10


async def test_tries_to_log_in_are_limited_per_address(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(*_: object) -> bool:
        return False

    monkeypatch.setattr("resolvers.people.token.matches", at_once)
    client = connect()
    codes = []
    for _ in range(23):
        answer = (await client.post("/graphql", json={"query": LOG_IN % new_id()})).json()
        codes.append([error["extensions"]["code"] for error in answer.get("errors", ())])
    assert codes[:20] == [[]] * 20
    assert codes[-1] == ["RATE_LIMITED"]
