"""Odd values of arguments: refused with a code, and priced by what they make the server do."""

from typing import Any

import pytest
from graphql import parse

from graph.declaring.schema import public_schema
from graph.limits.count import count
from graph.limits.weight import SEARCH as SEARCH_WEIGHT
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


FILTERED = "query($f: CourseFilter) { courses(filter: $f) { totalCount } }"
BY_DEFAULT = 'query($f: CourseFilter = {search: "a"}) { courses(filter: $f) { totalCount } }'


@pytest.mark.parametrize(
    ("document", "variables", "searches"),
    [
        (SEARCH, {"text": "a"}, 1),
        (SEARCH, {"text": None}, 0),
        (SEARCH, {}, 0),
        (FILTERED, {"f": {"search": "a"}}, 1),
        (FILTERED, {"f": {"searchTitleOrReference": "a"}}, 1),
        (FILTERED, {"f": {"language": "en"}}, 0),
        (BY_DEFAULT, {}, 1),
        (BY_DEFAULT, {"f": None}, 0),
        ('{ courses(filter: {search: "a"}) { totalCount } }', {}, 1),
        ("{ courses(filter: {search: null}) { totalCount } }", {}, 0),
        ('{ users(filter: {search: "a"}) { totalCount } }', {}, 1),
        ('{ channels { nodes { courses(filter: {search: "a"}) { totalCount } } } }', {}, 20),
    ],
)
def test_each_search_has_a_price(document: str, variables: dict[str, Any], searches: int) -> None:
    (counted,) = count(public_schema, parse(document)).operations.values()
    plain = document.replace('search: "a"', "").replace("search: $text", "").replace("{}", "{language: null}")
    (without,) = count(public_schema, parse(plain)).operations.values()
    assert counted.price_for(variables).cost == without.price_for({}).cost + searches * SEARCH_WEIGHT


TOPIC = 'mutation { createTopic(input: {courseId: "x", title: "t", text: 5}) { topic { id } } }'


@pytest.mark.parametrize(
    ("document", "argument", "column"),
    [
        (TOPIC, "input.text", 65),
        ("{ courses(filter: {createdSince: 5}) { totalCount } }", "filter.createdSince", 34),
        (
            '{ courses(filter: {createdSince: "10000-01-01T00:00:00Z"}) { totalCount } }',
            "filter.createdSince",
            34,
        ),
        ("{ courses(filter: {language: 5}) { totalCount } }", "filter.language", 30),
        ("{ courses(filter: {search: 5}) { totalCount } }", "filter.search", 28),
        ('{ courses(first: "a") { totalCount } }', "first", 18),
    ],
)
async def test_an_error_of_a_literal_has_its_place(
    ask: Ask, document: str, argument: str, column: int
) -> None:
    (error,) = (await ask(document)).errors
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert error["message"].startswith(f"Argument '{argument}': ")
    assert error["locations"] == [{"line": 1, "column": column}]


async def test_an_error_of_a_variable_names_it(ask: Ask) -> None:
    document = "query($since: DateTime) { courses(filter: {createdSince: $since}) { totalCount } }"
    (error,) = (await ask(document, since="0000-01-01T00:00:00Z")).errors
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "Variable '$since'" in error["message"]
    assert error["locations"] == [{"line": 1, "column": 7}]


async def test_wildcards_of_a_search_are_literal(ask: Ask) -> None:
    data = await ask.data(SEARCH, text="%_%\\" * 40)
    assert data["courses"]["totalCount"] == 0
