"""Values of a request become values of variables."""

from typing import Any

import pytest
from graphql import (
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLString,
    Undefined,
)
from starlette.datastructures import QueryParams

from rest.variable import (
    FromBody,
    FromInclude,
    FromPageSize,
    FromPath,
    FromPresence,
    FromQuery,
    Incoming,
    Source,
    Variable,
    from_text,
    names_nothing,
)
from tests.rest.book_platform import SCHEMA

ID = "01980000-0000-7000-8000-000000000001"
KIND: Any = SCHEMA.type_map["Kind"]


def incoming(query: str = "", body: Any = None, included: str = "", **path: str) -> Incoming:
    return Incoming(path, QueryParams(query), body, frozenset(included.split()))


def read(source: Source, request: Incoming, of: Any = GraphQLString, default: Any = Undefined) -> Any:
    return Variable("v", of, default, source).read(request)


@pytest.mark.parametrize(
    ("text", "of", "value"),
    [
        ("7", GraphQLInt, 7),
        ("-7", GraphQLInt, -7),
        ("7.5", GraphQLFloat, 7.5),
        ("true", GraphQLBoolean, True),
        ("0", GraphQLBoolean, False),
        ("short_story", KIND, "SHORT_STORY"),
        ("short-story,novel", GraphQLList(KIND), ["SHORT_STORY", "NOVEL"]),
        ("seven", GraphQLInt, "seven"),
        ("a,b", GraphQLString, "a,b"),
    ],
)
def test_text_is_read_by_type(text: str, of: Any, value: Any) -> None:
    assert from_text(text, of) == value


@pytest.mark.parametrize(
    ("source", "request_", "value"),
    [
        (FromPath("id"), incoming(id="x"), "x"),
        (FromPath("id", "UUID"), incoming(id="x"), Undefined),
        (FromPath("id", "UUID"), incoming(id=ID), ID),
        (FromPath("id", "UUID"), incoming(id=ID.replace("-", "")), ID.replace("-", "")),
        (FromPath("id", "OTHER"), incoming(id=ID), Undefined),
        (FromPath("id", "OTHER"), incoming(id="slug"), "slug"),
        (FromQuery("filter[a]"), incoming("filter%5Ba%5D=1"), "1"),
        (FromQuery("filter[a]"), incoming("filter[b]=1"), Undefined),
        (FromBody("data.attributes.title"), incoming(body={"data": {"attributes": {"title": "T"}}}), "T"),
        (FromBody("data.attributes.title"), incoming(body={"data": {"attributes": None}}), Undefined),
        (FromBody("title"), incoming(body=[1]), Undefined),
    ],
)
def test_sources(source: Source, request_: Incoming, value: Any) -> None:
    assert read(source, request_) == value


@pytest.mark.parametrize(
    ("query", "nothing"), [("", False), (f"a={ID}", False), ("a=x", True), ("b=x", False), (f"b={ID}", False)]
)
def test_a_parameter_of_no_wanted_form_names_nothing(query: str, nothing: bool) -> None:
    sources = (FromQuery("a", "UUID"), FromQuery("b", "UUID"), FromQuery("b", "OTHER"), FromBody("c"))
    variables = [Variable("v", GraphQLString, Undefined, source) for source in sources]
    assert names_nothing(variables, incoming(query)) is nothing


def test_presence_and_includes_are_booleans() -> None:
    assert read(FromPresence("a"), incoming("a="), GraphQLBoolean) is True
    assert read(FromPresence("a"), incoming("b=1"), GraphQLBoolean) is False
    assert read(FromInclude("author"), incoming(included="author tags"), GraphQLBoolean) is True
    assert read(FromInclude("author"), incoming(), GraphQLBoolean) is False


@pytest.mark.parametrize(
    ("query", "size"), [("n=5", 5), ("n=0", 1), ("n=x", 1), ("n=500", 9), ("", Undefined)]
)
def test_a_page_has_at_least_one_row_and_not_too_many(query: str, size: Any) -> None:
    assert read(FromPageSize("n", 9), incoming(query), GraphQLInt) == size


@pytest.mark.parametrize(
    ("value", "of"),
    [
        ("yes", GraphQLBoolean),
        (1, GraphQLBoolean),
        (True, GraphQLInt),
        (None, GraphQLNonNull(GraphQLInt)),
        ({}, KIND),
    ],
)
def test_a_body_of_another_type_is_rejected(value: Any, of: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(FromBody("v"), incoming(body={"v": value}), of)


def test_null_takes_the_default_where_the_type_takes_no_null() -> None:
    request = incoming(body={"v": None})
    assert read(FromBody("v"), request, GraphQLNonNull(GraphQLBoolean), default=False) is Undefined
    assert read(FromBody("v"), request, GraphQLBoolean, default=False) is None


def test_required_is_what_has_neither_null_nor_default() -> None:
    def required(of: Any, default: Any = Undefined) -> bool:
        return Variable("v", of, default, FromQuery("v")).is_required

    assert required(GraphQLNonNull(GraphQLInt))
    assert not required(GraphQLNonNull(GraphQLInt), 1)
    assert not required(GraphQLInt)
