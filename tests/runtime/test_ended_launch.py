"""A launch ends with what it was made for: the enrollment, the openness of the course, the right to teach."""

from base64 import b64encode

import httpx
import pytest
from starlette.applications import Starlette

from graph.limits.gate import AdmissionControl
from models.packages.packaged_activity import LearningStandard
from models.postgres.database import Database
from models.storage.objects import FileStore
from runtime.xapi.resources import xapi_routes
from settings.environment import Settings
from tests.runtime.conftest import Stand, standing
from tests.runtime.test_player import COMMIT, SEQUENCING
from tests.runtime.test_xapi import STATEMENTS, VERSION
from tests.world import World

LIFE = 366 * 24 * 3600
ENDS = {
    "unenrolled": "UPDATE enrollments SET is_active = false WHERE user_id = %(user)s RETURNING id",
    "enrollment deleted": "DELETE FROM enrollments WHERE user_id = %(user)s RETURNING id",
    "closed": "UPDATE courses SET status = 'preparation' WHERE id = %(course)s RETURNING id",
    "announced": "UPDATE courses SET status = 'announced' WHERE id = %(course)s RETURNING id",
    "put off": "UPDATE courses SET starts_at = now() + interval '1 day' WHERE id = %(course)s RETURNING id",
    "hidden and unenrolled": """
        WITH hidden AS (UPDATE courses SET is_hidden = true WHERE id = %(course)s)
        UPDATE enrollments SET is_active = false WHERE user_id = %(user)s RETURNING id
    """,
    "user deleted": "DELETE FROM users WHERE id = %(user)s RETURNING id",
    "course deleted": "DELETE FROM courses WHERE id = %(course)s RETURNING id",
}
TEAM_ENDS = {
    "not staff": "UPDATE users SET is_staff = false WHERE id = %(user)s RETURNING id",
    "not a teacher": "DELETE FROM course_teachers WHERE user_id = %(user)s RETURNING user_id",
}
STATES = "SELECT count(*) FROM activity_states s JOIN registrations r ON r.id = s.registration_id"


async def end(stand: Stand, sql: str) -> None:
    given = {"user": stand.learner.id, "course": stand.course.id}
    assert await stand.database.fetch(sql, given)


async def statuses(client: httpx.AsyncClient, stand: Stand, url: str) -> list[int]:
    """Statuses of the page, a file, and two commits."""
    return [
        (await client.get(url)).status_code,
        (await client.get(f"{url}content/shared/Play me.html")).status_code,
        (await client.post(f"{url}activities/{stand.activity.id}", json=COMMIT)).status_code,
        (await client.post(f"{url}sequencing", json=SEQUENCING)).status_code,
    ]


@pytest.mark.parametrize("is_tracked", [True, False])
@pytest.mark.parametrize("how", ENDS)
async def test_a_link_neither_opens_nor_records(
    client: httpx.AsyncClient, stand: Stand, how: str, is_tracked: bool
) -> None:
    url, _ = await stand.launch(expires_in=LIFE, is_tracked=is_tracked)
    assert await statuses(client, stand, url) == [200] * 4
    states = await stand.database.fetch(f"{STATES} WHERE r.course_id = %(id)s", {"id": stand.course.id})
    await end(stand, ENDS[how])
    assert await statuses(client, stand, url) == [404] * 4
    if "deleted" not in how:
        after = await stand.database.fetch(f"{STATES} WHERE r.course_id = %(id)s", {"id": stand.course.id})
        assert after == states


async def test_a_link_opens_again_with_the_enrollment(client: httpx.AsyncClient, stand: Stand) -> None:
    url, _ = await stand.launch(expires_in=LIFE)
    await end(stand, ENDS["unenrolled"])
    assert (await client.get(url)).status_code == 404
    await end(stand, "UPDATE enrollments SET is_active = true WHERE user_id = %(user)s RETURNING id")
    assert await statuses(client, stand, url) == [200] * 4


@pytest.mark.parametrize("how", TEAM_ENDS)
async def test_a_preview_of_the_team_needs_no_enrollment_but_the_team(
    client: httpx.AsyncClient, stand: Stand, world: World, how: str
) -> None:
    team = await (world.staff() if how == "not staff" else world.teacher(stand.course))
    preview = Stand(stand.database, stand.course, stand.activity, team)
    await end(stand, ENDS["closed"])
    for is_tracked in (True, False):
        url, _ = await preview.launch(expires_in=LIFE, is_tracked=is_tracked)
        assert await statuses(client, stand, url) == [200] * 4
    await end(preview, TEAM_ENDS[how])
    assert await statuses(client, stand, url) == [404] * 4


async def test_an_open_session_ends_too(client: httpx.AsyncClient, world: World, database: Database) -> None:
    for standard in (LearningStandard.TIN_CAN, LearningStandard.AICC):
        stand = await standing(world, standard)
        url, _ = await stand.launch(expires_in=LIFE)
        begun = await client.post(f"{url}sessions/{stand.activity.id}")
        told = httpx.URL(begun.json()["url"]).params
        if standard is LearningStandard.AICC:
            form = {"session_id": told["aicc_sid"], "command": "GetParam"}
            assert "error=0" in (await client.post(told["aicc_url"], data=form)).text
            await end(stand, ENDS["unenrolled"])
            assert "error=3" in (await client.post(told["aicc_url"], data=form)).text
            continue
        app = Starlette(routes=xapi_routes(FileStore("memory:///")))
        app.state.database = database
        app.state.gate = AdmissionControl(Settings(limits="measure"))
        headers = {**VERSION, "Authorization": told["auth"]}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as store:
            assert (await store.get(STATEMENTS, headers=headers)).status_code == 200
            await end(stand, ENDS["unenrolled"])
            assert (await store.get(STATEMENTS, headers=headers)).status_code == 401
            basic = b64encode(b"x:y").decode()
            assert (
                await store.get(STATEMENTS, headers={**headers, "Authorization": f"Basic {basic}"})
            ).status_code == 401
