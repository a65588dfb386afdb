"""The player over HTTP: its page, the files of a package, and what its activities commit."""

from typing import Any

import httpx
import pytest

from models.packages.packaged_activity import LearningStandard
from models.postgres.base import new_id
from models.postgres.database import Database
from resolvers.access.viewer import Role, Viewer
from resolvers.commands.values import Id
from resolvers.packages.launch_link import forget_looks
from resolvers.packages.setting import GivenSetting, SetSettings, set_settings
from tests.conftest import Ask
from tests.runtime.conftest import ORIGIN, PAGE, Stand, standing, told_by
from tests.world import World

COMMIT: dict[str, Any] = {
    "completionStatus": "incomplete",
    "successStatus": "unknown",
    "totalTimeSeconds": 5,
    "runtimeData": {"cmi": {"suspend_data": "page 3"}},
}
PASSED = {**COMMIT, "completionStatus": "completed", "successStatus": "passed", "score": {"raw": 93}}
REGISTRATION = """
query($id: ID!) {
  registration(id: $id) {
    completion success score totalTime completedAt
    statements { nodes { verb registration user { id } item { id } result } }
  }
}
"""


REGISTRATIONS = """
query($id: ID!, $course: ID!) {
  registration(id: $id) { id }
  course(id: $course) { registrations { totalCount nodes { id } } }
}
"""


async def test_the_page_tells_what_runs(client: httpx.AsyncClient, stand: Stand) -> None:
    url, _ = await stand.launch(redirect_url="https://example.org/", css_url="https://css.example.org/a.css")
    page = await client.get(url)
    assert page.status_code == 200
    told = told_by(page)
    assert told["title"] == "Golf </script>"
    assert told["learner"] == {"id": stand.learner.id, "name": "Ada"}
    assert told["redirectUrl"] == "https://example.org/"
    (activity,) = told["activities"]
    assert activity["href"] == f"{url}content/shared/Play%20me.html?a=b"
    assert activity["commitUrl"] == f"{url}activities/{stand.activity.id}"
    assert (activity["completion"], activity["runtime"]) == ("unknown", None)
    assert page.headers["cache-control"] == "no-store"
    policy = page.headers["content-security-policy"]
    assert f"frame-src {ORIGIN}/scorm-player/;" in policy
    assert f"style-src {ORIGIN}/web/ https://css.example.org;" in policy
    assert '<link rel="stylesheet" href="https://css.example.org/a.css">' in page.text


async def set_for(stand: Stand, **values: str) -> None:
    """Set values for the course."""
    async with stand.database.transaction() as session:
        staff = Viewer(id=stand.learner.id, role=Role.STAFF)
        settings = [GivenSetting(name=name, value=value) for name, value in values.items()]
        given = SetSettings(settings=settings, course_id=Id(stand.course.id))
        await set_settings(session, staff, given)


async def test_the_player_heeds_the_settings(client: httpx.AsyncClient, stand: Stand) -> None:
    url, _ = await stand.launch()
    usual = told_by(await client.get(url))
    assert usual["settings"] == {
        "showsTitle": True,
        "showsControls": True,
        "showsExit": True,
        "showsOutline": True,
        "beginsAnew": False,
        "width": 0,
        "height": 0,
        "commitSeconds": 10,
    }
    await set_for(
        stand,
        PlayerCssUrl="https://css.example.org/b.css",
        PlayerShowTitleBar="false",
        PlayerShowNavBar="false",
        PlayerShowFinishButton="false",
        PlayerShowCourseStructure="false",
        PlayerAlwaysFlowToFirstSco="true",
        PlayerDesiredWidth="800",
        PlayerDesiredHeight="600",
        PlayerCommCommitFrequency="60000",
    )
    page = await client.get(url)
    told = told_by(page)
    assert told["settings"] == {
        "showsTitle": False,
        "showsControls": False,
        "showsExit": False,
        "showsOutline": False,
        "beginsAnew": True,
        "width": 800,
        "height": 600,
        "commitSeconds": 60,
    }
    assert '<link rel="stylesheet" href="https://css.example.org/b.css">' in page.text
    assert "https://css.example.org;" in page.headers["content-security-policy"]
    named, _ = await stand.launch(css_url="https://css.example.org/a.css")
    assert "a.css" in (own := (await client.get(named)).text)
    assert "b.css" not in own


async def test_outcomes_are_rolled_up_as_the_settings_say(
    client: httpx.AsyncClient, stand: Stand, ask: Ask
) -> None:
    await set_for(
        stand,
        PlayerStatusRollupModeValue="COMPLETE_WHEN_THRESHOLD_SCORE_IS_MET",
        PlayerStatusRollupModeThresholdScore="0.9",
        PlayerApplyRollupStatusToSuccess="true",
    )
    url, registration_id = await stand.launch()
    for raw, completion, success in ((89, "INCOMPLETE", "UNKNOWN"), (90, "COMPLETED", "PASSED")):
        told = {**COMMIT, "completionStatus": "completed", "score": {"raw": raw}}
        await client.post(f"{url}activities/{stand.activity.id}", json=told)
        found = (await ask.data(REGISTRATION, stand.learner, id=registration_id))["registration"]
        assert (found["completion"], found["success"]) == (completion, success)


async def test_packages_run_on_an_origin_of_their_own(client: httpx.AsyncClient, stand: Stand) -> None:
    url, _ = await stand.launch()
    there = await client.get(f"http://127.0.0.1:8000{url}")
    assert (there.status_code, there.headers["location"]) == (307, f"{ORIGIN}{url}")
    elsewhere = await client.get(f"https://learn.example.org{url}")
    assert elsewhere.status_code == 503
    assert "SCHOLAGRAPH_PLAYER_ORIGIN" in elsewhere.text


async def test_a_file_may_load_nothing_but_its_package(client: httpx.AsyncClient, stand: Stand) -> None:
    url, _ = await stand.launch()
    for path in ("shared/Play%20me.html", "Shared/play me.HTML"):
        file = await client.get(f"{url}content/{path}")
        assert (file.status_code, file.content) == (200, PAGE)
        assert file.headers["content-type"] == "text/html; charset=utf-8"
        policy = file.headers["content-security-policy"]
        assert policy.startswith("sandbox allow-scripts")
        assert f"default-src {ORIGIN}{url}content/ data: blob:;" in policy
        assert f"connect-src {ORIGIN}{url} {ORIGIN}/xapi/" in policy
        assert file.headers["x-content-type-options"] == "nosniff"
    tag = {"If-None-Match": file.headers["etag"]}
    assert (await client.get(f"{url}content/shared/Play me.html", headers=tag)).status_code == 304
    assert (await client.get(f"{url}content/missing.html")).status_code == 404
    assert (await client.get(f"{url}content/..%2f..%2fetc/passwd")).status_code == 404


async def test_commits_become_a_registration_that_a_second_launch_resumes(
    client: httpx.AsyncClient, stand: Stand, ask: Ask
) -> None:
    url, registration_id = await stand.launch()
    await client.get(url)
    for commit in (COMMIT, COMMIT):
        answer = await client.post(f"{url}activities/{stand.activity.id}", json=commit)
        assert (answer.status_code, answer.json()) == (200, {"result": True, "errorCode": 0})
    again, same_id = await stand.launch()
    assert same_id == registration_id
    (activity,) = told_by(await client.get(again))["activities"]
    assert activity["runtime"] == COMMIT["runtimeData"]
    assert (activity["completion"], activity["totalTime"]) == ("incomplete", 5.0)
    await client.post(f"{again}activities/{stand.activity.id}", json=PASSED)
    found = (await ask.data(REGISTRATION, stand.learner, id=registration_id))["registration"]
    statements = found.pop("statements")["nodes"]
    assert found.pop("completedAt") is not None
    assert found == {"completion": "COMPLETED", "success": "PASSED", "score": 0.93, "totalTime": 5.0}
    result = {"score": {"scaled": 0.93, "raw": 93.0}}
    verbs = {each["verb"].rpartition("/")[2]: each for each in statements}
    assert verbs.keys() == {"initialized", "completed", "passed"}
    assert verbs["initialized"]["result"] is None
    assert verbs["completed"]["result"] == {**result, "completion": True}
    assert verbs["passed"]["result"] == {**result, "success": True}
    for each in statements:
        assert each["registration"] == registration_id
        assert each["user"] == {"id": stand.learner.id}
        assert each["item"] == {"id": stand.activity.item_id}


async def test_what_went_back_is_not_complete_any_more(
    client: httpx.AsyncClient, stand: Stand, ask: Ask
) -> None:
    url, registration_id = await stand.launch()
    for commit in (PASSED, COMMIT):
        await client.post(f"{url}activities/{stand.activity.id}", json=commit)
    found = (await ask.data(REGISTRATION, stand.learner, id=registration_id))["registration"]
    assert (found["completion"], found["completedAt"]) == ("INCOMPLETE", None)


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 400), (b"{", 400), (b"[]", 400), (b"{}", 400), (b" " * 1024 * 1025, 413)]
)
async def test_what_is_no_commit_is_not_kept(
    client: httpx.AsyncClient, stand: Stand, body: bytes, status: int
) -> None:
    url, _ = await stand.launch()
    answer = await client.post(f"{url}activities/{stand.activity.id}", content=body)
    assert (answer.status_code, answer.json()) == (status, {"result": False, "errorCode": 101})


SEQUENCING = {"state": "{}", "whole": {"completion": "completed", "success": "passed", "score": 0.8}}
LOST = {"state": "[]", "whole": {"completion": "unknown", "success": "failed", "score": 0.1}}


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [({"o": {"controlMode": []}}, ("COMPLETED", "PASSED", 0.8)), ({}, ("INCOMPLETE", "UNKNOWN", None))],
)
async def test_what_sequencing_tracked_is_kept_and_counts_by_the_rules_of_the_package(
    client: httpx.AsyncClient, world: World, ask: Ask, rules: dict[str, Any], outcome: tuple[Any, ...]
) -> None:
    stand = await standing(world, LearningStandard.SCORM_2004_4TH_EDITION, sequencing=rules)
    url, registration_id = await stand.launch()
    assert told_by(await client.get(url))["sequencing"] is None
    await client.post(f"{url}activities/{stand.activity.id}", json=COMMIT)
    for sent in (SEQUENCING, LOST):
        answer = await client.post(f"{url}sequencing", json=sent)
        assert (answer.status_code, answer.json()) == (200, {"result": True, "errorCode": 0})
    told = told_by(await client.get(url))
    assert (told["rules"], told["sequencing"], told["sequencingUrl"]) == (rules, "[]", f"{url}sequencing")
    found = (await ask.data(REGISTRATION, stand.learner, id=registration_id))["registration"]
    assert (found["completion"], found["success"], found["score"]) == outcome
    await client.post(f"{url}activities/{stand.activity.id}", json=COMMIT)
    found = (await ask.data(REGISTRATION, stand.learner, id=registration_id))["registration"]
    assert (found["completion"], found["success"], found["totalTime"]) == (*outcome[:2], 5.0)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"state": 1, "whole": {}}', b'{"state": ""}'])
async def test_what_is_no_state_is_not_kept(client: httpx.AsyncClient, stand: Stand, body: bytes) -> None:
    url, _ = await stand.launch()
    assert (await client.post(f"{url}sequencing", content=body)).status_code == 400
    assert (await client.post(f"{url}sequencing", content=b" " * 1024 * 1025)).status_code == 413
    assert (await client.post("/scorm-player/x/sequencing", json=SEQUENCING)).status_code == 404


async def test_an_activity_of_another_course_is_not_found(
    client: httpx.AsyncClient, stand: Stand, world: World
) -> None:
    url, _ = await stand.launch()
    for activity_id in (new_id(), stand.course.id):
        answer = await client.post(f"{url}activities/{activity_id}", json=COMMIT)
        assert answer.status_code == 404


async def test_a_link_expires_and_what_it_opened_runs_on_for_a_while(
    client: httpx.AsyncClient, stand: Stand, database: Database
) -> None:
    url, registration_id = await stand.launch()
    file = f"{url}content/shared/Play me.html"
    aged = "UPDATE launch_links SET {} = now() - interval '{}' WHERE registration_id = '{}' RETURNING id"

    async def age(column: str, interval: str) -> None:
        await database.fetch(aged.format(column, interval, registration_id), {})

    assert (await client.get(url)).status_code == 200
    await age("expires_at", "1 minute")
    assert (await client.get(url)).status_code == 410
    assert (await client.get(file)).status_code == 200
    await age("opened_at", "25 hours")
    for address in (url, file):
        assert (await client.get(address)).status_code == 404
    unopened, _ = await stand.launch()
    await age("expires_at", "1 minute")
    assert (await client.get(unopened)).status_code == 404


async def test_an_unknown_link_is_not_found(client: httpx.AsyncClient, stand: Stand) -> None:
    for address in ("/scorm-player/x/", "/scorm-player/x/content/a.html"):
        assert (await client.get(address)).status_code == 404
    answer = await client.post(f"/scorm-player/x/activities/{stand.activity.id}", json=COMMIT)
    assert answer.status_code == 404


async def test_what_is_not_tracked_is_not_kept(client: httpx.AsyncClient, stand: Stand, ask: Ask) -> None:
    url, registration_id = await stand.launch(is_tracked=False, is_closed_at_end=True, language="de")
    told = told_by(await client.get(url))
    assert (told["isTracked"], told["isClosedAtEnd"], told["language"]) == (False, True, "de")
    for path, sent in ((f"activities/{stand.activity.id}", PASSED), ("sequencing", SEQUENCING)):
        assert (await client.post(f"{url}{path}", json=sent)).json() == {"result": True, "errorCode": 0}
    assert await counts(stand, registration_id) == (1, 0, 0, 0)
    again, other_id = await stand.launch()
    assert other_id != registration_id
    assert told_by(await client.get(again))["sequencing"] is None
    for viewer in (stand.learner, await World(stand.database).staff()):
        data = await ask.data(REGISTRATIONS, viewer, id=registration_id, course=stand.course.id)
        assert data["registration"] is None
        assert [each["id"] for each in data["course"]["registrations"]["nodes"]] == [other_id]
        assert data["course"]["registrations"]["totalCount"] == 1


COUNTS = """
SELECT (SELECT count(*) FROM registrations WHERE id = %(id)s),
  (SELECT count(*) FROM activity_states WHERE registration_id = %(id)s),
  (SELECT count(*) FROM statements WHERE registration = %(id)s),
  (SELECT count(*) FROM statement_documents WHERE registration = %(id)s)
"""
DOCUMENTS = """
INSERT INTO statement_documents (id, kind, registration, name, media_type, content, activity, actor_key)
SELECT gen_random_uuid(), 'state', id, 'a', 'text/plain', 'a', 'a', 'a' FROM registrations
WHERE course_id = %(course)s RETURNING id
"""
UNUSED = """
UPDATE registrations SET updated_at = now() - interval '1 hour' WHERE course_id = %(course)s RETURNING id
"""
ENDED = """
UPDATE launch_links SET expires_at = now() - interval '1 hour'
WHERE id IN (
  SELECT launch_links.id FROM launch_links JOIN registrations ON registrations.id = registration_id
  WHERE course_id = %(course)s AND expires_at > now() ORDER BY launch_links.id LIMIT %(most)s
) RETURNING id
"""


async def counts(stand: Stand, registration_id: str) -> tuple[int, ...]:
    """A registration, and its states of activities, statements and documents of xAPI."""
    (row,) = await stand.database.fetch(COUNTS, {"id": registration_id})
    return tuple(row)


async def test_what_ran_untracked_goes_with_its_links(stand: Stand) -> None:
    kept = [await stand.launch(is_tracked=is_tracked) for is_tracked in (False, True, False)]
    looked, tracked, same = (registration_id for _, registration_id in kept)
    assert looked == same != tracked
    course = {"course": stand.course.id}
    await stand.database.fetch(DOCUMENTS, course)
    await stand.database.fetch(UNUSED, course)
    await stand.database.fetch(ENDED, {**course, "most": 2})
    await forget_looks(stand.database)
    assert await counts(stand, looked) == (1, 0, 0, 1)  # one of its links opens still
    await stand.database.fetch(ENDED, {**course, "most": 1})
    await forget_looks(stand.database)
    assert await counts(stand, looked) == (0, 0, 0, 0)
    assert await counts(stand, tracked) == (1, 0, 0, 1)
    _, anew = await stand.launch(is_tracked=False)
    await stand.database.fetch(ENDED, {**course, "most": 1})
    await forget_looks(stand.database)
    assert await counts(stand, anew) == (1, 0, 0, 0)  # somebody has just asked for it
