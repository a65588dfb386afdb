"""Spans of a request and of what it takes."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from graph.engine import run
from graph.engine.child import Child
from graph.http.endpoint import GraphQLEndpoint
from models.postgres.database import Database
from resolvers.operations.context import Context
from serving import telemetry
from serving.server import begin_telemetry
from tests.serving.conftest import Connect, signed_in
from tests.world import World

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def exported() -> Iterator[InMemorySpanExporter]:
    """What is told of spans while the test runs."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    undo = telemetry.instrument(provider.get_tracer("test"))
    yield exporter
    undo()


async def test_a_request_is_a_tree_of_spans(
    connect: Connect, world: World, exported: InMemorySpanExporter
) -> None:
    course = await world.course()
    await world.section(course)
    document = "query Sections($slug: String!) { course(slug: $slug) { title sections { title } } }"
    call = {"query": document, "variables": {"slug": course.slug}}
    headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "x-request-id": "proxy-7"}
    answer = await connect().post("/graphql", json=call, headers=headers)
    assert answer.json()["data"]["course"]["sections"]
    spans = {span.name: span for span in exported.get_finished_spans()}
    request = spans["POST /graphql"]
    assert {f"{each.context.trace_id:032x}" for each in spans.values() if each.context} == {TRACE}
    assert dict(request.attributes or {}) == {
        "http.request.method": "POST",
        "url.path": "/graphql",
        "http.response.status_code": 200,
        "graphql.operation.name": "Sections",
        "scholagraph.request_id": "proxy-7",
    }
    assert parent_of(spans["plan"], spans) == "POST /graphql"
    assert parent_of(spans["level course"], spans) == "POST /graphql"
    assert parent_of(spans["statement"], spans).startswith("level")
    text = (spans["statement"].attributes or {})["db.query.text"]
    assert str(text).startswith("SELECT")


def parent_of(span: ReadableSpan, spans: dict[str, ReadableSpan]) -> str:
    """Name of the span in which another was opened."""
    ids = {each.context.span_id: name for name, each in spans.items() if each.context}
    assert span.parent is not None
    return ids[span.parent.span_id]


def traced() -> list[Any]:
    """What is replaced while spans are opened."""
    return [
        GraphQLEndpoint.__call__,
        Context.fetch,
        vars(run)["plan"],
        *(of.fill for of in Child.__subclasses__()),
    ]


def test_nothing_is_left_of_it() -> None:
    before = traced()
    undo = telemetry.instrument(TracerProvider().get_tracer("test"))
    during = traced()
    undo()
    assert traced() == before
    assert not set(before) & set(during)


def test_without_its_packages_the_server_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "telemetry", None)
    with pytest.raises(SystemExit, match=r"pip install -e '\.\[telemetry\]'"):
        begin_telemetry()


async def test_statements_of_a_mutation_are_spans(
    connect: Connect, world: World, exported: InMemorySpanExporter
) -> None:
    headers = await signed_in(world)
    given = '{topic: TECHNICAL, title: "Help", report: "Please", language: "en"}'
    query = f"mutation {{ createTicket(input: {given}) {{ userErrors {{ code }} }} }}"
    exported.clear()
    answer = await connect().post("/graphql", json={"query": query}, headers=headers)
    assert answer.json()["data"]["createTicket"] == {"userErrors": []}
    spans = exported.get_finished_spans()
    request = next(span for span in spans if span.name == "POST /graphql")
    (written,) = (span for span in spans if "INSERT INTO tickets" in text_of(span))
    assert written.parent == request.context


async def test_statements_that_fail_are_spans_of_errors(
    database: Database, exported: InMemorySpanExporter
) -> None:
    with pytest.raises(DBAPIError):
        async with database.transaction() as session:
            await session.execute(text("SELECT 1 / 0"))
    span = next(span for span in exported.get_finished_spans() if text_of(span) == "SELECT 1 / 0")
    assert (span.name, span.status.status_code) == ("statement", StatusCode.ERROR)


def text_of(span: ReadableSpan) -> str:
    """The SQL that a span is about."""
    return str((span.attributes or {}).get("db.query.text", ""))
