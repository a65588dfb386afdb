"""Uploads of files that an import names later."""

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from graph.limits.gate import AdmissionControl
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import FileStore
from resolvers.access.viewer import Viewer
from serving.uploads import upload_routes
from settings.environment import Settings
from tests.world import World


@pytest.fixture
async def client(database: Database, tmp_path: Path) -> httpx.AsyncClient:
    app = Starlette(routes=upload_routes(FileStore.in_folder(tmp_path), limit=1000))
    app.state.database = database
    app.state.gate = AdmissionControl(Settings())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def secret(world: World, viewer: Viewer) -> dict[str, str]:
    made = new_id()
    await world.token(viewer, made)
    return {"Authorization": f"Bearer {made}"}


async def test_an_upload_gets_a_name(client: httpx.AsyncClient, world: World, tmp_path: Path) -> None:
    staff = await secret(world, await world.staff())
    answer = await client.post("/uploads", content=b"abc", headers=staff)
    assert answer.status_code == 201
    name = answer.json()["upload"]
    copy = tmp_path / "copy"
    await FileStore.in_folder(tmp_path).fetch_upload(name, copy)
    assert copy.read_bytes() == b"abc"


async def test_what_is_too_large_leaves_nothing(
    client: httpx.AsyncClient, world: World, tmp_path: Path
) -> None:
    staff = await secret(world, await world.staff())
    answer = await client.post("/uploads", content=b"a" * 1001, headers=staff)
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["extensions"]["code"] == "PAYLOAD_TOO_LARGE"
    assert files_in(tmp_path) == []


async def test_a_browsers_form_is_an_upload(client: httpx.AsyncClient, world: World, tmp_path: Path) -> None:
    staff = await secret(world, await world.staff())
    content = b"\r\n--a boundary of its own\r\n" * 30
    for form in ({"file": ("a.zip", content)}, {"any name": ('\u00e9 ".zip', content, "application/zip")}):
        answer = await client.post("/uploads", files=form, data={"title": "A", "send": "Go"}, headers=staff)
        assert answer.status_code == 201, answer.text
        copy = tmp_path / "copy"
        await FileStore.in_folder(tmp_path).fetch_upload(answer.json()["upload"], copy)
        assert copy.read_bytes() == content


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ([("file", ("a", b"a" * 1001))], 413, "PAYLOAD_TOO_LARGE"),
        ([("file", ("a", b"a" * 100_000))], 413, "PAYLOAD_TOO_LARGE"),
        ([("file", ("a", b"a")), ("other", ("b", b"b"))], 400, "BAD_USER_INPUT"),
        ([("file", (None, b"a field"))], 400, "BAD_USER_INPUT"),
        ([("a", ("", b""))], 400, "BAD_USER_INPUT"),
    ],
)
async def test_a_form_keeps_the_limits_of_an_upload(
    client: httpx.AsyncClient, world: World, tmp_path: Path, files: list[object], status: int, code: str
) -> None:
    staff = await secret(world, await world.staff())
    answer = await client.post("/uploads", files=files, headers=staff)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (status, code)
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("media_type", ["multipart/form-data", "multipart/form-data; boundary=b"])
async def test_a_broken_form_is_refused(
    client: httpx.AsyncClient, world: World, tmp_path: Path, media_type: str
) -> None:
    staff = await secret(world, await world.staff()) | {"Content-Type": media_type}
    for body in (b"", b"x", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"):
        assert (await client.post("/uploads", content=body, headers=staff)).status_code == 400
    assert files_in(tmp_path) == []


async def test_learners_upload_nothing(client: httpx.AsyncClient, world: World, tmp_path: Path) -> None:
    learner = await secret(world, await world.learner())
    assert (await client.post("/uploads", content=b"a", headers=learner)).status_code == 403
    assert (await client.post("/uploads", content=b"a")).status_code == 403
    form = {"file": ("a.zip", b"a")}
    assert (await client.post("/uploads", files=form, headers=learner)).status_code == 403
    dead = await client.post("/uploads", content=b"a", headers={"Authorization": "Bearer dead"})
    assert (dead.status_code, dead.headers["www-authenticate"]) == (401, "Bearer")
    assert files_in(tmp_path) == []
