"""Packages in a real browser: what runs in the player's page is kept, as scorm-again and Chromium have it."""

import asyncio
import hashlib
import json
import shutil
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from graph.http.pages import WEB, read_bundle, web_files
from models.course import Course
from models.database import Database
from models.item import ContentType
from models.migrate import migrate
from models.objects import Objects, name_of
from models.packaged_activity import LearningStandard
from resolvers.launch_link import create_launch_link
from resolvers.viewer import Viewer
from runtime.player import player_routes
from runtime.xapi.resources import xapi_routes
from tests.conftest import Ask
from tests.world import World

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BUNDLE = read_bundle(source="src/player/main.js")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, which is not on this machine"),
    pytest.mark.skipif(BUNDLE is None, reason=f"needs the front end, which is not built in {WEB}"),
]
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--virtual-time-budget=4000",
    "--dump-dom",
)
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


class Stage:
    """A server of the player, and what it serves."""

    def __init__(self, port: int, database: Database, folder: Path, loop: asyncio.AbstractEventLoop) -> None:
        self.port = port
        self.database = database
        self.folder = folder
        self.loop = loop

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    async def course(self, standard: LearningStandard, content: str) -> tuple[Course, Viewer]:
        """A course of one page, and its learner."""
        world, page = World(self.database), content.encode()
        digest = hashlib.sha256(page).hexdigest()
        place = self.folder / name_of(digest)
        place.parent.mkdir(exist_ok=True, parents=True)
        place.write_bytes(page)
        course = await world.course()
        version = await world.version(course, standard=standard)
        section = await world.section(course, version_id=version.id)
        values = {"standard": standard, "launch_path": "a.html", "identifier": f"urn:golf:{course.id}"}
        await world.items([section], ContentType.PACKAGED_ACTIVITY, 1, values)
        await world.asset(course, version_id=version.id, path="a.html", digest=digest, size=len(page))
        return course, await world.learner(course)

    async def launched(self, course: Course, learner: Viewer) -> tuple[str, str]:
        async with self.database.transaction() as session:
            made = await create_launch_link(session, learner, course.id)
        return f"http://localhost:{self.port}{made['url']}", made["registration_id"]


@pytest.fixture(scope="module")
def stage(make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    url, folder = make_database(), tmp_path_factory.mktemp("objects")
    migrate(url)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    ready, started = threading.Event(), list[Stage]()
    stop = list[Callable[[], None]]()

    async def serve() -> None:
        database = Database(url, pool_size=4)
        await database.open()
        player = player_routes(Objects.in_folder(folder), BUNDLE, None)
        app = Starlette(routes=[web_files(), *xapi_routes(), *player])
        app.state.database = database
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
        started.append(Stage(listener.getsockname()[1], database, folder, asyncio.get_running_loop()))
        stop.append(lambda: setattr(server, "should_exit", True))
        ready.set()
        await server.serve(sockets=[listener])
        await database.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(30)
    yield started[0]
    stop[0]()
    thread.join(10)
    listener.close()


async def shown(url: str, profile: Path) -> str:
    """The page's HTML once everything in it has run."""
    assert CHROMIUM is not None
    ran = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *FLAGS,
        f"--user-data-dir={profile}",
        url,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await asyncio.wait_for(ran.communicate(), 60)
    return out.decode()


@pytest.mark.parametrize(
    ("standard", "content"),
    [(LearningStandard.SCORM_1_2, SCORM_1_2), (LearningStandard.SCORM_2004_3RD_EDITION, SCORM_2004)],
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
        ((page,),) = await asyncio.to_thread(stage.run, asked)
        assert json.loads(page) == {"page": bookmark}


async def launched_twice(
    stage: Stage, tmp_path: Path, standard: LearningStandard, content: str
) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """A page's mark and its registration, after each of two launches; content marks what it finds."""
    course, learner = await asyncio.to_thread(stage.run, stage.course(standard, content))
    for mark in ("page 3", "resumed"):
        url, registration_id = await asyncio.to_thread(stage.run, stage.launched(course, learner))
        page = await shown(url, tmp_path / "profile")
        assert "<h1>Course</h1>" in page
        asked = Ask(stage.database).data(REGISTRATION, learner, id=registration_id)
        found = (await asyncio.to_thread(stage.run, asked))["registration"]
        assert (found["completion"], found["success"], found["score"]) == ("COMPLETED", "PASSED", 0.93)
        yield mark, found | {"id": registration_id}
