"""Figures for operators, in Prometheus' text format."""

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from graph.engine.run import executions


class Executions(Collector):
    """How operations were executed: by levels, or by graphql-core and why."""

    def collect(self) -> Iterator[CounterMetricFamily]:
        """One counter per way."""
        family = CounterMetricFamily(
            "scholagraph_executions", "Operations by the way they were executed.", labels=["way"]
        )
        for way, count in executions.items():
            family.add_metric([way], count)
        yield family


REGISTRY = CollectorRegistry()
REGISTRY.register(Executions())
ProcessCollector(registry=REGISTRY)


async def metrics(_: Request) -> Response:
    """The process's figures."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
