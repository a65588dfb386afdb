"""The record store over HTTP, as an application uses it (xAPI 1.0.3, part three)."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from graph.limits.gate import AdmissionControl
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import FileStore
from resolvers.access.viewer import Role, Viewer
from resolvers.people.application import (
    CreateApplication,
    CreateApplicationToken,
    create_application,
    create_application_token,
)
from runtime.xapi.resources import xapi_routes
from settings.environment import Settings
from tests.conftest import Ask

AGENT = {"mbox": "mailto:ada@example.org"}
STATEMENT: dict[str, Any] = {
    "actor": {**AGENT, "name": "Ada"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"en-US": "passed"}},
    "object": {"id": "https://example.org/quiz", "definition": {"name": {"en": "Quiz"}}},
    "result": {"score": {"scaled": 0.9}, "success": True, "duration": "PT1M30S"},
}
VERSION = {"X-Experience-API-Version": "1.0.3"}
STATEMENTS = "/xapi/statements"


@pytest.fixture
async def sender(database: Database) -> Viewer:
    """An application of its own, so that its store is empty."""
    async with database.transaction() as session:
        made = await create_application(session, Viewer(role=Role.STAFF), CreateApplication(name="Store"))
    credentials = b64encode(f"{made.application_id}:{made.secret}".encode()).decode()
    return Viewer(role=Role.APPLICATION, application_id=made.application_id, languages=(credentials,))


@pytest.fixture
async def client(database: Database, sender: Viewer, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=xapi_routes(FileStore.in_folder(tmp_path)))
    app.state.database = database
    app.state.gate = AdmissionControl(Settings())
    headers = {**VERSION, "Authorization": f"Basic {sender.languages[0]}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as opened:
        yield opened


async def put(client: httpx.AsyncClient, **values: Any) -> str:
    """The id of a statement that is kept."""
    answer = await client.post(STATEMENTS, json={**STATEMENT, **values})
    assert answer.status_code == 200, answer.text
    (id_,) = answer.json()
    return str(id_)


async def found(client: httpx.AsyncClient, **asked: Any) -> list[str]:
    answer = await client.get(STATEMENTS, params=asked)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["statements"]]


async def test_about_is_for_everybody(client: httpx.AsyncClient) -> None:
    answer = await client.get("/xapi/about", headers={"Authorization": "", "X-Experience-API-Version": ""})
    assert answer.json()["version"][-1] == "1.0.3"
    assert answer.headers["x-experience-api-version"] == "1.0.3"


async def test_a_statement_is_kept_under_its_id(client: httpx.AsyncClient, sender: Viewer) -> None:
    id_ = new_id()
    for _ in range(2):  # the same again changes nothing
        answer = await client.put(STATEMENTS, params={"statementId": id_}, json=STATEMENT)
        assert (answer.status_code, answer.content) == (204, b"")
    kept = (await client.get(STATEMENTS, params={"statementId": id_})).json()
    assert kept == {
        **STATEMENT,
        "id": id_,
        "version": "1.0.0",
        "timestamp": kept["timestamp"],
        "stored": kept["stored"],
        "authority": {
            "objectType": "Agent",
            "account": {"homePage": "urn:scholagraph", "name": sender.application_id},
        },
    }
    other = await client.put(
        STATEMENTS, params={"statementId": id_}, json={**STATEMENT, "verb": {"id": "urn:other"}}
    )
    assert other.status_code == 409
    assert answer.headers["x-experience-api-consistent-through"]


async def test_several_are_kept_or_none(client: httpx.AsyncClient) -> None:
    ids = (await client.post(STATEMENTS, json=[STATEMENT, {**STATEMENT, "id": new_id()}])).json()
    assert sorted(await found(client)) == sorted(ids)
    wrong = await client.post(STATEMENTS, json=[STATEMENT, {**STATEMENT, "verb": {}}])
    assert (wrong.status_code, wrong.json()["message"]) == (400, "statements[1].verb lacks 'id'.")
    assert len(await found(client)) == 2


async def test_statements_are_found_by_what_they_say(client: httpx.AsyncClient) -> None:
    registration = new_id()
    usual = await put(client)
    other = await put(
        client,
        actor={"account": {"homePage": "https://example.org", "name": "bob"}},
        verb={"id": "urn:other"},
        object={"id": "https://example.org/page"},
        context={
            "registration": registration,
            "instructor": AGENT,
            "contextActivities": {"parent": {"id": "https://example.org/quiz"}},
        },
    )
    bob = json.dumps({"account": {"homePage": "https://example.org", "name": "bob"}})
    ada, quiz = json.dumps(AGENT), "https://example.org/quiz"
    for asked, expected in (
        ({}, [other, usual]),
        ({"ascending": "true"}, [usual, other]),
        ({"agent": ada}, [usual]),
        ({"agent": bob}, [other]),
        ({"agent": ada, "related_agents": "true"}, [other, usual]),
        ({"verb": "urn:other"}, [other]),
        ({"activity": quiz}, [usual]),
        ({"activity": quiz, "related_activities": "true"}, [other, usual]),
        ({"registration": registration}, [other]),
        ({"since": "2099-01-01T00:00:00Z"}, []),
        ({"until": "2099-01-01T00:00:00Z"}, [other, usual]),
        ({"until": "1999-01-01T00:00:00+02:00"}, []),
    ):
        assert await found(client, **asked) == expected, asked


async def test_pages_follow_each_other(client: httpx.AsyncClient) -> None:
    sent = (await client.post(STATEMENTS, json=[STATEMENT] * 5)).json()
    sent += (await client.post(STATEMENTS, json=[STATEMENT] * 2)).json()
    for ascending in ("true", "false"):
        page = (await client.get(STATEMENTS, params={"limit": 3, "ascending": ascending})).json()
        walked = [each["id"] for each in page["statements"]]
        while page["more"]:
            page = (await client.get(page["more"])).json()
            walked += [each["id"] for each in page["statements"]]
        assert len(walked) == 7
        assert set(walked) == set(sent)


async def test_a_voided_statement_is_there_no_more(client: httpx.AsyncClient) -> None:
    id_ = await put(client)
    void = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    voiding = await put(client, verb=void, object={"objectType": "StatementRef", "id": id_})
    assert await found(client) == [voiding]
    assert (await client.get(STATEMENTS, params={"statementId": id_})).status_code == 404
    assert (await client.get(STATEMENTS, params={"voidedStatementId": id_})).json()["id"] == id_
    await put(client, verb=void, object={"objectType": "StatementRef", "id": voiding})
    assert voiding in await found(client)


async def test_an_application_reads_its_own_statements_alone(
    client: httpx.AsyncClient, sender: Viewer, database: Database, ask: Ask
) -> None:
    id_ = await put(client)
    async with database.transaction() as session:
        other = await create_application(session, Viewer(role=Role.STAFF), CreateApplication(name="Other"))
    basic = b64encode(f"{other.application_id}:{other.secret}".encode()).decode()
    theirs = {**VERSION, "Authorization": f"Basic {basic}"}
    assert (await client.get(STATEMENTS, headers=theirs)).json()["statements"] == []
    one = await client.get(STATEMENTS, params={"statementId": id_}, headers=theirs)
    assert one.status_code == 404
    same = await client.put(STATEMENTS, params={"statementId": id_}, json=STATEMENT, headers=theirs)
    assert same.status_code == 204
    in_graph = "{ statements { nodes { identifier verb } } }"
    viewer = Viewer(role=Role.APPLICATION, application_id=sender.application_id)
    told = await ask.data(in_graph, viewer)
    assert told["statements"]["nodes"] == [{"identifier": id_, "verb": STATEMENT["verb"]["id"]}]


async def test_tokens_need_their_scope(client: httpx.AsyncClient, sender: Viewer, database: Database) -> None:
    viewer = Viewer(role=Role.APPLICATION, application_id=sender.application_id)
    async with database.transaction() as session:
        token = await create_application_token(session, viewer, CreateApplicationToken(scope="read"))
    bearer = {**VERSION, "Authorization": f"Bearer {token.secret}"}
    assert (await client.get(STATEMENTS, headers=bearer)).status_code == 200
    assert (await client.post(STATEMENTS, json=STATEMENT, headers=bearer)).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Experience-API-Version": "0.95"}, 400),
        ({"X-Experience-API-Version": ""}, 400),
        ({"Authorization": ""}, 401),
        ({"Authorization": "Basic eDp5"}, 401),
        ({"Authorization": "Bearer none"}, 401),
    ],
)
async def test_a_call_says_its_version_and_who_it_is(
    client: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    assert (await client.get(STATEMENTS, headers=headers)).status_code == status


@pytest.mark.parametrize(
    "asked",
    [
        {"statementId": "x"},
        {"statementId": new_id(), "verb": "urn:a"},
        {"nothing": "1"},
        {"limit": "-1"},
        {"limit": "a"},
        {"agent": "ada"},
        {"agent": '{"name":"Ada"}'},
        {"since": "yesterday"},
        {"ascending": "yes"},
        {"format": "brief"},
        {"cursor": "x"},
        {"registration": "x"},
    ],
)
async def test_what_cannot_be_asked_is_refused(client: httpx.AsyncClient, asked: dict[str, str]) -> None:
    assert (await client.get(STATEMENTS, params=asked)).status_code == 400


STATE = "/xapi/activities/state"
OF_ADA = {"activityId": "https://example.org/quiz", "agent": json.dumps(AGENT)}


async def test_a_state_is_kept_merged_and_dropped(client: httpx.AsyncClient) -> None:
    place = {**OF_ADA, "stateId": "bookmark"}
    assert (await client.get(STATE, params=place)).status_code == 404
    answer = await client.put(STATE, params=place, content=b"page 3", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 204
    kept = await client.get(STATE, params=place)
    assert (kept.content, kept.headers["content-type"]) == (b"page 3", "text/plain; charset=utf-8")
    assert kept.headers["etag"].startswith('"')
    assert kept.headers["last-modified"]
    in_registration = {**place, "registration": new_id()}
    assert (await client.get(STATE, params=in_registration)).status_code == 404
    for part in ({"a": 1, "b": 1}, {"b": 2}):
        merged = await client.post(STATE, params={**OF_ADA, "stateId": "data"}, json=part)
        assert merged.status_code == 204
    assert (await client.get(STATE, params={**OF_ADA, "stateId": "data"})).json() == {"a": 1, "b": 2}
    assert (await client.post(STATE, params=place, json={})).status_code == 400
    assert (await client.get(STATE, params=OF_ADA)).json() == ["bookmark", "data"]
    assert (await client.get(STATE, params={**OF_ADA, "since": "2099-01-01T00:00:00Z"})).json() == []
    assert (await client.delete(STATE, params=place)).status_code == 204
    assert (await client.get(STATE, params=OF_ADA)).json() == ["data"]
    assert (await client.delete(STATE, params=OF_ADA)).status_code == 204
    assert (await client.get(STATE, params=OF_ADA)).json() == []


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/xapi/agents/profile", {"agent": json.dumps(AGENT)}),
        ("/xapi/activities/profile", {"activityId": "https://example.org/quiz"}),
    ],
)
async def test_profiles_change_only_for_who_knows_them(
    client: httpx.AsyncClient, path: str, place: dict[str, str]
) -> None:
    asked = {**place, "profileId": "likes"}
    assert (await client.put(path, params=asked, json={"a": 1})).status_code == 204
    assert (await client.put(path, params=asked, json={"a": 2})).status_code == 409
    tag = (await client.get(path, params=asked)).headers["etag"]
    for headers, status in (
        ({"If-None-Match": "*"}, 412),
        ({"If-Match": '"other"'}, 412),
        ({"If-Match": tag}, 204),
        ({"If-Match": tag}, 412),
    ):
        answer = await client.put(path, params=asked, json={"a": 3}, headers=headers)
        assert answer.status_code == status, headers
    assert (await client.get(path, params=asked)).json() == {"a": 3}
    assert (await client.get(path, params=place)).json() == ["likes"]
    assert (await client.delete(path, params=place)).status_code == 400
    assert (await client.delete(path, params=asked)).status_code == 204
    assert (await client.get(path, params=asked)).status_code == 404


async def test_activities_and_agents_are_told(client: httpx.AsyncClient) -> None:
    await put(client)
    told = (await client.get("/xapi/activities", params={"activityId": "https://example.org/quiz"})).json()
    assert told == {
        "objectType": "Activity",
        "id": "https://example.org/quiz",
        "definition": {"name": {"en": "Quiz"}},
    }
    person = (await client.get("/xapi/agents", params={"agent": json.dumps(AGENT)})).json()
    assert person == {"objectType": "Person", "mbox": ["mailto:ada@example.org"]}


async def test_the_alternate_syntax_and_preflights(client: httpx.AsyncClient) -> None:
    id_ = new_id()
    form = {
        "statementId": id_,
        "content": json.dumps(STATEMENT),
        "Content-Type": "application/json",
        "Authorization": client.headers["authorization"],
        **VERSION,
    }
    bare = {"Authorization": "", "X-Experience-API-Version": ""}
    answer = await client.post(STATEMENTS, params={"method": "PUT"}, data=form, headers=bare)
    assert answer.status_code == 204
    assert await found(client) == [id_]
    both = {"method": "PUT", "statementId": id_}
    assert (await client.post(STATEMENTS, params=both, data=form, headers=bare)).status_code == 400
    preflight = await client.options(STATEMENTS)
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "Authorization" in preflight.headers["access-control-allow-headers"]


async def test_ids_alone(client: httpx.AsyncClient) -> None:
    await put(client)
    (brief,) = (await client.get(STATEMENTS, params={"format": "ids"})).json()["statements"]
    assert brief["actor"] == AGENT
    assert brief["object"] == {"id": "https://example.org/quiz"}
    assert brief["verb"] == {"id": STATEMENT["verb"]["id"]}
    assert datetime.fromisoformat(brief["stored"]) <= datetime.now(UTC)


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_many_statements_take_as_many_sql_statements(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    noted: list[str] = []
    transaction = Database.transaction
    monkeypatch.setattr(Database, "transaction", lambda self: transaction(self, noted))
    assert (await client.post(STATEMENTS, json=[STATEMENT] * rows)).status_code == 200
    assert len(noted) == 4
    noted.clear()
    assert len(await found(client)) == rows
    assert len(noted) == 1
