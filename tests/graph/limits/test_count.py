"""Counts of documents, prices of operations, and what is refused."""

import re
from typing import Any

import pytest
from graphql import get_introspection_query, graphql_sync, parse

from graph.declaring.schema import public_schema
from graph.execution.execute import prepare, run
from graph.federation.subgraph import subgraph_schema
from graph.limits import exceed
from graph.limits.count import Count, count
from graph.limits.figures import ANONYMOUS, SIGNED_IN, TRUSTED, limits_of, measured
from models.postgres.database import Database
from resolvers.access.viewer import Role, Viewer
from resolvers.operations.context import Context
from tests.graph.limits.hostile_documents import HOSTILE_DOCUMENTS, VIEWER_TIERS, codes

HARMLESS_DOCUMENTS = {
    "ten of ten of ten",
    "inline fragments 100 deep",
    "text of 60,000 letters",
    "block text of 60,000 lines",
    "100 operations",
    "ofType 200 deep",
}
"""Hostile documents that cost little, and so are answered."""


def counted(text: str) -> Count:
    return count(public_schema, parse(text))


def price(text: str, **variables: Any) -> tuple[int, int]:
    """Nodes and cost of a document's one operation."""
    (operation,) = counted(text).operations.values()
    return operation.price_for(variables)


@pytest.mark.parametrize("name", HOSTILE_DOCUMENTS)
def test_hostile_documents_have_coded_errors(name: str) -> None:
    for limits in (ANONYMOUS, SIGNED_IN):
        assert codes(HOSTILE_DOCUMENTS[name], limits) or name in HARMLESS_DOCUMENTS
        assert not {"None", "INTERNAL_SERVER_ERROR"} & set(codes(HOSTILE_DOCUMENTS[name], limits))
    codes(HOSTILE_DOCUMENTS[name], TRUSTED)


@pytest.mark.parametrize("name", HOSTILE_DOCUMENTS)
def test_counting_takes_no_more_steps_than_there_are_tokens(name: str) -> None:
    for limits in VIEWER_TIERS:
        try:
            document = parse(HOSTILE_DOCUMENTS[name], max_tokens=limits.tokens)
        except Exception:  # noqa: BLE001, S112 (it is refused by the parser)
            continue
        assert count(public_schema, document).steps <= document.token_count


def test_the_chain_of_fragments_is_short() -> None:
    assert len(HOSTILE_DOCUMENTS["fragment chain, 775 bytes"]) == 775


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ viewer { id } }", {"depth": 2, "root_fields": 1, "fields": 2, "repeats": 1}),
        ("{ a: viewer { b: id } }", {"aliases": 2}),
        ("query @a { viewer @b @c { ...f @d } } fragment f on User @e { id }", {"directives": 5}),
        ("{ ...f } fragment f on Query { viewer { id } b: viewer { id } }", {"root_fields": 2, "depth": 2}),
        ("{ ...f ...f } fragment f on Query { viewer { id } }", {"root_fields": 2, "repeats": 2}),
        ("{ viewer { id id ... { id } } }", {"repeats": 3}),
        ("{ viewer { profile { email } } viewer { profile { email email } } }", {"repeats": 3}),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', {"inputs": 3}),
        ("query a { viewer { id } } query b { courses { nodes { id } } }", {"depth": 3, "root_fields": 1}),
        ("{ __schema { types { fields { type { ofType { name } } } } } }", {"depth": 1, "fields": 6}),
        ("fragment f on User { id ...f }", {"fragments": 1, "repeats": 1}),
        ("{ nothing { of { the } kind } }", {"depth": 3, "fields": 4}),
    ],
)
def test_what_is_counted(text: str, expected: dict[str, int]) -> None:
    found = counted(text)
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("{ viewer { id username } }", {}, (1, 1)),
        ("{ courses { nodes { id } } }", {}, (20, 20)),
        ("{ courses(first: 3) { nodes { id } edges { cursor node { id } } } }", {}, (6, 6)),
        ("{ courses(last: 3) { nodes { id } totalCount } }", {}, (3, 4)),
        ("query($n: Int) { courses(first: $n) { nodes { id } } }", {"n": 7}, (7, 7)),
        ("query($n: Int = 4) { courses(first: $n) { nodes { id } } }", {}, (4, 4)),
        ("query($n: Int) { courses(first: $n) { nodes { id } } }", {}, (20, 20)),
        ("query($n: Int) { courses(first: $n) { nodes { id } } }", {"n": "many"}, (20, 20)),
        ("query($n: Int) { courses(first: $n) { nodes { id } } }", {"n": -5}, (0, 0)),
        ("query($n: Int) { courses(first: $n) { ...f } } fragment f on CourseConnection { nodes { id } }",
         {"n": 2}, (2, 2)),
        ("{ courses(first: 2) { nodes { sections { id } } } }", {}, (12, 12)),
        ('{ nodes(ids: ["a", "b"]) { id } }', {}, (2, 2)),
        ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["a", "b", "c"]}, (3, 3)),
        ('{ item(id: "a") { content { ... on Quiz { id questions { id } } ... on Video { id } } } }',
         {}, (5, 5)),
        ("{ __schema { types { name } } }", {}, (0, 200)),
        ('mutation { logIn(input: {login: "a", password: "b"}) { secret } }', {}, (1, 100)),
        ("{ nothing { of } }", {}, (0, 0)),
    ],
)  # fmt: skip
def test_prices(text: str, variables: dict[str, Any], expected: tuple[int, int]) -> None:
    assert price(text, **variables) == expected


def test_prices_of_entities_count_their_representations() -> None:
    text = "query($them: [_Any!]!) { _entities(representations: $them) { ... on Course { title } } }"
    (operation,) = count(subgraph_schema(), parse(text)).operations.values()
    assert operation.price_for({"them": [{}, {}, {}]}).nodes == 3


def test_figures_are_those_of_who_asks() -> None:
    assert limits_of(Role.ANONYMOUS) is ANONYMOUS
    assert limits_of(Role.MEMBER) is SIGNED_IN
    assert limits_of(Role.STAFF) is TRUSTED
    assert limits_of(Role.ANONYMOUS, is_trusted=True) is TRUSTED
    assert limits_of(Role.MEMBER, enforced=False) is measured(SIGNED_IN)


def test_an_error_names_limit_and_figure() -> None:
    text = "{ courses(first: 3000) { nodes { id } } }"
    found = [error.formatted for error in prepare(public_schema, text, ANONYMOUS).errors]
    asked = {"requested": 3000, "limit": 2000}
    assert found == [
        {
            "message": "3,000 objects are requested; the limit for anonymous viewers is 2,000.",
            "extensions": {"code": "NODE_LIMIT", **asked},
        },
        {
            "message": "3,000 points of cost are requested; the limit for anonymous viewers is 2,000.",
            "extensions": {"code": "COST_LIMIT", **asked},
        },
    ]


async def test_variables_are_priced_when_it_runs(database: Database) -> None:
    document = prepare(public_schema, "query($n: Int) { courses(first: $n) { nodes { id } } }", ANONYMOUS)
    assert document.errors == ()
    context = Context(database, Viewer())
    refused = await run(public_schema, document, context, {"n": 3000})
    assert [(error.extensions or {})["code"] for error in refused.errors or ()] == [
        "NODE_LIMIT",
        "COST_LIMIT",
    ]
    assert refused.data is None
    assert context.statements == []
    assert (await run(public_schema, document, context, {"n": 3})).errors is None


def test_nothing_is_refused_by_what_is_only_measured(caplog: pytest.LogCaptureFixture) -> None:
    exceed.exceeded.clear()
    document = prepare(public_schema, "{ courses(first: 4000) { nodes { id } } }", measured(ANONYMOUS))
    assert document.errors == ()
    assert exceed.exceeded == {"NODE_LIMIT": 1, "COST_LIMIT": 1}
    assert "Measured, not refused: 4,000 objects" in caplog.text


@pytest.mark.parametrize("limits", VIEWER_TIERS)
def test_introspection_is_within_all_limits(limits: Any) -> None:
    assert prepare(public_schema, get_introspection_query(), limits).errors == ()


def test_the_subgraph_prints_what_is_counted() -> None:
    written = graphql_sync(subgraph_schema(), "{ _service { sdl } }").data
    assert written is not None
    text = written["_service"]["sdl"]
    for line in (
        "sections: [Section!]! @listSize(assumedSize: 5, requireOneSlicingArgument: false)",
        'slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"]',
        "type PageInfo @shareable @cost(weight: 0)",
        "type CourseConnection @cost(weight: 0)",
        "totalCount: Int! @cost(weight: 1)",
    ):
        assert line in text
    assert re.search(r"logIn\(.*?\): LogInPayload! @cost\(weight: 100\)", text, re.DOTALL)
