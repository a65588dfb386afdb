"""Each route asks the database as often for many rows as for one."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from graphql import ExecutionResult
from starlette.applications import Starlette
from starlette.requests import Request

from freshness import LARGEST_PAGE
from graph.execute import prepare, run
from graph.schema import public_schema
from models.database import Database
from models.item import ContentType
from resolvers.context import Context
from resolvers.viewer import Role, Viewer
from rest.route import routes
from tests.world import World, statement_row

ALL = "?includeRegistrationCount=True&includeCourseMetadata=True"


class Cloud:
    """Answers an application without asking who it is; `statements` are those of the last request."""

    def __init__(self, database: Database, viewer: Viewer) -> None:
        self.database = database
        self.viewer = viewer
        self.statements: list[str] = []
        self.app = Starlette(routes=routes(public_schema, self.execute))

    async def execute(self, document: str, variables: Mapping[str, Any], _: Request, /) -> ExecutionResult:
        """As the application does it, for the one viewer."""
        context = Context(self.database, self.viewer, LARGEST_PAGE)
        result = await run(public_schema, prepare(public_schema, document), context, variables)
        self.statements = context.statements
        return result

    async def get(self, path: str) -> Any:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            answer = await http.get(f"/scormcloud/api/v2{path}", headers={"Authorization": "Basic"})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        return answer.json()


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_statements(database: Database, world: World, rows: int) -> None:
    application = await world.application()
    cloud = Cloud(database, Viewer(role=Role.APPLICATION, application_id=application.id))
    if rows > 1:
        await world.courses(rows - 1, application_id=application.id)
    course = await world.course(application_id=application.id, reference=application.id)
    version = await world.version(course)
    section = await world.section(course, version_id=version.id)
    await world.items([section], ContentType.PACKAGED_ACTIVITY, rows)
    await world.registrations(version, rows)
    await world.add(*(statement_row(course_id=course.id, application_id=application.id) for _ in range(rows)))
    for path, field, count, taken in (
        (f"/courses{ALL}", "courses", rows, 4),
        (f"/courses/{course.reference}{ALL}", "tags", 0, 8),
        (f"/courses/{course.reference}/versions{ALL}", "courses", 1, 4),
        (f"/courses/{course.reference}/tags", "tags", 0, 1),
        (f"/courses/{course.reference}/xAPIStatements", "statements", rows, 2),
    ):
        found = await cloud.get(path)
        assert len(found[field]) == count, path
        assert len(cloud.statements) == taken, (path, cloud.statements)
