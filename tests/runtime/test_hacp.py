"""AICC's protocol over HTTP: what units put, what they get when they start again, and what is refused."""

import asyncio
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from ingest.job import import_package
from models.packages.packaged_activity import ActivityKind, LearningStandard
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import FileStore
from runtime.hacp import clock, groups, pairs, seconds
from tests.conftest import Ask
from tests.ingest.conftest import shared_data
from tests.runtime.conftest import ORIGIN, Stand, standing
from tests.world import World

__all__ = ["shared_data"]

UNIT: dict[str, Any] = {
    "kind": ActivityKind.ASSIGNABLE_UNIT,
    "launch_query": "?course=golf",
    "mastery_score": 0.8,
    "time_limit": 5400.0,
    "launch_data": "vendor=1\r\nmode=2",
    "parameters": {"timeLimitAction": "E,N", "maxScore": "50"},
}
REGISTRATION = """
query($id: ID!) {
  registration(id: $id) {
    completion success score totalTime
    activities { completion success points mostPoints }
    statements { nodes { verb } }
  }
}
"""


class Unit:
    """A unit of AICC as it runs, with what its address told it."""

    def __init__(self, client: httpx.AsyncClient, address: str) -> None:
        self.client = client
        self.path = urlsplit(address).path
        self.told = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}

    async def send(self, command: str, data: str = "", **form: str) -> tuple[str, str]:
        """Error and data of an answer."""
        sent = {"command": command, "version": "4.0", "session_id": self.told["aicc_sid"], **form}
        if data:
            sent["aicc_data"] = data
        answer = await self.client.post(self.told["aicc_url"], data=sent)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["access-control-allow-origin"] == "*"
        head, _, data = answer.text.partition("aicc_data=")
        return pairs(head)["error"], data


async def begun(client: httpx.AsyncClient, stand: Stand, **given: Any) -> tuple[Unit, str]:
    url, registration_id = await stand.launch(**given)
    answer = await client.post(f"{url}sessions/{stand.activity.id}")
    return Unit(client, answer.json()["url"]), registration_id


@pytest.fixture
async def unit_stand(world: World) -> Stand:
    return await standing(world, LearningStandard.AICC, **UNIT)


async def test_a_unit_reports_and_finds_it_again(
    client: httpx.AsyncClient, unit_stand: Stand, ask: Ask
) -> None:
    unit, registration_id = await begun(client, unit_stand)
    assert unit.path.endswith("/content/shared/Play%20me.html")
    assert unit.told["course"] == "golf"
    assert unit.told["aicc_url"].startswith(f"{ORIGIN}/scorm-player/")
    error, data = await unit.send("GetParam")
    assert error == "0"
    found = groups(data)
    assert found["core_vendor"] == "vendor=1\r\nmode=2"
    assert pairs(found["core"]) == {
        "student_id": unit_stand.learner.id,
        "student_name": "Ada",
        "lesson_location": "",
        "credit": "credit",
        "lesson_status": "not attempted, ab-initio",
        "exit": "",
        "score": "",
        "time": "00:00:00",
        "lesson_mode": "normal",
    }
    assert pairs(found["student_data"]) == {
        "mastery_score": "40",
        "max_time_allowed": "01:30:00",
        "time_limit_action": "E,N",
    }
    core = "[Core]\r\nLesson_Location = page 3\r\nLesson_Status=I,S\r\nTime=00:01:00"
    suspended = "[Core_Lesson]\r\npage=3\r\n;not a comment=ö\r\n[Objectives_Status]\r\nJ_ID.1=a"
    for _ in range(2):  # the time is that of the session, not another minute
        assert await unit.send("PutParam", f"{core}\r\n{suspended}") == ("0", "")
    assert await unit.send("PutInteractions", "[Interactions]\r\n1,2") == ("0", "")
    assert await unit.send("ExitAU") == ("0", "")
    assert (await unit.send("GetParam"))[0] == "3"
    told = (await ask.data(REGISTRATION, unit_stand.learner, id=registration_id))["registration"]
    assert (told["completion"], told["success"], told["totalTime"]) == ("INCOMPLETE", "UNKNOWN", 60.0)

    again, same_id = await begun(client, unit_stand)
    assert same_id == registration_id
    found = groups((await again.send("getparam"))[1])
    assert found["core_lesson"] == "page=3\r\n;not a comment=ö"
    assert found["objectives_status"] == "J_ID.1=a"
    core_again = pairs(found["core"])
    assert (core_again["lesson_status"], core_again["lesson_location"]) == ("incomplete, resume", "page 3")
    assert core_again["time"] == "00:01:00"
    await again.send("PutParam", "[core]\nlesson_status=completed\nscore=45,50,0\ntime=0000:00:30.50")
    await again.send("ExitAU", "[core]\ntime=0000:01:00.00")
    told = (await ask.data(REGISTRATION, unit_stand.learner, id=registration_id))["registration"]
    assert (told["completion"], told["success"], told["score"]) == ("COMPLETED", "PASSED", 0.9)
    assert (told["totalTime"], told["activities"][0]["points"]) == (120.0, 45.0)
    verbs = sorted(each["verb"].rpartition("/")[2] for each in told["statements"]["nodes"])
    assert verbs == ["completed", "initialized", "passed"]


async def test_a_score_below_the_mastery_score_fails(
    client: httpx.AsyncClient, unit_stand: Stand, ask: Ask
) -> None:
    unit, registration_id = await begun(client, unit_stand)
    await unit.send("PutParam", "[core]\nlesson_status=passed\nscore=20")
    told = (await ask.data(REGISTRATION, unit_stand.learner, id=registration_id))["registration"]
    assert (told["success"], told["score"]) == ("FAILED", 0.4)


async def test_messages_and_sessions_at_once_lose_no_time(
    client: httpx.AsyncClient, unit_stand: Stand, ask: Ask
) -> None:
    units = [await begun(client, unit_stand) for _ in range(2)]
    registration_id = units[0][1]
    puts = [
        unit.send("PutParam", f"[core]\nlesson_status=i\ntime=00:00:{time + 10 * place:02}")
        for time in (10, 0, 5)
        for place, (unit, _) in enumerate(units)
    ]
    notes = [unit.send("PutObjectives", f"[note {place}]\n{place}") for place, (unit, _) in enumerate(units)]
    answers = await asyncio.gather(*puts, *notes)
    assert {error for error, _ in answers} == {"0"}
    told = (await ask.data(REGISTRATION, unit_stand.learner, id=registration_id))["registration"]
    assert told["totalTime"] == 10.0 + 20.0
    found = groups((await units[0][0].send("GetParam"))[1])
    assert pairs(found["core"])["time"] == "00:00:30"
    await units[0][0].send("ExitAU")
    assert (await units[0][0].send("GetParam"))[0] == "3"
    assert (await units[1][0].send("PutParam", "[core]\ntime=00:00:50"))[0] == "0"
    assert (await units[0][0].send("GetParam"))[0] == "3"  # what is over stays so, whoever goes on
    told = (await ask.data(REGISTRATION, unit_stand.learner, id=registration_id))["registration"]
    assert told["totalTime"] == 10.0 + 50.0


async def test_a_unit_with_a_password_tells_it(client: httpx.AsyncClient, world: World) -> None:
    parameters = {"passwordHash": sha256(b"bees").hexdigest()}
    unit, _ = await begun(
        client, await standing(world, LearningStandard.AICC, **UNIT | {"parameters": parameters})
    )
    for given in ({}, {"au_password": "wasps"}):
        answer = await client.post(
            unit.told["aicc_url"],
            data={"command": "GetParam", "session_id": unit.told["aicc_sid"], **given},
        )
        assert answer.text.startswith("error=2\r\nerror_text=Invalid AU-Password\r\n")
    assert (await unit.send("GetParam", AU_Password="bees"))[0] == "0"


async def test_who_only_looks_browses(client: httpx.AsyncClient, unit_stand: Stand, ask: Ask) -> None:
    unit, registration_id = await begun(client, unit_stand, is_tracked=False)
    core = pairs(groups((await unit.send("GetParam"))[1])["core"])
    assert (core["credit"], core["lesson_mode"]) == ("no-credit", "browse")
    assert await unit.send("PutParam", "[core]\nlesson_status=passed") == ("0", "")
    assert (await ask.data(REGISTRATION, unit_stand.learner, id=registration_id))["registration"] is None
    assert await unit_stand.database.fetch(
        "SELECT 1 FROM registrations WHERE id = %(id)s AND completion = 'unknown'", {"id": registration_id}
    )


async def test_what_is_wrong_is_told_by_a_number(
    client: httpx.AsyncClient, unit_stand: Stand, database: Database
) -> None:
    unit, registration_id = await begun(client, unit_stand)
    assert (await unit.send("Fly"))[0] == "1"
    assert (await unit.send("GetParam", session_id="x"))[0] == "3"
    assert (await unit.send("PutParam", "x" * 1024 * 1025))[0] == "1"
    asked = await client.get(
        unit.told["aicc_url"], params={"Command": "GetParam", "Session_ID": unit.told["aicc_sid"]}
    )
    assert asked.text.startswith("error=0\r\nerror_text=Successful\r\n")
    bare = await client.post(unit.told["aicc_url"], content=b"\xff")
    assert bare.text.startswith("error=3\r\nerror_text=Invalid Session ID\r\n")
    url, _ = await unit_stand.launch()
    secret = url.split("/")[2]
    page = await client.post(f"{url}aicc", data={"command": "GetParam", "session_id": secret})
    assert page.text.startswith("error=3")  # the player's own link is no session of a unit
    aged = (
        "UPDATE launch_links SET expires_at = now() - interval '1 day', opened_at = now() - interval '2 days'"
    )
    await database.fetch(f"{aged} WHERE registration_id = '{registration_id}' RETURNING id", {})
    assert (await unit.send("GetParam"))[0] == "3"


async def test_a_unit_may_send_forms_into_frames(client: httpx.AsyncClient, unit_stand: Stand) -> None:
    unit, _ = await begun(client, unit_stand)
    policy = (await client.get(unit.path)).headers["content-security-policy"]
    for directive in ("form-action", "frame-src"):
        (allowed,) = (each for each in policy.split(";") if directive in each)
        assert unit.told["aicc_url"] in allowed


@pytest.mark.parametrize("name", ["aicc/aicc_complex.zip", "aicc/aicc_package.zip"])
async def test_units_of_real_packages_report(
    client: httpx.AsyncClient,
    database: Database,
    ask: Ask,
    world: World,
    shared_data: Path,
    tmp_path: Path,
    name: str,
) -> None:
    stored = await import_package(database, FileStore.in_folder(tmp_path), shared_data / name, new_id())
    staff = await world.staff()
    stand = Stand(database, stored, None, staff)  # type: ignore[arg-type]
    url, registration_id = await stand.launch()
    activities = (
        "SELECT a.id FROM packaged_activities a JOIN items i ON i.id = a.item_id "
        "WHERE a.course_id = %(course)s ORDER BY i.path"
    )
    rows = await database.fetch(activities, {"course": stored.id})
    for (activity_id,) in rows:
        begun_ = await client.post(f"{url}sessions/{activity_id}")
        unit = Unit(client, begun_.json()["url"])
        assert (await client.get(unit.path)).status_code == 200
        assert (await unit.send("GetParam"))[0] == "0"
        await unit.send("PutParam", "[Core]\r\nLesson_Status=C\r\nScore=90\r\nTime=00:10:00\r\n")
        await unit.send("ExitAU")
    told = (await ask.data(REGISTRATION, staff, id=registration_id))["registration"]
    assert (told["completion"], told["score"]) == ("COMPLETED", 0.9)
    assert told["totalTime"] == 600.0 * len(rows)


@pytest.mark.parametrize(
    ("time", "expected"),
    [("00:01:30", 90.0), ("0001:00:00.5", 3600.5), ("", 0.0), ("1:2", 0.0), ("PT1M", 0.0)],
)
def test_times(time: str, expected: float) -> None:
    assert seconds(time) == expected


def test_clock() -> None:
    assert [clock(each) for each in (0.0, 89.6, 360000.0)] == ["00:00:00", "00:01:30", "100:00:00"]
