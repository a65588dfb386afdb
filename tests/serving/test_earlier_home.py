"""A home that version 0.1.0 filled, at its last commit before domains became folders, works on."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from alembic import command
from sqlalchemy import make_url
from starlette.applications import Starlette

from graph.limits.gate import AdmissionControl
from ingest.fetch import Network
from ingest.worker import Worker
from models.postgres.database import Database
from models.postgres.migrate import _run, migrate
from models.storage.objects import FileStore, name_of
from runtime.player import player_routes
from serving.pages import Bundle
from settings.environment import Settings
from tests.runtime.conftest import ORIGIN, PAGE
from tests.serving.whole_server import Serving, serving

HOME = Path(__file__).parent / "homes"
LAST_REVISION = "0024"
FACTS: Any = json.loads((HOME / "0_1_0.json").read_text())


@dataclass
class Home:
    """The filled database, its folder, and a server on both."""

    url: str
    folder: Path
    server: Serving

    async def post(self, token: str, body: Any) -> Any:
        """The answer of `/graphql`."""
        async with self.server.client({"authorization": f"Bearer {token}"}) as client:
            return (await client.post("/graphql", json=body)).json()


@pytest.fixture
async def home(make_database: Callable[[], str], tmp_path: Path) -> AsyncIterator[Home]:
    url = make_database()
    _run(url, lambda config: command.upgrade(config, LAST_REVISION))
    conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute((HOME / "0_1_0.sql").read_text().encode())
        connection.execute("UPDATE idempotent_writes SET created_at = now()")
        connection.execute("UPDATE launch_links SET expires_at = now() + interval '1 hour'")
    migrate(url)
    async with serving(url, tmp_path) as server:
        yield Home(url, tmp_path, server)


async def test_tokens_still_sign_in(home: Home) -> None:
    me = await home.post(FACTS["tokens"]["learner"], {"query": "{ viewer { id } }"})
    assert me["data"]["viewer"] is not None


@pytest.mark.parametrize(
    "call", FACTS["keyed"], ids=lambda call: call["request"]["query"].split("@")[0][-30:]
)
async def test_keys_are_answered_as_before(home: Home, call: dict[str, Any]) -> None:
    assert (await home.post(call["token"], call["request"]))["data"] == call["response"]["data"]


async def test_a_persisted_document_is_still_found_by_its_hash(home: Home) -> None:
    persisted = {"version": 1, "sha256Hash": FACTS["persisted"]["hash"]}
    answer = await home.post(FACTS["tokens"]["learner"], {"extensions": {"persistedQuery": persisted}})
    assert answer == FACTS["persisted"]["response"]


async def test_a_list_continues_after_a_cursor(home: Home) -> None:
    query = "query($after: String) { courses(first: 1, after: $after) { nodes { slug } } }"
    body = {"query": query, "variables": {"after": FACTS["cursor"]}}
    assert await home.post(FACTS["tokens"]["learner"], body) == FACTS["next"]


async def test_a_launch_link_still_opens(home: Home, tmp_path: Path) -> None:
    place = tmp_path / "files" / name_of(hashlib.sha256(PAGE).hexdigest())
    place.parent.mkdir(parents=True)
    place.write_bytes(PAGE)
    bundle = Bundle("/web/assets/player.js", (), ("/web/assets/player.css",))
    app = Starlette(routes=player_routes(FileStore.in_folder(tmp_path / "files"), bundle, None))
    app.state.database = database = Database(home.url, pool_size=2)
    app.state.gate = AdmissionControl(Settings())
    await database.open()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        assert (await client.get(FACTS["launch_link"])).status_code == 200
        assert (await client.get("/scorm-player/nobody-has-this/")).status_code == 404
    await database.close()


async def test_a_queued_import_is_done(home: Home) -> None:
    store = FileStore.in_folder(home.folder / "assets")

    async def chunks() -> AsyncIterator[bytes]:
        yield base64.b64decode(FACTS["package"])

    await store.put_upload(FACTS["upload"], chunks())
    database = Database(home.url, pool_size=4)
    await database.open()
    worker = Worker(home.url, database, store, home.folder / "scratch", Network.INTRANET)
    await worker.run(until_idle=True)
    await database.close()
    query = "query($id: ID!) { importJob(id: $id) { status course { reference title tags } } }"
    body = {"query": query, "variables": {"id": FACTS["import_job"]}}
    answer = await home.post(FACTS["tokens"]["staff"], body)
    course = {"reference": "queued", "title": "Queued", "tags": ["old"]}
    assert answer["data"]["importJob"] == {"status": "COMPLETE", "course": course}
