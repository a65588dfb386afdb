"""Clients of the Xikolo API on a real database."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx
import pytest
from graphql import ExecutionResult
from starlette.applications import Starlette
from starlette.requests import Request

from graph.declaring.schema import public_schema
from graph.limits.gate import AdmissionControl
from models.postgres.database import Database
from rest.in_process import execute_in_process
from rest.route import routes
from settings.environment import Settings
from tests.conftest import fresh
from tests.rest.openapi_contract import assert_documented
from tests.rest.xikolo.academy import found
from tests.rest.xikolo.academy_writes import lying_about, writing
from tests.world import World

MEDIA_TYPE = "application/vnd.api+json"


class Xikolo:
    """Sends requests as the apps do; `statements` are those of the last request without its viewer's."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.statements: list[str] = []
        self.app = self.application()

    def application(self, **given: Any) -> Starlette:
        """The routes of all platforms, on the database."""
        made = Starlette(routes=routes(public_schema, self.execute, **given))
        made.state.database = self.database
        made.state.gate = AdmissionControl(Settings(limits="measure"))
        return made

    async def execute(
        self, document: str, variables: Mapping[str, Any], request: Request, /
    ) -> ExecutionResult:
        """Execute as the application does."""
        result = await execute_in_process(document, variables, request)
        self.statements += (result.extensions or {}).get("statements", ())
        return result

    async def __call__(self, method: str, path: str, token: str | None = None, **sent: Any) -> httpx.Response:
        headers = {"Accept": f"{MEDIA_TYPE}; xikolo-version=4", **sent.pop("headers", {})}
        if token is not None:
            headers["Authorization"] = f"Legacy-Token token={token}"
        if "json" in sent:
            headers.setdefault("Content-Type", MEDIA_TYPE)
        self.statements.clear()
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://learn.example.org") as http:
            response = await http.request(method, path, headers=headers, **sent)
        assert_documented("xikolo", method, httpx.URL(path).path.removeprefix("/xikolo"), response)
        return response

    async def get(self, path: str, token: str | None = None, **sent: Any) -> httpx.Response:
        """Read below `/api/v2/`."""
        return await self("GET", f"/api/v2/{path}", token, **sent)


@pytest.fixture(scope="session")
async def academy(make_database: Callable[[], str]) -> AsyncIterator[Xikolo]:
    """The academy of `academy.py`."""
    async with fresh(make_database) as database:
        world = World(database)
        await found(world)
        await world.add(*lying_about())
        await world.add(*writing())
        yield Xikolo(database)


@pytest.fixture(scope="session")
def xikolo(database: Database) -> Xikolo:
    """A client on the database that tests share."""
    return Xikolo(database)
