"""Origins: the player's routes exist on its own origin only, and the other pages on all others."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from graph.limits.gate import AdmissionControl
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import FileStore, name_of
from runtime.origin import PlayerOrigin
from runtime.player import player_routes
from serving.pages import Bundle
from settings.environment import Settings
from tests.runtime.conftest import PAGE, Stand
from tests.runtime.test_player import COMMIT, SEQUENCING

PLAY = "https://play.example.org"
ORIGINS = [  # configured, origin of the request, where it leads
    (PLAY, PLAY, "here"),
    (PLAY, "http://play.example.org", "here"),  # a proxy ended TLS
    (PLAY, "https://PLAY.example.org:443", "here"),
    (PLAY, "https://learn.example.org", PLAY),
    (PLAY, "https://play.example.org.evil.example", PLAY),
    (PLAY, "https://play.example.org:8443", PLAY),
    (PLAY, "http://localhost:8000", PLAY),
    (PLAY, "http://127.0.0.1:8000", PLAY),
    (None, "http://localhost:8000", "here"),
    (None, "http://localhost", "here"),
    (None, "http://127.0.0.1:8000", "http://localhost:8000"),
    (None, "http://127.0.0.2:8000", "http://localhost:8000"),
    (None, "http://[::1]:8000", "http://localhost:8000"),
    (None, "http://0.0.0.0:8000", None),
    (None, "http://localhost.example.org", None),
    (None, "http://a.localhost:8000", None),
    (None, "http://127.0.0.1.example.org", None),
    (None, "http://10.0.0.5:8000", None),
    (None, "https://learn.example.org", None),
]
Connect = Callable[[str | None, str], httpx.AsyncClient]


async def page(_: Request) -> Response:
    return HTMLResponse("<p>page</p>")


@pytest.fixture
async def connect(database: Database, tmp_path: Path) -> Connect:
    """Makes a client of the player with this configured origin, which asks at this one."""
    place = tmp_path / name_of(hashlib.sha256(PAGE).hexdigest())
    place.parent.mkdir()
    place.write_bytes(PAGE)

    def make(configured: str | None, origin: str) -> httpx.AsyncClient:
        bundle = Bundle("/web/assets/player.js", (), ())
        other = PlayerOrigin(configured).page(Route("/page", page))
        routes = player_routes(FileStore.in_folder(tmp_path), bundle, configured)
        app = Starlette(routes=[*routes, other])
        app.state.database = database
        app.state.gate = AdmissionControl(Settings(limits="measure"))
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=origin)

    return make


def calls(url: str, activity_id: str) -> list[tuple[str, str, object, int]]:
    """One request of each route of the player, with the status on the origin of the player."""
    return [
        ("GET", url, None, 200),
        ("HEAD", url, None, 200),
        ("GET", f"{url}content/shared/Play me.html", None, 200),
        ("GET", f"{url}standings", None, 200),
        ("GET", f"{url}aicc", None, 200),
        ("POST", f"{url}aicc", None, 200),
        ("POST", f"{url}activities/{activity_id}", COMMIT, 200),
        ("POST", f"{url}sequencing", SEQUENCING, 200),
        ("POST", f"{url}sessions/{activity_id}", None, 404),  # SCORM has none
        ("POST", f"{url}token", None, 200),
    ]


def test_each_route_of_the_player_is_called(tmp_path: Path) -> None:
    routes = player_routes(FileStore.in_folder(tmp_path), None, None)
    called = [(method, path) for method, path, _, _ in calls("/scorm-player/s/", new_id())]
    for route in routes:
        for method in (route.methods or set()) - {"HEAD"}:
            assert any(method == each and route.path_regex.match(path) for each, path in called), route


@pytest.mark.parametrize(("configured", "origin", "where"), ORIGINS)
async def test_the_player_is_on_its_own_origin_only(
    connect: Connect, stand: Stand, configured: str | None, origin: str, where: str | None
) -> None:
    url, registration_id = await stand.launch()
    async with connect(configured, origin) as client:
        for method, path, body, status in calls(url, stand.activity.id):
            answer = await client.request(method, path, json=body)
            if where == "here":
                assert answer.status_code == status, path
                continue
            assert PAGE not in answer.content
            if where is None:
                assert answer.status_code == 503
                assert method == "HEAD" or "SCHOLAGRAPH_PLAYER_ORIGIN" in answer.text
            elif method == "POST":
                assert answer.status_code == 404
            else:
                target = httpx.URL(path).raw_path.decode()
                assert (answer.status_code, answer.headers["location"]) == (307, f"{where}{target}")
    states = "SELECT count(*) FROM activity_states WHERE registration_id = %(id)s"
    ((kept,),) = await stand.database.fetch(states, {"id": registration_id})
    assert kept == (1 if where == "here" else 0)


@pytest.mark.parametrize(("configured", "origin", "where"), ORIGINS)
async def test_other_pages_are_on_other_origins(
    connect: Connect, configured: str | None, origin: str, where: str | None
) -> None:
    async with connect(configured, origin) as client:
        answer = await client.get("/page?a=b%20c")
    if where != "here":
        assert (answer.status_code, answer.text) == (200, "<p>page</p>")
    elif configured is not None:
        assert answer.status_code == 404
    else:
        main = origin.replace("localhost", "127.0.0.1")
        assert (answer.status_code, answer.headers["location"]) == (307, f"{main}/page?a=b%20c")


async def test_a_policy_names_the_configured_origin_behind_a_proxy(connect: Connect, stand: Stand) -> None:
    url, _ = await stand.launch()
    async with connect(PLAY, "http://play.example.org") as client:
        file = await client.get(f"{url}content/shared/Play me.html")
        shown = await client.get(url)
    assert f"default-src {PLAY}{url}content/ " in file.headers["content-security-policy"]
    assert f"frame-src {PLAY}/scorm-player/;" in shown.headers["content-security-policy"]


@pytest.mark.parametrize(
    "css",
    [
        "https://a.example;img-src *; connect-src */x.css",
        "https://a.example script-src-elem */x.css",
        "https://a.example,b.example/x.css",
        "https://user;img-src *@/x.css",
        "https://*/x.css",
        "https://a.example:1;x/x.css",
        "https://'unsafe-inline'/x.css",
        "https:///x.css",
        "javascript:alert(1)",
    ],
)
async def test_a_style_sheet_writes_no_policy(connect: Connect, stand: Stand, css: str) -> None:
    """Links of earlier versions hold what was not checked then."""
    url, registration_id = await stand.launch()
    kept = "UPDATE launch_links SET css_url = %(css)s WHERE registration_id = %(id)s RETURNING id"
    async with connect(None, "http://localhost:8000") as client:
        plain = (await client.get(url)).headers["content-security-policy"]
        await stand.database.fetch(kept, {"css": css, "id": registration_id})
        answer = await client.get(url)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == plain
    assert "x.css" not in answer.text


@pytest.mark.parametrize(
    ("css", "source"),
    [
        ("https://a.example/x.css?;img-src *", "https://a.example"),
        ("https://user:word@a.example:8443/;x.css", "https://a.example:8443"),
        ("https://bücher.example/ü.css", "https://xn--bcher-kva.example"),
        ("https://ルール.example/x.css", f"https://{'ルール.example'.encode('idna').decode()}"),
    ],
)
async def test_a_policy_has_the_origin_of_a_style_sheet_alone(
    connect: Connect, stand: Stand, css: str, source: str
) -> None:
    url, _ = await stand.launch(css_url=css)
    async with connect(None, "http://localhost:8000") as client:
        answer = await client.get(url)
    directives = answer.headers["content-security-policy"].split("; ")
    assert f"style-src http://localhost:8000/web/ {source}" in directives
    assert len(directives) == 8
