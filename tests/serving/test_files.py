"""Files that the graph names by address."""

import hashlib
import re
import time
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from starlette.applications import Starlette

from graph.limits.gate import AdmissionControl
from models.catalogue.course import Course
from models.catalogue.item import ContentType
from models.content.subtitle import SubtitleCue
from models.packages.statement import StatementAttachment
from models.people.token import Token
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import FileStore, name_of
from resolvers.access import signature
from resolvers.access.viewer import Viewer, of_tokens
from resolvers.operations.context import Charge
from rest.in_process import execute_in_process
from serving.files import file_routes, media_type_of
from settings.environment import Settings
from tests.conftest import Ask
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


VTT_URL = "query($id: ID!) { subtitleTrack(id: $id) { vttUrl } }"


async def signed_track(world: World, ask: Ask) -> tuple[Course, Token, str]:
    """A course, the token of one of its learners, and the `vttUrl` that the learner reads."""
    course = await world.course()
    item = await world.item(await world.section(course), ContentType.VIDEO)
    track = await world.subtitles(await world.content(item), cues=0)
    token = await world.token(await world.learner(course))
    (viewer,) = (await of_tokens(ask.database, {token.hash: ("en",)})).values()
    return course, token, (await ask.data(VTT_URL, viewer, id=track.id))["subtitleTrack"]["vttUrl"]


async def run(database: Database, statement: str, *values: str) -> None:
    async with database.transaction() as session:
        await (await session.connection()).exec_driver_sql(statement, values)


async def test_a_signed_url_needs_no_header(client: httpx.AsyncClient, world: World, ask: Ask) -> None:
    _, token, url = await signed_track(world, ask)
    assert token.hash.hex() not in url
    answer = await client.get(url)
    assert (answer.status_code, answer.text) == (200, "WEBVTT\n")
    assert answer.headers["content-type"] == "text/vtt; charset=utf-8"


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        (r"until=\d+", "until=9999999999"),
        (r"until=\d+", "until=" + "9" * 5000),
        (r"until=\d+", "until=٣"),
        (r"until=\d+&", ""),
        (r"token=[^&]+", f"token={NOBODY}"),
        (r"token=[^&]+", "token=1"),
        (r"token=[^&]+&", ""),
        (r"signature=.+", "signature="),
        (r"signature=.+", "signature=é"),
        (r"signature=.", "signature=x"),
    ],
)
async def test_a_changed_url_is_refused(
    client: httpx.AsyncClient, world: World, ask: Ask, part: str, instead: str
) -> None:
    _, _, url = await signed_track(world, ask)
    answer = await client.get(re.sub(part, instead, url))
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_a_signature_is_of_one_path(client: httpx.AsyncClient, world: World, ask: Ask) -> None:
    course, _, url = await signed_track(world, ask)
    item = await world.item(await world.section(course), ContentType.VIDEO)
    other = await world.subtitles(await world.content(item), cues=0)
    query = url.partition("?")[2]
    assert (await client.get(f"/subtitles/{other.id}.vtt?{query}")).status_code == 401


async def test_a_signed_url_ends(
    client: httpx.AsyncClient, world: World, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, url = await signed_track(world, ask)
    now = time.time()
    monkeypatch.setattr(signature, "time", SimpleNamespace(time=lambda: now + signature.LIFETIME - 1))
    assert (await client.get(url)).status_code == 200
    later = now + signature.LIFETIME + signature.STEP
    monkeypatch.setattr(signature, "time", SimpleNamespace(time=lambda: later))
    assert (await client.get(url)).status_code == 401


async def test_a_signed_url_ends_with_the_token(client: httpx.AsyncClient, world: World, ask: Ask) -> None:
    _, token, url = await signed_track(world, ask)
    await run(ask.database, "UPDATE tokens SET revoked_at = now() WHERE id = %s", token.id)
    assert (await client.get(url)).status_code == 401


async def test_a_signed_url_ends_with_the_enrollment(
    client: httpx.AsyncClient, world: World, ask: Ask
) -> None:
    course, _, url = await signed_track(world, ask)
    await run(ask.database, "DELETE FROM enrollments WHERE course_id = %s", course.id)
    assert (await client.get(url)).status_code == 404


async def test_a_signed_url_is_charged_to_its_viewer(
    client: httpx.AsyncClient, world: World, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, url = await signed_track(world, ask)
    paid: list[str] = []
    pay = AdmissionControl.pay

    def noted(gate: AdmissionControl, database: Database, viewer: Viewer, cost: int, **more: bool) -> Charge:
        paid.append(viewer.id or "nobody")
        return pay(gate, database, viewer, cost, **more)

    monkeypatch.setattr(AdmissionControl, "pay", noted)
    await client.get(url)
    assert paid
    assert "nobody" not in paid
    await client.get(url.replace("signature=", "signature=0"))
    assert paid[-1] == "nobody"


@pytest.mark.parametrize("path", [f"/subtitles/{NOBODY}.vtt", "/subtitles/1.vtt", f"/subtitles/{NOBODY}"])
async def test_unknown_subtitles_are_not_there(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404
