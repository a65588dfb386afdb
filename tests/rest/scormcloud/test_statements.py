"""The number of SQL statements of a route does not depend on the number of rows."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import ExecutionResult
from starlette.applications import Starlette
from starlette.requests import Request

from graph.declaring.schema import public_schema
from graph.execution.execute import prepare, run
from models.catalogue.item import ContentType
from models.packages.course_version import CourseVersion
from models.packages.import_job import ImportJob, ImportSource, ImportStatus
from models.packages.packaged_activity import LearningStandard
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import FileStore
from resolvers.access.viewer import Role, Viewer
from resolvers.operations.context import Context
from resolvers.packages.setting import DEFINITIONS
from rest.coverage import State
from rest.in_process import LARGEST_PAGE
from rest.platform import PLATFORMS
from rest.route import routes
from tests.world import World, statement_row

ALL = "?includeRegistrationCount=True&includeCourseMetadata=True"
ONE, VERSION = "/courses/{courseId}", "/courses/{courseId}/versions/{versionId}"
READS_WITH_STATEMENTS: list[tuple[str, str, int | None, int]] = [
    (f"/courses{ALL}", "courses", None, 4),
    (f"/courses{ALL}&tags=tag%200,none&filter=e&orderBy=title_desc", "courses", None, 4),
    (f"{ONE}{ALL}", "tags", None, 8),
    (f"{ONE}/versions{ALL}", "courses", None, 5),
    (f"{VERSION}{ALL}", "rootActivity.children.0.children", None, 8),
    (f"{ONE}/tags", "tags", None, 1),
    (f"{ONE}/configuration?includeMetadata=True", "settingItems", len(DEFINITIONS), 2),
    (f"{VERSION}/configuration?includeMetadata=True", "settingItems", len(DEFINITIONS), 3),
    (f"{ONE}/asset/list", "files", None, 3),
    (f"{VERSION}/asset/list", "files", None, 2),
    (f"{ONE}/xAPIStatements", "statements", None, 2),
    (f"{VERSION}/xAPIStatements", "statements", None, 3),
    (f"/courses/importJobs/{{importJobId}}{ALL}", "importResult.parserWarnings", None, 5),
]
"""Path, a list in the response and its length, null for the number of rows, and SQL statements."""

DOWNLOADS_WITH_STATEMENTS = [
    (f"{ONE}/asset?relativePath=0.txt", 3),
    (f"{VERSION}/asset?relativePath=0.txt", 3),
    (f"{ONE}/zip", 3),
    (f"{VERSION}/zip", 2),
]
"""Path, and SQL statements."""


class Cloud:
    """Serves an application without authentication; `statements` are those of the last request."""

    def __init__(self, database: Database, viewer: Viewer) -> None:
        self.database = database
        self.viewer = viewer
        self.statements: list[str] = []
        self.app = Starlette(routes=routes(public_schema, self.execute))

    async def execute(self, document: str, variables: Mapping[str, Any], _: Request, /) -> ExecutionResult:
        """Execute as the application does, for the one viewer."""
        context = Context(self.database, self.viewer, LARGEST_PAGE)
        result = await run(public_schema, prepare(public_schema, document), context, variables)
        self.statements = context.statements
        return result

    async def get(self, path: str) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            answer = await http.get(f"/scormcloud/api/v2{path}", headers={"Authorization": "Basic"})
        assert answer.status_code == 200, answer.text
        return answer


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_statements(database: Database, world: World, rows: int, tmp_path: Path) -> None:
    """Create `rows` courses, versions, activities, tags, learners, statements and warnings."""
    application = await world.application()
    cloud = Cloud(database, Viewer(role=Role.APPLICATION, application_id=application.id))
    tags = [f"tag {number}" for number in range(rows)]
    others = [await world.course(application_id=application.id, tags=tags) for _ in range(rows - 1)]
    for other in others:
        await world.version(other)
    course = await world.course(application_id=application.id, reference=application.id, tags=tags)
    versions = [await world.version(course, number=number) for number in range(1, rows + 1)]
    shown = versions[-1]
    section = await world.section(course, version_id=shown.id)
    await world.items([section], ContentType.PACKAGED_ACTIVITY, rows)
    registrations = await world.registrations(shown, rows)
    owned = {"course_id": course.id, "application_id": application.id}
    await world.add(*(statement_row(**owned, registration=each.id) for each in registrations))
    job = ImportJob(
        id=new_id(),
        application_id=application.id,
        reference=course.reference,
        source=ImportSource.UPLOAD,
        location="",
        status=ImportStatus.COMPLETE,
        warnings=tags,
        course_id=course.id,
        version_id=shown.id,
        finished_at=datetime.now(UTC),
        is_new_version_allowed=False,
    )
    await world.add(job)
    cloud.app.state.objects = objects = FileStore.in_folder(tmp_path)
    file = {"digest": (await objects.keep_bytes(b"abc")).digest, "size": 3}
    for number in range(rows):
        await world.asset(course, version_id=shown.id, path=f"{number}.txt", **file)
    names = {"courseId": course.reference, "versionId": shown.number, "importJobId": job.id}
    for path, field, count, taken in READS_WITH_STATEMENTS:
        answer = await cloud.get(path.format(**names))
        assert answer.headers["content-type"] == "application/json"
        found = answer.json()
        for part in field.split("."):
            found = found[int(part) if part.isdecimal() else part]
        assert len(found) == (rows if count is None else count), path
        assert len(cloud.statements) == taken, (path, cloud.statements)
    for path, taken in DOWNLOADS_WITH_STATEMENTS:
        assert b"abc" in (await cloud.get(path.format(**names))).content
        assert len(cloud.statements) == taken, (path, cloud.statements)


def test_each_read_is_asked_for_its_statements() -> None:
    (platform,) = (each for each in PLATFORMS if each.name == "scormcloud")
    served = {row.path for row in platform.rows if row.method == "GET" and row.state is State.SERVED}
    asked = [path for path, *_ in READS_WITH_STATEMENTS] + [path for path, _ in DOWNLOADS_WITH_STATEMENTS]
    assert served == {f"/api/v2{path.partition('?')[0]}" for path in asked}


async def test_versions_are_listed_whole_however_many(database: Database, world: World) -> None:
    application = await world.application()
    cloud = Cloud(database, Viewer(role=Role.APPLICATION, application_id=application.id))
    course = await world.course(application_id=application.id, reference=application.id)
    await world.add(
        *(
            CourseVersion(
                id=new_id(),
                course_id=course.id,
                number=number,
                standard=LearningStandard.SCORM_1_2,
                identifier="a",
            )
            for number in range(1, 252)
        )
    )
    found = (await cloud.get(f"/courses/{course.reference}/versions")).json()
    assert [each["version"] for each in found["courses"]] == list(range(1, 252))
