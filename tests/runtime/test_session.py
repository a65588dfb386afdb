"""Packages of cmi5 and Tin Can: how they start, and what their statements mean for the registration."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from graph.limits.gate import AdmissionControl
from models.packages.packaged_activity import ActivityKind, LearningStandard, MoveOn
from models.postgres.database import Database
from models.storage.objects import FileStore
from resolvers.packages.experience import Standing, after, satisfies, seconds
from runtime.session import session_routes
from runtime.xapi.resources import xapi_routes
from settings.environment import Settings
from tests.conftest import Ask
from tests.runtime.conftest import ORIGIN, Stand, standing
from tests.world import World

VERSION = {"X-Experience-API-Version": "1.0.3"}
UNIT: dict[str, Any] = {
    "kind": ActivityKind.ASSIGNABLE_UNIT,
    "identifier": "https://example.org/unit",
    "move_on": MoveOn.COMPLETED_AND_PASSED,
    "mastery_score": 0.8,
    "launch_data": "a=b",
}
REGISTRATION = """
query($id: ID!) {
  registration(id: $id) {
    completion success score totalTime activities { completion success score isSatisfied }
    statements { nodes { verb activity } }
  }
}
"""


@pytest.fixture
async def client(database: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[*session_routes(), *xapi_routes(FileStore.in_folder(tmp_path))])
    app.state.database = database
    app.state.gate = AdmissionControl(Settings())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as opened:
        yield opened


class Package:
    """A package as it runs: what its address told it, and a way to tell statements."""

    def __init__(self, client: httpx.AsyncClient, address: str) -> None:
        self.client = client
        self.path = urlsplit(address).path
        self.told = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
        self.headers = dict(VERSION)

    async def sign_in(self) -> None:
        token = (await self.client.post(self.told["fetch"])).json()["auth-token"]
        self.headers["Authorization"] = f"Basic {token}"

    async def launch_data(self) -> Any:
        """What the server left for it (cmi5, 10.2)."""
        place = {
            "activityId": self.told["activityId"],
            "agent": self.told["actor"],
            "registration": self.told["registration"],
            "stateId": "LMS.LaunchData",
        }
        answer = await self.client.get("/xapi/activities/state", params=place, headers=self.headers)
        return answer.json()

    async def say(self, verb: str, **values: Any) -> httpx.Response:
        statement = {
            "actor": json.loads(self.told["actor"]),
            "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"},
            "object": {"id": self.told.get("activityId") or self.told["activity_id"]},
            "context": {"registration": self.told["registration"]},
            **values,
        }
        return await self.client.post("/xapi/statements", json=statement, headers=self.headers)


async def begun(client: httpx.AsyncClient, stand: Stand, **given: Any) -> tuple[Package, str]:
    """A session of the stand's activity, and the id of its registration."""
    url, registration_id = await stand.launch(redirect_url="https://example.org/home", **given)
    answer = await client.post(f"{url}sessions/{stand.activity.id}")
    assert answer.status_code == 200
    return Package(client, answer.json()["url"]), registration_id


async def test_a_unit_of_cmi5_moves_on(client: httpx.AsyncClient, world: World, ask: Ask) -> None:
    stand = await standing(world, LearningStandard.CMI5, **UNIT)
    package, registration_id = await begun(client, stand)
    assert package.path.endswith("/content/shared/Play%20me.html")
    assert package.told["a"] == "b"
    assert package.told["registration"] == registration_id
    assert package.told["activityId"] == f"urn:uuid:{stand.activity.id}"
    await package.sign_in()
    again = (await client.post(package.told["fetch"])).json()
    assert again["error-code"] == "1"
    data = await package.launch_data()
    assert data.pop("contextTemplate")["contextActivities"]["grouping"][0]["id"] == UNIT["identifier"]
    assert data == {
        "launchMode": "Normal",
        "launchParameters": "a=b",
        "masteryScore": 0.8,
        "moveOn": "CompletedAndPassed",
        "returnURL": "https://example.org/home",
    }
    for verb, result in (
        ("initialized", {}),
        ("completed", {"completion": True}),
    ):
        assert (await package.say(verb, result=result)).status_code == 200
    told = (await ask.data(REGISTRATION, stand.learner, id=registration_id))["registration"]
    assert (told["completion"], told["success"]) == ("INCOMPLETE", "UNKNOWN")
    assert told["activities"][0] == {
        "completion": "COMPLETED",
        "success": "UNKNOWN",
        "score": None,
        "isSatisfied": False,
    }
    await package.say("passed", result={"success": True, "score": {"scaled": 0.9}})
    await package.say("terminated", result={"duration": "PT1M30S"})
    told = (await ask.data(REGISTRATION, stand.learner, id=registration_id))["registration"]
    assert (told["completion"], told["success"], told["score"]) == ("COMPLETED", "PASSED", 0.9)
    assert told["totalTime"] == 90.0
    assert told["activities"][0]["isSatisfied"] is True
    verbs = [each["verb"].rpartition("/")[2] for each in told["statements"]["nodes"]]
    assert sorted(verbs) == ["completed", "initialized", "launched", "passed", "satisfied", "terminated"]


async def test_a_unit_whose_learner_only_looks_tells_nothing(
    client: httpx.AsyncClient, world: World, ask: Ask
) -> None:
    stand = await standing(world, LearningStandard.CMI5, **UNIT)
    package, registration_id = await begun(client, stand, is_tracked=False)
    await package.sign_in()
    data = await package.launch_data()
    assert data["launchMode"] == "Browse"
    assert (await package.say("passed", result={"success": True})).status_code == 200
    assert (await ask.data(REGISTRATION, stand.learner, id=registration_id))["registration"] is None
    statements = await ask.data("{ statements { nodes { verb } } }", stand.learner)
    assert statements["statements"]["nodes"] == []
    # What it puts down of its learner anywhere is not kept for others, either.
    shelf = {"agent": package.told["actor"], "profileId": "likes"}
    likes = "/xapi/agents/profile"
    sent = await client.put(likes, params=shelf, json={"a": 1}, headers=package.headers)
    assert sent.status_code == 204
    assert (await client.get(likes, params=shelf, headers=package.headers)).json() == {"a": 1}
    tracked, _ = await begun(client, stand)
    await tracked.sign_in()
    assert (await client.get(likes, params=shelf, headers=tracked.headers)).status_code == 404


async def test_a_package_of_tin_can_signs_in_at_once(
    client: httpx.AsyncClient, world: World, ask: Ask
) -> None:
    stand = await standing(world, LearningStandard.TIN_CAN, identifier="https://example.org/golf")
    package, registration_id = await begun(client, stand)
    assert package.told["endpoint"] == f"{ORIGIN}/xapi/"
    assert package.told["activity_id"] == "https://example.org/golf"
    package.headers["Authorization"] = package.told["auth"]
    assert (await package.say("completed")).status_code == 200
    assert (await package.say("answered", object={"id": "https://example.org/golf/1"})).status_code == 200
    told = (await ask.data(REGISTRATION, stand.learner, id=registration_id))["registration"]
    assert told["completion"] == "COMPLETED"
    assert len(told["statements"]["nodes"]) == 2


async def test_a_package_speaks_for_its_own_launch_alone(client: httpx.AsyncClient, world: World) -> None:
    stand = await standing(world, LearningStandard.CMI5, **UNIT)
    package, _ = await begun(client, stand)
    await package.sign_in()
    other, other_id = await begun(client, await standing(world, LearningStandard.CMI5, **UNIT))
    assert (await package.say("passed", actor=json.loads(other.told["actor"]))).status_code == 403
    assert (await package.say("passed", context={"registration": other_id})).status_code == 403
    await other.sign_in()
    await other.say("initialized")
    seen = await client.get("/xapi/statements", headers=package.headers)
    assert [each["verb"]["id"].rpartition("/")[2] for each in seen.json()["statements"]] == ["launched"]
    place = {"activityId": "urn:a", "agent": other.told["actor"], "stateId": "a", "registration": other_id}
    answer = await client.get("/xapi/activities/state", params=place, headers=package.headers)
    assert answer.status_code == 403


async def test_what_speaks_no_xapi_has_no_session(client: httpx.AsyncClient, stand: Stand) -> None:
    url, _ = await stand.launch()
    assert (await client.post(f"{url}sessions/{stand.activity.id}")).status_code == 404
    assert (await client.post("/scorm-player/x/token")).status_code == 404


@pytest.mark.parametrize(
    ("move_on", "verbs", "expected"),
    [
        (MoveOn.PASSED, ["completed"], False),
        (MoveOn.PASSED, ["passed"], True),
        (MoveOn.COMPLETED, ["passed"], False),
        (MoveOn.COMPLETED, ["completed"], True),
        (MoveOn.COMPLETED_AND_PASSED, ["completed"], False),
        (MoveOn.COMPLETED_AND_PASSED, ["passed", "completed"], True),
        (MoveOn.COMPLETED_OR_PASSED, ["failed"], False),
        (MoveOn.COMPLETED_OR_PASSED, ["failed", "completed"], True),
        (MoveOn.COMPLETED_OR_PASSED, ["passed", "failed"], True),
        (MoveOn.NOT_APPLICABLE, [], True),
    ],
)
def test_what_satisfies(move_on: MoveOn, verbs: list[str], expected: bool) -> None:
    standing_ = Standing()
    for verb in verbs:
        standing_ = after(standing_, {"verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"}})
    assert satisfies(standing_, move_on) is expected


@pytest.mark.parametrize(
    ("duration", "expected"),
    [("PT1M30.5S", 90.5), ("P1DT1H", 90000.0), ("", 0.0), ("a", 0.0), ("P1Y", 0.0)],
)
def test_seconds(duration: str, expected: float) -> None:
    assert seconds(duration) == expected
