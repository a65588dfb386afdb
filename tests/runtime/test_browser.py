"""Packages in a real browser: what runs in the player's page is kept, as scorm-again and Chromium have it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from models.packages.packaged_activity import LearningStandard
from tests.conftest import Ask
from tests.runtime.browser import BROWSER_MARKS, Stage, shown, stage

__all__ = ["stage"]

pytestmark = BROWSER_MARKS
SCORM_1_2 = """<!doctype html><script>
const api = parent.API;
api.LMSInitialize("");
document.title = api.LMSGetValue("cmi.core.student_name") + " " + api.LMSGetValue("cmi.suspend_data");
api.LMSSetValue("cmi.suspend_data", api.LMSGetValue("cmi.suspend_data") ? "resumed" : "page 3");
api.LMSSetValue("cmi.core.score.raw", "93");
api.LMSSetValue("cmi.core.lesson_status", "passed");
api.LMSSetValue("cmi.core.exit", "suspend");
api.LMSCommit("");
api.LMSFinish("");
</script>"""
SCORM_2004 = """<!doctype html><script>
const api = parent.API_1484_11;
api.Initialize("");
api.SetValue("cmi.suspend_data", api.GetValue("cmi.suspend_data") ? "resumed" : "page 3");
api.SetValue("cmi.score.scaled", "0.93");
api.SetValue("cmi.completion_status", "completed");
api.SetValue("cmi.success_status", "passed");
api.SetValue("cmi.exit", "suspend");
api.Commit("");
api.Terminate("");
</script>"""
AICC = """<!doctype html><script>
const { aicc_url: url, aicc_sid: session_id } = Object.fromEntries(new URL(location.href).searchParams);
async function say(command, aicc_data = "") {
  const body = new URLSearchParams({ command, version: "4.0", session_id, aicc_data });
  return (await fetch(url, { method: "POST", body })).text();
}
(async () => {
  const mark = (await say("GetParam")).includes("page 3") ? "resumed" : "page 3";
  await say("PutParam", `[core]\r\nlesson_status=passed\r\nscore=93\r\n[core_lesson]\r\n${mark}`);
  await say("ExitAU");
})();
</script>"""
XAPI = """<!doctype html><script>
const told = Object.fromEntries(new URL(location.href).searchParams);
const { endpoint, actor: agent, registration } = told;
const activityId = told.activityId ?? told.activity_id;
const headers = { "X-Experience-API-Version": "1.0.3", "Content-Type": "application/json" };
const state = (stateId) =>
  `${endpoint}activities/state?${new URLSearchParams({ stateId, activityId, agent, registration })}`;
const object = { id: activityId };
let context = { registration };
function say(verb, result) {
  const statement = { actor: JSON.parse(agent), verb: { id: "http://adlnet.gov/expapi/verbs/" + verb } };
  const body = JSON.stringify({ ...statement, object, context, result });
  return fetch(`${endpoint}statements`, { method: "POST", headers, body });
}
async function mark() {
  const page = (await fetch(state("bookmark"), { headers })).ok ? "resumed" : "page 3";
  await fetch(state("bookmark"), { method: "PUT", headers, body: JSON.stringify({ page }) });
}
"""
CMI5 = f"""{XAPI}
(async () => {{
  const answer = await fetch(told.fetch, {{ method: "POST" }});
  headers.Authorization = "Basic " + (await answer.json())["auth-token"];
  const data = await (await fetch(state("LMS.LaunchData"), {{ headers }})).json();
  context = {{ ...data.contextTemplate, registration }};
  await mark();
  await say("initialized");
  await say("completed", {{ completion: true }});
  await say("passed", {{ success: true, score: {{ scaled: 0.93 }} }});
  await say("terminated", {{ duration: "PT1M" }});
}})();
</script>"""
TIN_CAN = f"""{XAPI}
(async () => {{
  headers.Authorization = told.auth;
  await mark();
  await say("passed", {{ success: true, completion: true, score: {{ scaled: 0.93 }} }});
}})();
</script>"""
REGISTRATION = """
query($id: ID!) {
  registration(id: $id) { completion success score activities { runtime } statements { nodes { verb } } }
}
"""


@pytest.mark.parametrize(
    ("standard", "content"),
    [
        (LearningStandard.SCORM_1_2, SCORM_1_2),
        (LearningStandard.SCORM_2004_3RD_EDITION, SCORM_2004),
        (LearningStandard.AICC, AICC),
    ],
)
async def test_a_package_runs_reports_and_resumes(
    stage: Stage, tmp_path: Path, standard: LearningStandard, content: str
) -> None:
    async for suspended, found in launched_twice(stage, tmp_path, standard, content):
        ((runtime,),) = ([each["runtime"]["cmi"] for each in found["activities"]],)
        assert runtime["suspend_data"] == suspended


@pytest.mark.parametrize(
    ("standard", "content", "verbs"),
    [
        (LearningStandard.TIN_CAN, TIN_CAN, ["passed"]),
        (
            LearningStandard.CMI5,
            CMI5,
            ["launched", "initialized", "completed", "passed", "terminated", "satisfied"],
        ),
    ],
)
async def test_a_package_of_xapi_runs_tells_and_finds_its_state(
    stage: Stage, tmp_path: Path, standard: LearningStandard, content: str, verbs: list[str]
) -> None:
    states = "SELECT convert_from(content, 'UTF8') FROM statement_documents WHERE name = 'bookmark' AND {}"
    async for bookmark, found in launched_twice(stage, tmp_path, standard, content):
        told = {each["verb"].rpartition("/")[2] for each in found["statements"]["nodes"]}
        assert told == set(verbs)
        asked = stage.database.fetch(states.format(f"registration = '{found['id']}'"), {})
        ((page,),) = await stage.do(asked)
        assert json.loads(page) == {"page": bookmark}


async def launched_twice(
    stage: Stage, tmp_path: Path, standard: LearningStandard, content: str
) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """A page's mark and its registration, after each of two launches; content marks what it finds."""
    course, learner = await stage.do(stage.course(standard, content))
    for mark in ("page 3", "resumed"):
        url, registration_id = await stage.do(stage.launched(course.id, learner))
        page = await shown(url, tmp_path / "profile")
        assert "<h1>Course</h1>" in page
        asked = Ask(stage.database).data(REGISTRATION, learner, id=registration_id)
        found = (await stage.do(asked))["registration"]
        assert (found["completion"], found["success"], found["score"]) == ("COMPLETED", "PASSED", 0.93)
        yield mark, found | {"id": registration_id}


async def test_who_only_looks_browses_in_a_language_of_theirs(stage: Stage, tmp_path: Path) -> None:
    mode = SCORM_1_2.replace("cmi.core.student_name", "cmi.core.lesson_mode").replace(
        "document.title =", "parent.document.body.dataset.mode ="
    )
    course, learner = await stage.do(stage.course(LearningStandard.SCORM_1_2, mode))
    given = {"is_tracked": False, "language": "de-AT"}
    url, registration_id = await stage.do(stage.launched(course.id, learner, **given))
    page = await shown(url, tmp_path / "profile")
    assert '<html lang="de-AT">' in page
    assert ">Beenden</button>" in page
    assert 'data-mode="browse ' in page
    asked = stage.database.fetch(
        "SELECT 1 FROM activity_states WHERE registration_id = %(id)s", {"id": registration_id}
    )
    assert not await stage.do(asked)
