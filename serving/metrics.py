"""Figures for operators, in Prometheus' text format.

Figures of every request are counted in plain dictionaries, and converted to Prometheus' format only when they
are requested. Rarer events are counted by a `prometheus_client` metric in `REGISTRY`.
"""

from collections.abc import Iterator
from hmac import compare_digest
from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from graph.engine.run import executions
from graph.execution.measure import BOUNDS, counted
from graph.http.open_connections import Streams, Transport
from models.postgres.database import Database
from serving.peer import is_on_this_machine


class OperationMetrics(Collector):
    """Figures counted by `record`, and the number of executions by kind of execution."""

    def collect(self) -> Iterator[Metric]:
        """Yield counters by operation and code, durations and statements by operation."""
        requests = CounterMetricFamily(
            "scholagraph_operations", "Operations by code of the first error.", labels=["operation", "code"]
        )
        durations = HistogramMetricFamily(
            "scholagraph_operation_seconds", "Time that operations took.", labels=["operation"]
        )
        statements = CounterMetricFamily(
            "scholagraph_operation_statements", "SQL statements of operations.", labels=["operation"]
        )
        for name, figures in counted().items():
            for code, count in figures.codes.items():
                requests.add_metric([name, code], count)
            durations.add_metric([name], _cumulative(figures.classes), figures.seconds)
            statements.add_metric([name], figures.statements)
        ways = CounterMetricFamily(
            "scholagraph_executions", "Operations by the way they were executed.", labels=["way"]
        )
        for way, count in executions.items():
            ways.add_metric([way], count)
        yield from (requests, durations, statements, ways)


def _cumulative(classes: list[int]) -> list[tuple[str, float]]:
    total, buckets = 0, []
    for bound, count in zip([*map(str, BOUNDS), "+Inf"], classes, strict=True):
        total += count
        buckets.append((bound, float(total)))
    return buckets


class PoolMetrics(Collector):
    """Connections of a database pool."""

    def __init__(self, database: Database) -> None:
        self._figures = database.figures()

    def collect(self) -> Iterator[Metric]:
        """Yield one gauge per figure."""
        for name, value in self._figures.items():
            yield GaugeMetricFamily(f"scholagraph_pool_{name}", f"Database pool: {name}.", value)


class Open(Collector):
    """Open connections and subscriptions of clients."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    def collect(self) -> Iterator[Metric]:
        """Yield connections by transport, and subscriptions."""
        held = GaugeMetricFamily("scholagraph_streams", "Open connections.", labels=["transport"])
        for transport in Transport:
            held.add_metric([transport.value], self._streams.counts[transport])
        yield held
        yield GaugeMetricFamily(
            "scholagraph_subscriptions", "Subscriptions that wait for events.", self._streams.feed.count
        )


REGISTRY = CollectorRegistry()
REGISTRY.register(OperationMetrics())
ProcessCollector(registry=REGISTRY)


class MetricsEndpoint:
    """Endpoint for clients on this machine, and for those that send `token`; for others there is none."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    async def __call__(self, request: Request) -> Response:
        """Return the figures of the process."""
        if not self._knows(request):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return await metrics(request)

    def _knows(self, request: Request) -> bool:
        if self._token is not None:
            kind, _, given = request.headers.get("authorization", "").partition(" ")
            if kind.lower() == "bearer" and compare_digest(given.encode(), self._token.encode()):
                return True
        return is_on_this_machine(request.scope)


async def metrics(request: Request) -> Response:
    """Return the figures of the process."""
    pool = CollectorRegistry()
    pool.register(PoolMetrics(request.app.state.database))
    pool.register(Open(request.app.state.streams))
    return Response(generate_latest(REGISTRY) + generate_latest(pool), media_type=CONTENT_TYPE_LATEST)
