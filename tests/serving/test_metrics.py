"""Figures for operators."""

import httpx
import pytest
from httpx import ASGITransport, AsyncClient
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.routing import Route

from graph.engine.run import executions
from graph.execution import measure
from graph.execution.measure import OTHERS, OperationNames, counted
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


@pytest.fixture
def operations(monkeypatch: pytest.MonkeyPatch) -> dict[bool, OperationNames]:
    """Figures that begin empty."""
    empty = {is_known: OperationNames(most) for is_known, most in measure.MOST_NAMES.items()}
    monkeypatch.setattr(measure, "operations", empty)
    return empty


def ok() -> dict[str, int]:
    return {name: each.codes["OK"] for name, each in counted().items()}


def test_the_least_frequent_names_are_counted_together() -> None:
    names = OperationNames(2)
    for name in "aabbacd":
        names.of(name).codes["OK"] += 1
    assert {name: each.codes["OK"] for name, each in names.figures.items()} == {"a": 3, "d": 1, OTHERS: 3}


@pytest.mark.parametrize("is_known", [True, False])
def test_made_up_names_do_not_hide_names_in_use(operations: object, is_known: bool) -> None:
    for number in range(3_000):
        measure.record(f"Junk{number}", "OK", 0.1, 0)
        if number % 10 == 0:
            measure.record("Used", "OK", 0.1, 0, is_known=is_known)
    found = ok()
    assert found["Used"] == 300
    assert sum(found.values()) == 3_300
    assert len(found) <= sum(measure.MOST_NAMES.values()) + 1


def test_names_of_strangers_do_not_displace_those_of_known_clients(operations: object) -> None:
    measure.record("Rare", "OK", 0.1, 0, is_known=True)
    for number in range(2_000):
        measure.record(f"Junk{number}", "OK", 0.1, 0)
    assert ok()["Rare"] == 1


async def test_the_figures_have_a_maximum_length(operations: object, database: Database) -> None:
    for is_known in (True, False):
        for number in range(1_000):
            measure.record(f"A{number:063}", "OK", 0.1, 0, is_known=is_known)
            measure.record(f"A{number:03}" + "a" * 60_000, "OK", 0.1, 0, is_known=is_known)
    app = Starlette(routes=[Route("/metrics", metrics.metrics)])
    app.state.database = database
    app.state.streams = Streams(Feed(database))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        assert len((await client.get("/metrics")).content) < 1_500_000


async def test_a_long_name_is_executed_and_counted_with_others(
    client: httpx.AsyncClient, operations: object
) -> None:
    answer = await client.post("/graphql", json={"query": f"query A{'a' * 50_000} {{ __typename }}"})
    assert answer.json() == {"data": {"__typename": "Query"}}
    assert ok() == {OTHERS: 1}
