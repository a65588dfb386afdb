"""Figures for operators."""

import httpx
import pytest
from httpx import ASGITransport, AsyncClient
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.routing import Route

from graph.engine.run import executions
from graph.execution import measure
from graph.http.open_connections import Streams
from models.postgres.base import new_id
from models.postgres.database import Database
from resolvers.events.feed import Feed
from serving import metrics


async def figures(database: Database) -> dict[tuple[str, ...], float]:
    """All that `/metrics` tells, by name and values of labels."""
    app = Starlette(routes=[Route("/metrics", metrics.metrics)])
    app.state.database = database
    app.state.streams = Streams(Feed(database))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_ways_of_execution_are_counted(database: Database) -> None:
    executions["declined: test"] = 3
    told = await figures(database)
    assert told["scholagraph_executions_total", "declined: test"] == 3


async def test_operations_are_counted_by_name_and_code(client: httpx.AsyncClient, database: Database) -> None:
    name = f"A{new_id().replace('-', '')}"
    for document in (
        f"query {name} {{ courses(first: 1) {{ nodes {{ id }} }} }}",
        f'query {name} {{ node(id: "x") {{ id }} }}',
    ):
        await client.post("/graphql", json={"query": document})
    told = await figures(database)
    assert told["scholagraph_operations_total", name, "OK"] == 1
    assert told["scholagraph_operations_total", name, "BAD_USER_INPUT"] == 1
    assert told["scholagraph_operation_statements_total", name] == 1
    assert told["scholagraph_operation_seconds_count", name] == 2
    assert told["scholagraph_operation_seconds_bucket", "+Inf", name] == 2
    assert told["scholagraph_operation_seconds_sum", name] > 0


async def test_what_was_turned_away_is_counted_without_a_name(
    client: httpx.AsyncClient, database: Database
) -> None:
    async def count() -> float:
        return (await figures(database)).get(("scholagraph_operations_total", "", "NOT_ACCEPTABLE"), 0)

    before = await count()
    await client.get("/graphql", headers={"accept": "text/html"})
    assert await count() == before + 1


async def test_the_pool_is_told(database: Database) -> None:
    told = await figures(database)
    assert told["scholagraph_pool_connections",] >= told["scholagraph_pool_free",] >= 0
    assert told["scholagraph_pool_waiting",] == 0


def test_names_that_clients_make_up_do_not_grow_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "operations", {})
    monkeypatch.setattr(measure, "MOST_NAMES", 2)
    for name in "abcda":
        measure.record(name, "OK", 0.1, 0)
    assert {name: each.codes["OK"] for name, each in measure.operations.items()} == {
        "a": 2,
        "b": 1,
        measure.OTHERS: 2,
    }
