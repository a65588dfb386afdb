"""Odd values of arguments: refused with a code, and priced by what they make the server do."""

from typing import Any

import pytest
from graphql import parse

from graph.declaring.schema import public_schema
from graph.limits.count import count
from tests.conftest import Ask

PAGED = "query($first: Int, $last: Int) { courses(first: $first, last: $last) { nodes { id } } }"


@pytest.mark.parametrize(
    ("variables", "nodes"),
    [
        ({}, 20),
        ({"first": None}, 20),
        ({"first": 40}, 40),
        ({"first": 40.0}, 40),
        ({"first": None, "last": 40}, 40),
        ({"last": 40.0}, 40),
        ({"first": 10, "last": 40}, 40),
        ({"first": -1}, 0),
        ({"first": float("inf")}, 20),
        ({"first": True}, 20),
        ({"first": 10**30}, 10**30),
    ],
)
def test_a_price_is_that_of_the_number_that_runs(variables: dict[str, Any], nodes: int) -> None:
    counted = count(public_schema, parse(PAGED)).operations[None]
    assert counted.price_for(variables).nodes == nodes


SEARCH = "query($text: String) { courses(filter: {search: $text}) { totalCount } }"
TAGS = "query($tags: [String!]) { courses(filter: {tags: $tags}) { totalCount } }"
ORDER = "query($d: OrderDirection = ASC) { courses(orderBy: {field: TITLE, direction: $d}) { totalCount } }"
VISIT = """mutation($key: String!) {
    visitItem(input: {itemId: "00000000-0000-0000-0000-000000000000"}) @idempotent(key: $key) { item { id } }
}"""


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (SEARCH, {"text": "%" * 201}),
        (SEARCH, {"text": "a\0"}),
        (TAGS, {"tags": ["a"] * 20_000}),
        (TAGS, {"tags": ["a" * 100_000]}),
        (ORDER, {"d": None}),
        (VISIT, {"key": "a\0b"}),
        (PAGED, {"after": "x", "first": -1}),
    ],
)
async def test_odd_values_are_faults_of_the_client(
    ask: Ask, document: str, variables: dict[str, Any]
) -> None:
    answer = await ask(document, **variables)
    assert [error["extensions"]["code"] for error in answer.errors] == ["BAD_USER_INPUT"]


async def test_wildcards_of_a_search_are_literal(ask: Ask) -> None:
    data = await ask.data(SEARCH, text="%_%\\" * 40)
    assert data["courses"]["totalCount"] == 0
