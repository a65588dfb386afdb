"""Representations as a type's keys read them, with what its fields require of other subgraphs."""

from typing import Any

import pytest
from graphql import build_schema

from graph.federation.key import Key, Reference
from graph.federation.representation import Named, Representations
from resolvers.loading.relation import Computed
from resolvers.operations.context import Context
from resolvers.operations.errors import BadUserInput

SCHEMA = build_schema("""
type Query { product: Product }
type Product { id: ID!, sku: String!, package: String, price: Int, weights: [Float!], perUnit: Float }
""")


async def nothing(_: Context, keys: Any) -> list[None]:
    return [None for _ in keys]


def upper(value: Any, name: str) -> Any:
    if value == "none":
        raise BadUserInput(f"'{name}' is none.")
    return value.upper()


NOTHING = Computed(function=nothing)
KEYS = [Key(fields="id", relation=NOTHING, check=upper), Key(fields="sku package", relation=NOTHING)]


def read(given: Any, requires: str = "") -> Named:
    reference = Reference(origin=object, keys=KEYS, requires=requires)
    return Representations(SCHEMA, {"Product": reference}).read(given)


def product(**given: Any) -> dict[str, Any]:
    return {"__typename": "Product", **given}


@pytest.mark.parametrize(
    ("given", "key", "value"),
    [
        (product(id="a"), 0, "A"),
        (product(id=5), 0, "5"),
        (product(id="a", sku="s"), 0, "A"),
        (product(id=None, sku="s", package="p"), 1, ("s", "p")),
        (product(package="p", sku="s"), 1, ("s", "p")),
        (product(id="a", price=3), 0, "A"),
        (product(id="a", nothing={"of": ["another"]}, package=None), 0, "A"),
    ],
)
def test_the_first_key_that_is_there_whole_names_the_object(given: Any, key: int, value: Any) -> None:
    assert read(given) == Named("Product", key, value)


def test_what_fields_require_comes_with_the_key() -> None:
    requires = "price weights"
    assert read(product(id="a", price=3, weights=[1, 2.5]), requires).value == ("A", (3, (1.0, 2.5)))
    assert read(product(id="a"), requires).value == ("A", (None, None))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "A representation needs the '__typename' of an entity of this subgraph."),
        (product(), "A representation of a Product needs one of its keys: 'id', 'sku package'."),
        (product(sku="s"), "A representation of a Product needs one of its keys: 'id', 'sku package'."),
        (product(id="none"), "'id' is none."),
    ],
)
def test_what_is_wrong_is_said(given: Any, message: str) -> None:
    with pytest.raises(BadUserInput) as error:
        read(given)
    assert str(error.value) == message


def test_a_required_value_of_a_wrong_type_is_refused() -> None:
    with pytest.raises(BadUserInput, match="'price' of a Product is no Int"):
        read(product(id="a", price="dear"), "price")
