"""Figures for operators."""

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from graph.engine.run import executions
from graph.http.metrics import metrics


def test_ways_of_execution_are_counted() -> None:
    executions["declined: test"] = 3
    answer = TestClient(Starlette(routes=[Route("/metrics", metrics)])).get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'scholagraph_executions_total{way="declined: test"} 3.0' in answer.text
