"""Budgets as clients see them: headers, 429, and what an operation cost."""

import pytest

from models.base import new_id
from tests.http.conftest import Connect, signed_in
from tests.world import World

DEAR = {"query": "{ courses(first: 50) { nodes { announcements(first: 39) { nodes { id } } } } }"}
LOG_IN = 'mutation { logIn(input: {login: "%s", password: "x"}) { userErrors { code } } }'


async def test_a_spent_budget_over_http(connect: Connect) -> None:
    client = connect()
    first = await client.post("/graphql", json=DEAR)
    assert first.status_code == 200
    assert first.headers["ratelimit-policy"] == '"cost";q=4000;w=40'
    assert first.headers["ratelimit"].startswith('"cost";r=20')
    await client.post("/graphql", json=DEAR)
    refused = await client.post("/graphql", json=DEAR)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 10
    (error,) = refused.json()["errors"]
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert (await connect(limits="measure").post("/graphql", json=DEAR)).status_code == 200


async def test_who_is_signed_in_has_a_budget_of_their_own(connect: Connect, world: World) -> None:
    headers = await signed_in(world)
    answer = await connect().post("/graphql", json={"query": "{ viewer { id } }"}, headers=headers)
    assert answer.headers["ratelimit"] == '"cost";r=19999;t=1'


async def test_refused_documents_are_charged(connect: Connect) -> None:
    answer = await connect().post("/graphql", json={"query": "{ nothing }"})
    assert answer.headers["ratelimit"].startswith('"cost";r=3980')


async def test_the_cost_is_told_to_who_asks(connect: Connect) -> None:
    query = {"query": "{ courses(first: 3) { totalCount } }"}
    plain = await connect().post("/graphql", json=query)
    assert "extensions" not in plain.json()
    told = await connect().post("/graphql", json=query, headers={"prefer": "cost"})
    cost = told.json()["extensions"]["cost"]
    assert {name: cost[name] for name in ("requested", "limit", "remaining")} == {
        "requested": 1,
        "limit": 4000,
        "remaining": 3999,
    }
    assert told.headers["preference-applied"] == "cost"


async def test_tries_to_log_in_are_limited_per_address(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(*_: object) -> bool:
        return False

    monkeypatch.setattr("resolvers.token.matches", at_once)
    client = connect()
    codes = []
    for _ in range(23):
        answer = (await client.post("/graphql", json={"query": LOG_IN % new_id()})).json()
        codes.append([error["extensions"]["code"] for error in answer.get("errors", ())])
    assert codes[:20] == [[]] * 20
    assert codes[-1] == ["RATE_LIMITED"]
