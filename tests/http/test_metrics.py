"""Figures for operators."""

from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.routing import Route

from graph.engine.run import executions
from graph.http.metrics import metrics


async def test_ways_of_execution_are_counted() -> None:
    executions["declined: test"] = 3
    app = Starlette(routes=[Route("/metrics", metrics)])
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'scholagraph_executions_total{way="declined: test"} 3.0' in answer.text
