"""Field sets of keys: what a representation says, as what a relation is given."""

from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema

from graph.federation.key import FieldSet
from resolvers.operations.errors import BadUserInput

SCHEMA = build_schema("""
type Query { product: Product }
type Product { id: ID!, sku: String, rank: Int, tags: [String!], state: State, maker: Maker!, parts: [Maker] }
type Maker { name: String!, home: Home }
type Home { city: String! }
enum State { NEW OLD }
""")


def read(fields: str, given: dict[str, Any]) -> Any:
    of = SCHEMA.type_map["Product"]
    assert isinstance(of, GraphQLObjectType)
    read = FieldSet.of(of, fields)
    return read.values(given) if read.is_in(given) else None


@pytest.mark.parametrize(
    ("fields", "given", "values"),
    [
        ("id", {"id": "a"}, ("a",)),
        ("id", {"id": 5}, ("5",)),
        ("id rank", {"id": "a", "rank": 2}, ("a", 2)),
        ("rank id", {"id": "a", "rank": 2, "sku": "other"}, (2, "a")),
        ("state", {"state": "OLD"}, ("OLD",)),
        ("tags", {"tags": ["a", "b"]}, (("a", "b"),)),
        ("maker { name }", {"maker": {"__typename": "Maker", "name": "A"}}, (("A",),)),
        ("id maker { name home { city } }", {"id": 1, "maker": {"name": "A", "home": {"city": "B"}}},
         ("1", ("A", ("B",)))),
        ("parts { name }", {"parts": [{"name": "A"}, {"name": "B"}]}, ((("A",), ("B",)),)),
        ("id rank", {"id": "a"}, None),
        ("id", {"id": None}, None),
        ("id", {"id": "a", "rank": 2}, ("a",)),
        ("maker { name }", {"maker": {"name": "A", "age": 1}}, (("A",),)),
        ("maker { name }", {"maker": {"name": None}}, None),
        ("maker { name }", {}, None),
        ("", {"id": "a"}, ()),
    ],
)  # fmt: skip
def test_values_come_in_the_order_of_the_field_set(fields: str, given: dict[str, Any], values: Any) -> None:
    assert read(fields, given) == values


@pytest.mark.parametrize(
    ("fields", "given", "message"),
    [
        ("id", {"id": 5.5}, "'id' of a Product is no ID."),
        ("id", {"id": ["a"]}, "'id' of a Product is no ID."),
        ("id", {"id": True}, "'id' of a Product is no ID."),
        ("rank", {"rank": "2"}, "'rank' of a Product is no Int."),
        ("rank", {"rank": 2**40}, "'rank' of a Product is no Int."),
        ("state", {"state": "GONE"}, "'state' of a Product is no State."),
        ("tags", {"tags": "a"}, "'tags' of a Product is a list."),
        ("maker { name }", {"maker": "A"}, "'maker' of a representation is an object, a Maker."),
    ],
)
def test_what_is_wrong_is_said(fields: str, given: dict[str, Any], message: str) -> None:
    with pytest.raises(BadUserInput) as error:
        read(fields, given)
    assert str(error.value) == message
