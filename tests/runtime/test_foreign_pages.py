"""Pages of other origins, and the record store: no response is a page, no form of theirs is a request."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from graph.limits.gate import AdmissionControl
from models.postgres.database import Database
from models.storage.objects import FileStore
from resolvers.access.viewer import Viewer
from runtime.xapi.resources import xapi_routes
from serving.cors import Origins
from serving.envelope import Envelope
from settings.environment import Settings
from tests.runtime.test_xapi import AGENT, STATEMENT, STATEMENTS, VERSION, sender

__all__ = ["sender"]

PLAY = "https://play.example.org"
STATE = "/xapi/activities/state"
PLACE = {"activityId": "urn:quiz", "agent": json.dumps(AGENT), "stateId": "s"}
PAGE = "<script>alert(1)</script>"
INERT = {"x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'; sandbox"}


@pytest.fixture(params=[None, PLAY])
async def client(
    request: pytest.FixtureRequest, database: Database, sender: Viewer, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(
        routes=xapi_routes(FileStore.in_folder(tmp_path), request.param),
        middleware=[Middleware(Envelope, Origins(frozenset()))],
    )
    app.state.database = database
    app.state.gate = AdmissionControl(Settings(limits="measure"))
    headers = {**VERSION, "Authorization": f"Basic {sender.languages[0]}"}
    base = request.param or "http://127.0.0.1:8000"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base, headers=headers) as made:
        yield made


async def test_no_response_is_a_page(client: httpx.AsyncClient) -> None:
    html = {"Content-Type": "text/html"}
    requests: list[tuple[str, str, dict[str, Any], int]] = [
        ("PUT", STATE, {"params": PLACE, "content": PAGE, "headers": html}, 204),
        ("GET", STATE, {"params": PLACE}, 200),
        ("HEAD", STATE, {"params": PLACE}, 200),
        ("GET", STATE, {"params": {**PLACE, "stateId": PAGE}}, 404),
        ("GET", STATE, {"params": {PAGE: "1"}}, 400),
        ("PATCH", STATE, {}, 405),
        ("OPTIONS", STATE, {}, 204),
        ("GET", "/xapi/about", {}, 200),
        ("GET", f"/xapi/{PAGE}", {}, 404),
        ("POST", STATEMENTS, {"json": STATEMENT}, 200),
        ("GET", STATEMENTS, {}, 200),
        ("GET", STATEMENTS, {"params": {"attachments": "true"}}, 200),
        ("GET", STATEMENTS, {"headers": {"Authorization": "Basic x"}}, 401),
    ]
    for method, path, given, status in requests:
        answer = await client.request(method, path, **given)
        assert answer.status_code == status, (method, path)
        assert {name: answer.headers.get(name) for name in INERT} == INERT, (method, path)
        assert len(answer.headers.get_list("content-security-policy")) == 1
    kept = await client.get(STATE, params=PLACE)
    assert (kept.text, kept.headers["content-disposition"]) == (PAGE, "attachment")


SENDERS: list[tuple[dict[str, str], bool]] = [
    ({}, True),
    ({"Origin": "the player's"}, True),
    ({"Origin": "the player's", "Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Origin": "https://evil.example"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": ""}, False),
    ({"Origin": "http://127.0.0.1:8000"}, False),
    ({"Origin": "http://localhost:8001"}, False),
    ({"Origin": "https://learn.example.org", "Sec-Fetch-Site": "same-site"}, False),
]


@pytest.mark.parametrize(("headers", "is_heard"), SENDERS)
async def test_the_alternate_syntax_is_for_the_player_and_for_programs(
    client: httpx.AsyncClient, headers: dict[str, str], is_heard: bool
) -> None:
    player = PLAY if client.base_url.host == "play.example.org" else "http://localhost:8000"
    sent = {name: value.replace("the player's", player) for name, value in headers.items()}
    form = {**PLACE, "content": "page 3", "Content-Type": "text/plain", **VERSION}
    form["Authorization"] = client.headers.pop("authorization")
    answer = await client.post(f"{STATE}?method=PUT", data=form, headers=sent)
    assert answer.status_code == (204 if is_heard else 403)
    read = {**PLACE, **VERSION, "Authorization": form["Authorization"]}
    answer = await client.post(f"{STATE}?method=GET", data=read, headers=sent)
    assert (answer.status_code, answer.text == "page 3") == ((200, True) if is_heard else (403, False))
    assert {name: answer.headers.get(name) for name in INERT} == INERT


@pytest.mark.parametrize(
    "media_type",
    ["text/html\r\nSet-Cookie: a=b", "text/ht\u0442ml", "text", "a/b;\x00", "a" * 200 + "/b", ""],
)
async def test_a_media_type_that_no_header_holds_is_refused(
    client: httpx.AsyncClient, media_type: str
) -> None:
    form = {**PLACE, "content": "x", "Content-Type": media_type, **VERSION}
    form["Authorization"] = client.headers.pop("authorization")
    answer = await client.post(f"{STATE}?method=PUT", data=form)
    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST")
