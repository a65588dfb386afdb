"""Files that the graph names by address."""

import hashlib
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from graph.limits.gate import AdmissionControl
from models.catalogue.item import ContentType
from models.content.subtitle import SubtitleCue
from models.packages.statement import StatementAttachment
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import FileStore, name_of
from rest.in_process import execute_in_process
from serving.files import file_routes, media_type_of
from settings.environment import Settings
from tests.world import World

CONTENT = b"0123456789"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
FILE = f"/assets/{DIGEST}/a.png"
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
async def client(database: Database, world: World, tmp_path: Path) -> httpx.AsyncClient:
    await world.asset(await world.course(), path="a", digest=DIGEST, size=len(CONTENT))
    place = tmp_path / name_of(DIGEST)
    place.parent.mkdir()
    place.write_bytes(CONTENT)
    (tmp_path / "secret.txt").write_text("secret")
    app = Starlette(routes=file_routes(FileStore.in_folder(tmp_path), execute_in_process))
    app.state.database = database
    app.state.gate = AdmissionControl(Settings())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def test_a_file_is_served_for_good(client: httpx.AsyncClient) -> None:
    answer = await client.get(FILE)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].endswith("sandbox")
    assert "content-disposition" not in answer.headers
    head = await client.head(FILE)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "10")
    again = await client.get(FILE, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_player_can_ask_for_a_part(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/assets/{DIGEST}/a.mp4", headers={"Range": "bytes=2-4"})
    assert (answer.status_code, answer.content) == (206, b"234")
    assert answer.headers["content-range"] == "bytes 2-4/10"
    beyond = await client.get(FILE, headers={"Range": "bytes=20-"})
    assert beyond.status_code == 416


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.html", "text/html; charset=utf-8"),
        ("a.svg", "image/svg+xml"),
        ("a.xml", "application/xml"),
        ("a.xhtml", "application/octet-stream"),
        ("a.js", "text/plain; charset=utf-8"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.zip", "application/zip"),
        ("a.svg.gz", "application/octet-stream"),
        ("nothing", "application/octet-stream"),
    ],
)
async def test_what_could_run_something_is_only_to_be_saved(
    client: httpx.AsyncClient, name: str, media_type: str
) -> None:
    answer = await client.get(f"/assets/{DIGEST}/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].endswith("sandbox")
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    found = answer.headers["content-type"]
    assert found == media_type or (name == "a.xml" and found.startswith("text/xml"))


@pytest.mark.parametrize("name", ["a.js", "a.mjs", "a.txt"])
def test_no_page_can_load_a_script(name: str) -> None:
    assert media_type_of(name) == "text/plain"


async def test_who_knows_a_hash_gets_files_of_courses_only(
    client: httpx.AsyncClient, database: Database, tmp_path: Path, world: World
) -> None:
    """Attachments of learners are in the same store."""
    essay = b"Dear teacher"
    digest = hashlib.sha256(essay).hexdigest()
    place = tmp_path / name_of(digest)
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(essay)
    await world.add(
        StatementAttachment(id=new_id(), actor_key="a", sha2=digest, digest=digest, size=len(essay))
    )
    for name in ("a.png", "a.pdf", "a.html"):
        for method in ("GET", "HEAD"):
            assert (await client.request(method, f"/assets/{digest}/{name}")).status_code == 404
    await world.asset(await world.course(), path="a", digest=digest, size=len(essay))
    assert (await client.get(f"/assets/{digest}/a.png")).content == essay


async def test_names_are_what_they_are(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/assets/{DIGEST}/%C3%84%20%3F%22.zip")
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"____.zip\"; filename*=utf-8''%C3%84%20%3F%22.zip"
    )


@pytest.mark.parametrize(
    "path",
    [
        f"/assets/{'0' * 64}/a.png",
        f"/assets/{DIGEST.upper()}/a.png",
        f"/assets/{DIGEST[:2]}/a.png",
        f"/assets/{DIGEST}",
        f"/assets/{DIGEST}/",
        f"/assets/{DIGEST}/a/b.png",
        "/assets/secret.txt",
        "/assets/..%2fsecret.txt/a.png",
        "/assets/%2e%2e/secret.txt",
        f"/assets/{DIGEST}%00/a.png",
    ],
)
async def test_nothing_else_is_there(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_a_file_cannot_be_changed(client: httpx.AsyncClient) -> None:
    assert (await client.post(FILE)).status_code == 405


async def test_subtitles_are_webvtt_for_who_may_open_the_video(
    client: httpx.AsyncClient, world: World
) -> None:
    course = await world.course()
    item = await world.item(await world.section(course), ContentType.VIDEO)
    track = await world.subtitles(await world.content(item), cues=0)
    lines = [("a --> b", "One & <b>two</b>", None), (None, "Zwei", "align:start")]
    await world.add(
        *(
            SubtitleCue(
                id=new_id(),
                track_id=track.id,
                position=place,
                identifier=name,
                starts_at=place + 0.5,
                ends_at=place + 1.25,
                text=text,
                settings=settings,
            )
            for place, (name, text, settings) in enumerate(lines)
        )
    )
    learner = await world.learner(course)
    secret = new_id()
    await world.token(learner, secret)
    headers = {"Authorization": f"Bearer {secret}"}
    answer = await client.get(f"/subtitles/{track.id}.vtt", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/vtt; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.text == (
        "WEBVTT\n\n"
        "a b\n00:00:00.500 --> 00:00:01.250\nOne &amp; <b>two</b>\n\n"
        "00:00:01.500 --> 00:00:02.250 align:start\nZwei\n"
    )
    assert (await client.get(f"/subtitles/{track.id}.vtt")).status_code == 404
    dead = await client.get(f"/subtitles/{track.id}.vtt", headers={"Authorization": "Bearer dead"})
    assert (dead.status_code, dead.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("path", [f"/subtitles/{NOBODY}.vtt", "/subtitles/1.vtt", f"/subtitles/{NOBODY}"])
async def test_unknown_subtitles_are_not_there(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404
