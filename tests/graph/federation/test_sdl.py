"""The subgraph's SDL: directives where they are said to be, one link to Federation's specification."""

import pytest
from graphql import build_schema, parse

from graph.federation.sdl import sdl
from graph.federation.subgraph import Rules, subgraph_schema

SCHEMA = build_schema("""
type Query { products(first: Int = 5): [Product!] @deprecated(reason: "Old.") }
type Product { id: ID! }
""")


def test_directives_stand_where_they_are_said_to_be() -> None:
    text = sdl(
        SCHEMA,
        {
            "Product": '@key(fields: "id") @custom',
            "Query.products": '@listSize(slicingArguments: ["first"])',
            "Query.products(first:)": "@cost(weight: 2)",
        },
        [
            '@link(url: "https://example.org/own/v1.0", import: ["@custom"])',
            '@composeDirective(name: "@custom")',
        ],
    )
    parse(text)
    head, _, body = text.partition("\n\n")
    assert head == (
        'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
        'import: ["@composeDirective", "@cost", "@key", "@listSize"]) '
        '@link(url: "https://example.org/own/v1.0", import: ["@custom"]) @composeDirective(name: "@custom")'
    )
    assert 'type Product @key(fields: "id") @custom {' in body
    assert "products(first: Int = 5 @cost(weight: 2)): [Product!]" in body
    assert '@deprecated(reason: "Old.") @listSize(slicingArguments: ["first"])' in body


def test_a_coordinate_of_nothing_is_refused() -> None:
    with pytest.raises(LookupError, match=r"Product\.nothing"):
        sdl(SCHEMA, {"Product.nothing": "@shareable"})


@pytest.mark.parametrize("rules", ["none", "authenticated", "scopes"])
def test_rules_stand_in_the_sdl_where_they_are_wanted(rules: Rules) -> None:
    service = subgraph_schema(rules).query_type
    assert service
    text: str = service.fields["_service"].type.of_type.fields["sdl"].resolve(None, None)
    head = text.partition("\n")[0]
    assert ('"@authenticated"' in head) == (rules != "none")
    assert ('"@requiresScopes"' in head) == (rules == "scopes")
    (enroll,) = (
        line for line in text.splitlines() if line.endswith("EnrollPayload!") or "EnrollPayload! @" in line
    )
    assert ("@authenticated" in enroll) == (rules != "none")
    assert ('@requiresScopes(scopes: [["write"], ["write:course"]])' in enroll) == (rules == "scopes")
    (log_in,) = (line for line in text.splitlines() if "LogInPayload!" in line)
    assert "@authenticated" not in log_in
