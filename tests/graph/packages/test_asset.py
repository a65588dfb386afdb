"""Files of courses in the graph."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from graph.declaring.schema import public_schema
from graph.execution.execute import prepare, run
from graph.limits.gate import AdmissionControl
from ingest.fetch import Network
from ingest.intake import FileIntake
from models.catalogue.course import Course
from models.packages.asset import Asset
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import FileStore
from resolvers.access.viewer import Role, Viewer
from resolvers.operations.context import Context
from settings.environment import Settings
from tests.conftest import Answer, Ask
from tests.ingest.file_server import Site, site
from tests.world import World

__all__ = ["site"]

OF_COURSE = """
query($id: ID!) {
  course(id: $id) {
    assets(first: 100) { nodes { id path mediaType size digest url } totalCount }
  }
}
"""


async def test_every_field_is_read_back(ask: Ask, world: World) -> None:
    course = await world.course()
    digest = "ab" * 32
    asset = await world.asset(
        course, path="static/a b/Ä?#%.png", media_type="image/png", size=2**40, digest=digest
    )
    answer = await ask(OF_COURSE, await world.teacher(course), id=course.id)
    assert answer.data["course"]["assets"] == {
        "nodes": [
            {
                "id": asset.id,
                "path": "static/a b/Ä?#%.png",
                "mediaType": "image/png",
                "size": 2**40,
                "digest": digest,
                "url": f"/assets/{digest}/%C3%84%3F%23%25.png",
            }
        ],
        "totalCount": 1,
    }
    assert len(answer.statements) == 3


async def test_files_are_listed_for_the_team_alone(ask: Ask, world: World) -> None:
    course = await world.course()
    await world.asset(course)
    for viewer, count in (
        (await world.learner(course), 0),
        (await world.teacher(await world.course()), 0),
        (await world.teacher(course), 1),
        (await world.staff(), 1),
    ):
        found = (await ask.data(OF_COURSE, viewer, id=course.id))["course"]["assets"]
        assert (len(found["nodes"]), found["totalCount"]) == (count, count)


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_files_go_by_path_in_one_statement_with_their_count(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    made = [
        Asset(
            id=new_id(),
            course_id=course.id,
            path=f"{place:03}.txt",
            media_type="text/plain",
            size=place,
            digest="0" * 64,
        )
        for place in range(rows, 0, -1)
    ]
    await world.add(*made)
    answer = await ask(OF_COURSE, await world.teacher(course), id=course.id)
    found = answer.data["course"]["assets"]
    assert [(node["path"], node["size"]) for node in found["nodes"]] == [
        (f"{place:03}.txt", place) for place in range(1, rows + 1)
    ]
    assert found["totalCount"] == rows
    assert len(answer.statements) == 3


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_files_are_those_of_a_version(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    versions = [await world.version(course, number=number) for number in (1, 2)]
    for number in range(rows):
        await world.asset(course, version_id=versions[0].id, path=f"{number:03}.txt")
    await world.asset(course, version_id=versions[1].id)
    await world.asset(course)
    asked = """
    query($id: ID!, $version: Int!) {
      course(id: $id) { assets(first: 100, filter: { version: $version }) { nodes { path } totalCount } }
    }
    """
    for version, count in ((1, rows), (2, 1), (3, 0)):
        answer = await ask(asked, await world.teacher(course), id=course.id, version=version)
        found = answer.data["course"]["assets"]
        assert (len(found["nodes"]), found["totalCount"]) == (count, count)
        assert len(answer.statements) == 3


PUT = """
mutation($input: PutAssetInput!) {
  putAsset(input: $input) {
    asset { path mediaType size digest }
    version { number edition assets(filter: { path: "a/b.png" }) { nodes { path } totalCount } }
    userErrors { code field }
  }
}
"""
DELETE = """
mutation($input: DeleteAssetInput!) {
  deleteAsset(input: $input) {
    deletedId
    version { edition assets { totalCount } }
    userErrors { code field }
  }
}
"""
DIGEST = hashlib.sha256(b"abc").hexdigest()


class Desk:
    """Asks with an intake of files at hand."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.objects = FileStore.in_folder(folder / "store")
        self.intake = FileIntake(self.objects, folder / "scratch", Network.INTERNET)

    async def upload(self) -> str:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"abc"

        await self.objects.put_upload(name := new_id(), chunks())
        return name

    async def __call__(self, document: str, viewer: Viewer, key: str | None = None, **given: Any) -> Answer:
        context = Context(self.database, viewer)
        context.intake, context.idempotency_key = self.intake, key
        result = await run(public_schema, prepare(public_schema, document), context, {"input": given})
        assert not result.errors, result.errors
        return Answer(result.data, [], context.statements)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


async def packaged(world: World, rows: int = 0) -> tuple[Course, Viewer]:
    """A course in two versions, of an application, and that; `rows` files are in the second."""
    application = await world.application()
    course = await world.course(application_id=application.id, reference="golf")
    versions = [await world.version(course, number=number) for number in (1, 2)]
    for place in range(rows):
        await world.asset(course, version_id=versions[1].id, path=f"{place}.txt")
    return course, Viewer(role=Role.APPLICATION, application_id=application.id)


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_a_file_is_put_into_a_version(world: World, desk: Desk, rows: int) -> None:
    _, viewer = await packaged(world, rows)
    for edition in (2, 3):
        answer = await desk(PUT, viewer, reference="golf", path="/a/b.png", upload=await desk.upload())
        assert answer.data["putAsset"] == {
            "asset": {"path": "a/b.png", "mediaType": "image/png", "size": 3, "digest": DIGEST},
            "version": {
                "number": 2,
                "edition": edition,
                "assets": {"nodes": [{"path": "a/b.png"}], "totalCount": 1},
            },
            "userErrors": [],
        }
        assert len(answer.statements) == 9, answer.statements
    assert await desk.objects.size(DIGEST) == 3
    gone = await desk(DELETE, viewer, reference="golf", version=2, path="a/b.png")
    assert gone.data["deleteAsset"]["version"] == {"edition": 4, "assets": {"totalCount": rows}}
    assert len(gone.statements) == 7, gone.statements
    again = await desk(DELETE, viewer, reference="golf", version=2, path="a/b.png")
    assert again.data["deleteAsset"]["userErrors"] == [{"code": "NOT_FOUND", "field": ["path"]}]


async def test_an_upload_serves_once_and_the_same_key_again(world: World, desk: Desk) -> None:
    _, viewer = await packaged(world)
    given = {"reference": "golf", "path": "a.png", "upload": await desk.upload()}
    first = await desk(PUT, viewer, "k", **given)
    assert first.data["putAsset"]["asset"]["path"] == "a.png"
    again = await desk(PUT, viewer, "k", **given)
    assert again.data["putAsset"]["version"]["edition"] == 2
    other = await desk(PUT, viewer, **given)
    assert other.data["putAsset"]["userErrors"] == [{"code": "NOT_FOUND", "field": ["upload"]}]


async def test_what_is_asked_wrongly_is_told(world: World, desk: Desk) -> None:
    course, viewer = await packaged(world)
    here = {"reference": "golf", "path": "a.png"}
    uploaded = {"upload": await desk.upload()}
    for given, code, field in (
        (here, "INVALID_INPUT", "upload"),
        ({**here, **uploaded, "url": "https://example.org/a"}, "INVALID_INPUT", "upload"),
        ({**here, "url": "https://127.0.0.1/a"}, "INVALID_INPUT", "url"),
        ({**here, "url": "http://example.org/a"}, "INVALID_INPUT", "url"),
        ({**here, "path": "../a", **uploaded}, "INVALID_INPUT", "path"),
        ({**here, "reference": "none", "upload": await desk.upload()}, "NOT_FOUND", "versionId"),
        ({**here, "courseId": course.id, "upload": await desk.upload()}, "INVALID_INPUT", "courseId"),
        ({**here, "versionId": course.id, "upload": await desk.upload()}, "INVALID_INPUT", "versionId"),
        ({**here, "policy": "STRICT", "upload": await desk.upload()}, "INVALID_INPUT", "policy"),
    ):
        data = (await desk(PUT, viewer, **given)).data
        assert data["putAsset"]["userErrors"] == [{"code": code, "field": [field]}], given


async def test_only_who_imports_puts_files(world: World, desk: Desk) -> None:
    course, _ = await packaged(world)
    for viewer, code in (
        (await world.teacher(course), "NOT_ACCESSIBLE"),
        (await world.learner(course), "NOT_ACCESSIBLE"),
        (Viewer(role=Role.APPLICATION, application_id=(await world.application()).id), "NOT_FOUND"),
    ):
        given = {"courseId": course.id, "path": "a.png"}
        put = await desk(PUT, viewer, **given, upload=await desk.upload())
        assert put.data["putAsset"]["userErrors"][0]["code"] == code
        gone = await desk(DELETE, viewer, **given)
        assert gone.data["deleteAsset"]["userErrors"][0]["code"] == code


async def test_a_file_has_a_time_of_its_own(world: World, desk: Desk, tmp_path: Path, site: Site) -> None:
    _, viewer = await packaged(world)
    site.files["/a.png"], site.late["/a.png"] = b"abc", 0.6
    given = {"reference": "golf", "path": "a.png", "url": f"{site.url}/a.png"}

    async def put(longest: float) -> Any:
        intake = FileIntake(desk.objects, tmp_path / "scratch", Network.INTRANET, longest=longest)
        gate = AdmissionControl(Settings(deadline=0.3), intake)
        context = Context(desk.database, viewer)
        result = await gate.run(public_schema, prepare(public_schema, PUT), context, {"input": given})
        assert result.data is not None, result.errors
        assert not list((tmp_path / "scratch").iterdir())
        return result.data["putAsset"]

    assert (await put(10))["asset"]["digest"] == DIGEST
    assert (await put(0.2))["userErrors"] == [{"code": "INVALID_INPUT", "field": ["url"]}]
