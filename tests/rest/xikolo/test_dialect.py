"""Negotiation, errors, includes, filters and writes on any route."""

from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from starlette.applications import Starlette

from graph.declaring.schema import public_schema
from graph.limits.gate import AdmissionControl
from models.catalogue.course import Course
from models.catalogue.item import ContentType
from models.learning.enrollment import Enrollment
from models.postgres.base import new_id
from models.postgres.database import Database
from rest import paging
from rest.coverage import Row, State
from rest.document import load
from rest.in_process import execute_in_process
from rest.operation import Mistake
from rest.platform import PLATFORMS
from rest.route import routes
from rest.xikolo.dialect import XikoloDialect
from settings.environment import Settings
from tests.rest.book_platform import written
from tests.rest.xikolo.academy import COURSE, LEARNER, VIDEO, at
from tests.rest.xikolo.conftest import MEDIA_TYPE, Xikolo
from tests.rest.xikolo.row_counts import token_of
from tests.world import World

NOWHERE = at(999)
ITEM = {"type": "course-items", "id": VIDEO}


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/json", 200),
        (MEDIA_TYPE, 200),
        (f"{MEDIA_TYPE}; xikolo-version=4", 200),
        (f"{MEDIA_TYPE};xikolo-version=4.99", 200),
        (f"{MEDIA_TYPE}; xikolo-version=5", 406),
        (f"{MEDIA_TYPE}; xikolo-version=3.10", 406),
        (f"{MEDIA_TYPE}; xikolo-version=40", 406),
        (f"{MEDIA_TYPE}; xikolo-version=new", 406),
    ],
)
async def test_only_the_major_version_counts(academy: Xikolo, accept: str, status: int) -> None:
    response = await academy("GET", "/api/v2/courses", headers={"Accept": accept})
    assert response.status_code == status
    assert response.headers["access-control-allow-origin"] == "*"
    if status == 200:
        assert response.headers["content-type"] == "application/vnd.api+json; xikolo-version=4.10"
    else:
        assert response.text == "Unsupported API version requested"
        assert not academy.statements


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        (f"/courses/{COURSE}?include=x", 400, None),
        ("/users/me", 401, "401 Unauthorized"),
        (f"/courses/{NOWHERE}", 404, ""),
        ("/courses/no-such-slug", 404, ""),
        ("/course-sections/no-id", 404, ""),
        ("/nowhere", 404, ""),
        ("/course-sections?filter[course]=none", 404, ""),
        ("/courses?filter[document]=1", 404, ""),
    ],
)
async def test_an_error_is_bare_words_or_json(
    academy: Xikolo, path: str, status: int, message: str | None
) -> None:
    words = await academy("GET", f"/api/v2{path}")
    json = await academy("GET", f"/api/v2{path}", headers={"Accept": "application/json"})
    assert words.status_code == json.status_code == status
    assert words.headers["access-control-allow-origin"] == "*"
    if message is None:
        message = words.text
    assert words.text == message
    if message:
        assert words.headers["content-type"].startswith("text/plain")
        assert json.json() == {"error": message}
    else:
        assert json.content == b""


@pytest.mark.parametrize("path", ["courses", "courses?page[number]=2", "users/me"])
@pytest.mark.parametrize(
    ("accept", "text"),
    [(MEDIA_TYPE, "503 Service Unavailable"), ("application/json", '{"error":"503 Service Unavailable"}')],
)
async def test_a_database_that_does_not_answer(path: str, accept: str, text: str) -> None:
    app = Starlette(routes=routes(public_schema, execute_in_process))
    app.state.database = Database("postgresql:///never-opened")
    app.state.gate = AdmissionControl(Settings())
    headers = {"Accept": accept} | ({"Authorization": "Token token=ab"} if path == "users/me" else {})
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://learn.example.org"
    ) as http:
        response = await http.get(f"/api/v2/{path}", headers=headers)
    assert (response.status_code, response.text) == (503, text)
    assert response.headers["retry-after"] == "2"
    assert response.headers["access-control-allow-origin"] == "*"


async def test_a_dead_token_is_not_anonymous(academy: Xikolo) -> None:
    response = await academy.get("courses", "dead")
    assert (response.status_code, response.text) == (401, "401 Unauthorized")


OPEN = [row for row in PLATFORMS[0].rows if row.state is State.OPEN]


@pytest.mark.parametrize("row", OPEN, ids=lambda row: f"{row.method} {row.path}")
async def test_every_open_route_says_so(academy: Xikolo, row: Row) -> None:
    response = await academy(row.method, row.path.replace(":id", NOWHERE), LEARNER)
    assert response.status_code == 501
    assert response.text == f"{row.method} {row.template} is documented, but not served yet."


async def test_apps_ask_whether_the_api_is_there(academy: Xikolo) -> None:
    for path in ("/api/v2", "/api/v2/"):
        assert (await academy("HEAD", path)).status_code == 200
    response = await academy("DELETE", "/api/v2")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert (await academy("OPTIONS", "/api/v2/courses")).headers["allow"] == "GET, HEAD, OPTIONS"


async def test_a_slash_at_the_end_changes_nothing(academy: Xikolo) -> None:
    with_slash = await academy.get(f"courses/{COURSE}/")
    assert with_slash.json() == (await academy.get(f"courses/{COURSE}")).json()


async def test_links_lead_back_to_where_the_client_came_in(academy: Xikolo) -> None:
    response = await academy("GET", f"/xikolo/api/v2/courses/{COURSE}")
    assert response.json()["data"]["links"]["self"] == f"/xikolo/api/v2/courses/{COURSE}"
    assert (await academy("GET", f"/xikolo/api/v2/courses/{COURSE}")).status_code == 200


async def test_includes(academy: Xikolo) -> None:
    plain = await academy.get(f"courses/{COURSE}?include=")
    assert "included" not in plain.json()
    two = await academy.get(f"courses/{COURSE}?include=sections,channel")
    assert {each["type"] for each in two.json()["included"]} == {"course-sections", "channels"}
    none = await academy.get("users/me?include=courses", LEARNER)
    assert none.text == "Relationship courses does not support sideloading. Valid relationships: [profile]"
    assert (await academy("GET", "/api/v2?include=courses")).status_code == 200


async def test_unknown_filters_are_ignored(academy: Xikolo) -> None:
    assert (await academy.get("courses?filter[colour]=red")).status_code == 200


@pytest.mark.parametrize("language", ["%F0%9F%90%9D", "%C3%9F", "%0A", "de%00"])
async def test_what_is_no_language_is_none(academy: Xikolo, language: str) -> None:
    plain = await academy.get("announcements")
    assert (await academy.get(f"announcements?filter[language]={language}")).json()["data"] == plain.json()[
        "data"
    ]


@pytest.mark.parametrize("topic", [{}, [], 1, "weather"])
async def test_what_is_no_word_is_refused(academy: Xikolo, topic: Any) -> None:
    attributes = {"title": "a", "report": "b", "language": "en", "mail": "a@example.org", "topic": topic}
    body = {"data": {"type": "tickets", "attributes": attributes}}
    response = await academy("POST", "/api/v2/tickets", json=body)
    words = "Invalid value for topic: it is none of technical, reactivation, course."
    assert (response.status_code, response.text) == (400, words)


async def test_pages(academy: Xikolo) -> None:
    def pages(response: Any) -> Any:
        return response.json()["meta"], list(response.json()["links"]), len(response.json()["data"])

    assert pages(await academy.get("courses?page[size]=2")) == (
        {"current_page": 1, "total_pages": 2},
        ["first", "last", "next"],
        2,
    )
    assert pages(await academy.get("courses?page[size]=0&page[number]=2")) == (
        {"current_page": 2, "total_pages": 4},
        ["first", "last", "prev", "next"],
        1,
    )
    assert pages(await academy.get("courses?page[number]=9&page[size]=x")) == (
        {"current_page": 9, "total_pages": 4},
        ["first", "last", "prev"],
        0,
    )


async def test_a_page_is_large_unless_the_client_says_how_large(xikolo: Xikolo, world: World) -> None:
    channel = await world.channel(code=f"large-{new_id()}")
    await world.courses(101, channel_id=channel.id)

    async def page(query: str) -> Any:
        found = (await xikolo.get(f"courses?filter[channel]={channel.code}&{query}")).json()
        return len(found["data"]), found["meta"]["total_pages"]

    assert await page("") == (101, 1)
    assert await page("page[number]=2") == (0, 1)
    assert await page("page[size]=500") == (100, 2)
    assert await page("page[size]=500&page[number]=2") == (1, 2)


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        (None, 400, "Can not parse body data"),
        ([], 400, "Can not parse body data"),
        ({"data": [ITEM]}, 400, "Can not parse body data"),
        ({"data": {**ITEM, "type": "items"}}, 409, "Type mismatch, should be course-items"),
        ({"data": {**ITEM, "id": NOWHERE}}, 409, "Wrong ID"),
        ({"data": {"type": "course-items"}}, 409, "Wrong ID"),
        ({"data": {**ITEM, "relationships": []}}, 400, "Can not parse relationships"),
        ({"data": {**ITEM, "relationships": {"course": 1}}}, 400, "Can not parse relationship object"),
        ({"data": {**ITEM, "relationships": {"course": {}}}}, 400, "Relationship course has no data"),
        ({"data": {**ITEM, "relationships": {"x": {"data": None}}}}, 400, "Unknown relationship x"),
        (
            {"data": {**ITEM, "attributes": {"visited": "yes"}}},
            400,
            "Invalid value for visited: it is no boolean.",
        ),
    ],
)
async def test_writes_that_conflict(academy: Xikolo, body: Any, status: int, message: str) -> None:
    response = await academy("PATCH", f"/api/v2/course-items/{VIDEO}", LEARNER, json=body)
    assert (response.status_code, response.text) == (status, message)
    assert not academy.statements


async def test_what_cannot_be_written_is_ignored(academy: Xikolo) -> None:
    attributes: Any = {"content_type": "song", "position": "first", "accessible": None, "unheard": {}}
    sent = {"data": {**ITEM, "attributes": attributes}}
    response = await academy("PATCH", f"/api/v2/course-items/{VIDEO}", LEARNER, json=sent)
    assert response.json()["data"] == (await academy.get(f"course-items/{VIDEO}", LEARNER)).json()["data"]


HTTP = '@http(method: GET, path: "/api/v2/users/{id}")'


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("id name avatar_url: avatarUrl username", "users has no username."),
        ("id name", "users lacks avatar_url."),
        (
            "id name avatar_url: avatarUrl profile { full_name: fullName }",
            "user-profile lacks display_name, email.",
        ),
    ],
)
def test_documents_that_select_no_resource_stop_the_start(tmp_path: Path, fields: str, message: str) -> None:
    text = f"query user($id: ID!) {HTTP} {{ user(id: $id) {{ {fields} }} }}"
    (operation,) = load(written(tmp_path, {"users": text}), "/api/v2", public_schema)
    with pytest.raises(Mistake) as caught:
        XikoloDialect().verify(operation)
    assert str(caught.value) == f"{tmp_path}/users.graphql:1: {message}"


APP_REQUESTS: list[dict[str, str]] = [
    {"X-User-Platform": "Android"},
    {"X-User-Platform": "iOS"},
    {"User-Platform": "ios"},
    {"Cookie": "in_app=1"},
    {"Accept": "application/vnd.xikolo.v1, application/json"},
]


@pytest.mark.parametrize("headers", APP_REQUESTS, ids=lambda headers: next(iter(headers)))
async def test_apps_do_not_know_of_courses_for_browsers_alone(
    xikolo: Xikolo, world: World, headers: dict[str, str]
) -> None:
    channel = await world.channel(code=f"apps-{new_id()}")
    course, other = await world.courses(2, channel_id=channel.id)
    section = await world.section(course)
    item = await world.item(section)
    async with world.database.transaction() as session:
        await session.execute(update(Course).where(Course.id == course.id).values(is_web_only=True))
    token = await token_of(world, await world.learner(course, other))
    staff = await token_of(world, await world.staff())
    listed = f"courses?filter[channel]={channel.code}"
    members = f"courses/{course.id}", f"course-sections/{section.id}", f"course-items/{item.id}"
    counts = []
    for sent, ids in (({}, {course.id, other.id}), (headers, {other.id})):
        found = await xikolo.get(listed, token, headers=sent)
        assert {each["id"] for each in found.json()["data"]} == ids
        counts.append(len(xikolo.statements))
        enrolled = (await xikolo.get("enrollments", token, headers=sent)).json()["data"]
        assert {each["relationships"]["course"]["data"]["id"] for each in enrolled} == ids
        for path in members:
            for who in (token, staff):
                assert (await xikolo.get(path, who, headers=sent)).status_code == (404 if sent else 200)
    assert counts[0] == counts[1]
    assert (await xikolo.get(members[0], token, headers={"X-User-Platform": "Web"})).status_code == 200


async def test_a_version_that_ends_says_when_and_then_is_refused(academy: Xikolo) -> None:
    for moment, status in ((datetime(2127, 3, 31, tzinfo=UTC), 200), (datetime(2020, 1, 1, tzinfo=UTC), 406)):
        app = academy.application(sunsets={"xikolo": moment})
        named = format_datetime(moment, usegmt=True)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
            for path in ("/api/v2/", "/api/v2/courses"):
                response = await http.head(path, headers={"Accept": MEDIA_TYPE})
                assert response.status_code == status
                assert response.headers["sunset"] == named
                assert response.headers["x-api-version-expiration-date"] == named
            assert (await http.get("/openedx/api/courses/v1/courses/")).headers.get("sunset") is None
    assert "sunset" not in (await academy.get("courses")).headers
    with pytest.raises(ValueError, match="unknown platforms: moodle"):
        academy.application(sunsets={"moodle": moment})


async def test_what_is_there_but_not_open_is_forbidden(xikolo: Xikolo, world: World) -> None:
    course = await world.course()
    section = await world.section(course)
    quiz = await world.quiz(section, questions=1)
    ((_, video),) = await world.items([section], ContentType.VIDEO)
    track = await world.subtitles(video, cues=1)
    learner, stranger = await world.learner(course), await world.learner()
    own, other = await token_of(world, learner), await token_of(world, stranger)
    ((question,),) = await world.database.fetch(
        "SELECT id FROM questions WHERE quiz_id = %(id)s", {"id": quiz.id}
    )
    counts = []
    for path, unknown in (
        (f"quizzes/{quiz.id}", f"quizzes/{NOWHERE}"),
        (f"quiz-questions/{question}", f"quiz-questions/{NOWHERE}"),
        (f"quiz-questions?filter[quiz]={quiz.id}", f"quiz-questions?filter[quiz]={NOWHERE}"),
        (f"videos/{video.id}", f"videos/{NOWHERE}"),
        (f"subtitle-tracks?filter[video]={video.id}", f"subtitle-tracks?filter[video]={NOWHERE}"),
        (f"subtitle-cues?filter[track]={track.id}", f"subtitle-cues?filter[track]={NOWHERE}"),
    ):
        assert (await xikolo.get(path)).status_code == 401
        assert (await xikolo.get(path, other)).status_code == 403
        assert (await xikolo.get(unknown, own)).status_code == 404
        assert (await xikolo.get(path, own)).status_code == 200
        counts.append(len(xikolo.statements))
    assert counts == [3, 4, 5, 3, 4, 4]


async def test_a_list_that_is_not_paged_ends_with_its_last_row(
    xikolo: Xikolo, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = await world.learner()
    courses = await world.courses(501)
    taken = [Enrollment(id=new_id(), course_id=each.id, user_id=learner.id) for each in courses]
    await world.add(*taken)
    token = await token_of(world, learner)
    response = await xikolo.get("enrollments", token)
    assert len({each["id"] for each in response.json()["data"]}) == 501
    assert len(xikolo.statements) == 4, "two pages, and what each of them needs"
    monkeypatch.setattr(paging, "MOST_WHOLE", 500)
    refused = await xikolo.get("enrollments", token)
    assert (refused.status_code, refused.text) == (400, "The list has more than 500 entries.")
