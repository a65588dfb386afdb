"""Budgets at every door: each charges its viewer, and refuses a spent account before it reads a body."""

import hashlib
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from app import create_app
from graph.execution import execute
from graph.limits.budget import Budgets
from graph.limits.gate import AdmissionControl
from models.packages.packaged_activity import LearningStandard
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import FileStore, name_of
from resolvers.access.viewer import Role, hashed
from settings.environment import Settings
from tests.runtime.conftest import PAGE, standing
from tests.world import World

QUERY = {"query": "{ courses(first: 1) { nodes { id } } }"}
JSON_API = "application/vnd.api+json"
XIKOLO = {"accept": JSON_API, "content-type": JSON_API}
XAPI = {"x-experience-api-version": "1.0.3", "content-type": "application/json"}
STATEMENT = {
    "actor": {"mbox": "mailto:ada@example.org"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
    "object": {"id": "https://example.org/quiz"},
}
TICKET = {
    "data": {
        "type": "tickets",
        "attributes": {"topic": "technical", "title": "t", "report": "r", "language": "en"},
    }
}
FORM = {"content-type": "application/x-www-form-urlencoded"}
SPENT = re.compile(r"The budget of [\d,]+ for [\w -]+ is spent; try again in \d+ s\.")
COMMITTED = re.compile(r'\{"result":false,"errorCode":101\}')
HACP = re.compile(r"error=1\r\n")


@dataclass(frozen=True)
class Door:
    """A request to one door. `who` pays for it; `words` are those of a refusal in the door's dialect."""

    method: str
    path: str
    who: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    words: re.Pattern[str] = SPENT


DOORS = {
    "GraphQL": Door("POST", "/graphql", "learner", QUERY),
    "GraphQL, anonymous": Door("POST", "/graphql", "address", QUERY),
    "GraphQL by GET": Door("GET", "/graphql?query=%7B__typename%7D", "address"),
    "batch": Door("POST", "/graphql", "learner", [QUERY]),
    "increments": Door(
        "POST",
        "/graphql",
        "address",
        {"query": "{ courses(first: 1) { ... @defer { totalCount } } }"},
        {"accept": "multipart/mixed; incrementalSpec=v0.2"},
    ),
    "events": Door("POST", "/graphql", "learner", QUERY, {"accept": "text/event-stream"}),
    "reserved stream": Door("PUT", "/graphql", "learner"),
    "subgraph": Door("POST", "/subgraph", "address", {"query": "{ __typename }"}),
    "Xikolo": Door("GET", "/xikolo/api/v2/channels", "address", None, XIKOLO),
    "Xikolo, write": Door("POST", "/xikolo/api/v2/tickets", "learner", TICKET, XIKOLO),
    "SCORM Cloud": Door("GET", "/scormcloud/api/v2/courses", "application"),
    "upload": Door("POST", "/uploads", "application", b"file"),
    "statements": Door("POST", "/xapi/statements", "application", STATEMENT, XAPI),
    "statements, read": Door("GET", "/xapi/statements?limit=1", "application", None, XAPI),
    "statements by form": Door(
        "POST", "/xapi/statements?method=GET", "address", b"X-Experience-API-Version=1.0.3", FORM
    ),
    "state": Door(
        "PUT", "/xapi/activities/state?stateId=s&activityId=a%3Ab&agent={agent}", "launch", b"1", XAPI
    ),
    "player": Door("GET", "{launch}", "learner's launch"),
    "content": Door("GET", "{launch}content/shared/Play me.html", "learner's launch"),
    "standings": Door("GET", "{launch}standings", "learner's launch"),
    "session": Door("POST", "{launch}sessions/{activity}", "learner's launch"),
    "commit": Door("POST", "{launch}activities/{activity}", "learner's launch", {"cmi": {}}, words=COMMITTED),
    "sequencing": Door("POST", "{launch}sequencing", "learner's launch", {"state": "s"}, words=COMMITTED),
    "HACP": Door("POST", "{launch}aicc", "learner's launch", b"command=GetParam", FORM, HACP),
    "unknown link": Door("GET", "/scorm-player/unknown/", "address"),
    "unknown token": Door("POST", "/graphql", "stranger", QUERY),
}


class Scene:
    """The server with a learner, an application and a launch link; `read` counts bodies that were read."""

    def __init__(self, client: httpx.AsyncClient, gate: AdmissionControl, accounts: dict[str, str]) -> None:
        self.client = client
        self.gate = gate
        self.accounts = accounts
        self.headers: dict[str, dict[str, str]] = {}
        self.values: dict[str, str] = {}
        self.read = 0

    async def send(self, door: Door) -> httpx.Response:
        """Send the request of a door."""
        body = door.body if isinstance(door.body, bytes) else orjson.dumps(door.body)
        given = {"content-type": "application/json"} if not isinstance(door.body, bytes) else {}

        async def content() -> AsyncIterator[bytes]:
            self.read += 1
            yield body

        path = door.path.format(**self.values)
        headers = {**given, **door.headers, **self.headers.get(door.who, {})}
        if door.body is None:
            headers.pop("content-type")
            return await self.client.request(door.method, path, headers=headers)
        return await self.client.request(door.method, path, headers=headers, content=content())


def basic(id_: str, secret: str) -> dict[str, str]:
    return {"authorization": f"Basic {b64encode(f'{id_}:{secret}'.encode()).decode()}"}


@pytest.fixture
async def scene(migrated: str, database: Database, world: World, tmp_path: Path) -> AsyncIterator[Scene]:
    stand = await standing(world, LearningStandard.SCORM_1_2)
    place = tmp_path / "assets" / name_of(hashlib.sha256(PAGE).hexdigest())
    place.parent.mkdir(parents=True)
    place.write_bytes(PAGE)
    made = create_app(Settings(home=tmp_path), migrated, FileStore.in_folder(tmp_path / "assets"))
    secret, address = new_id().replace("-", ""), f"test {new_id()}"
    await world.token(stand.learner, secret)
    application = await world.application(secret_hash=hashed("s"))
    async with made.router.lifespan_context(made):
        transport = httpx.ASGITransport(made, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
            learner = f"user {stand.learner.id}"
            accounts = {
                "address": f"address {address}",
                "stranger": f"address {address}",
                "learner": learner,
                "launch": learner,
                "learner's launch": learner,
                "application": f"application {application.id}",
            }
            scene = Scene(client, made.state.gate, accounts)
            launch, _ = await stand.launch()
            link = launch.split("/")[2]
            by_hash = "SELECT id::text FROM launch_links WHERE hash = %(hash)s"
            ((link_id,),) = await database.fetch(by_hash, {"hash": hashed(link)})
            agent = "%7B%22mbox%22%3A%22mailto%3Aada%40example.org%22%7D"
            scene.values = {"launch": launch, "activity": stand.activity.id, "agent": agent}
            scene.headers = {
                "learner": {"authorization": f"Bearer {secret}"},
                "stranger": {"authorization": "Bearer unknown"},
                "application": basic(application.id, "s"),
                "launch": basic(link_id, link),
            }
            yield scene


@pytest.fixture
def charged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Accounts and costs of all charges."""
    noted: list[tuple[str, int]] = []
    charge = Budgets.charge

    def noting(self: Budgets, on: Database, key: str, of: Any, cost: int, **given: bool) -> Any:
        noted.append((key, cost))
        return charge(self, on, key, of, cost, **given)

    monkeypatch.setattr(Budgets, "charge", noting)
    return noted


async def test_every_door_charges_and_refuses(
    scene: Scene,
    database: Database,
    charged: list[tuple[str, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong: dict[str, Any] = {}
    for name, door in DOORS.items():
        charged.clear()
        answer = await scene.send(door)
        is_paid = any(key == scene.accounts[door.who] and cost for key, cost in charged)
        if answer.status_code == 429 or not is_paid:
            wrong[name] = answer.status_code, answer.text[:200], charged[:]
    assert wrong == {}

    assert scene.read >= sum(each.body is not None for each in DOORS.values()) - 1  # not of a stranger
    prepared: list[str] = []
    monkeypatch.setattr(execute, "_prepare", lambda _, text, *__, **___: prepared.append(text))
    for key in {*scene.accounts.values()}:
        budget = scene.gate.figures[Role.MEMBER]
        scene.gate.budgets.charge(database, key, budget, 10**9, enforced=False)
    scene.read = 0
    for name, door in DOORS.items():
        changed = door
        if isinstance(door.body, dict) and "query" in door.body:  # a new document, which is not prepared
            changed = replace(door, body={"query": f"{{ a{new_id()[:8]} }}"})
        answer = await scene.send(changed)
        is_right = answer.status_code == 429 and int(answer.headers.get("retry-after", 0)) > 0
        if not is_right or not door.words.search(answer.text):
            wrong[name] = answer.status_code, answer.text[:200], dict(answer.headers)
    assert wrong == {}
    assert prepared == []
    assert scene.read == 0


async def test_what_is_stored_is_charged_by_number_and_size(
    scene: Scene, charged: list[tuple[str, int]]
) -> None:
    """Some thousand statements, or some megabytes of them, are the whole budget of a learner."""
    several = [{**STATEMENT, "result": {"response": "x" * 10_240}} for _ in range(3)]
    assert (await scene.send(replace(DOORS["statements"], body=several))).is_success
    assert {key for key, _ in charged} == {scene.accounts["application"]}
    assert sum(cost for _, cost in charged) in range(1 + 3 * 10 + 30, 1 + 3 * 10 + 35)
