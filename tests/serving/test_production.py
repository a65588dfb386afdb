"""What strangers see of a whole application: in production, and in development on this machine."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import create_app
from models.storage.objects import FileStore
from serving.pages import DemoViewer
from settings.environment import Settings

PAGE = {"accept": "text/html"}
TOKEN = "0123456789abcdef" * 4
EVERYWHERE = "0.0.0.0"  # noqa: S104 (only written, nothing listens)
Connect = Callable[..., Any]


@pytest.fixture
def connect(migrated: str, tmp_path: Path) -> Connect:
    """Opens a client of an application with these settings."""

    @asynccontextmanager
    async def opened(
        base_url: str = "http://127.0.0.1:8000", peer: str = "127.0.0.1", **given: Any
    ) -> AsyncIterator[httpx.AsyncClient]:
        viewers = [DemoViewer("ada (learner)", TOKEN)]
        app = create_app(
            Settings(home=tmp_path, **given), migrated, FileStore.in_folder(tmp_path / "assets"), viewers
        )
        transport = httpx.ASGITransport(app, client=(peer, 1))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=base_url) as client,
        ):
            yield client

    return opened


DEMO = [
    ({}, True),
    ({"host": "::1"}, True),
    ({"host": "localhost"}, True),
    ({"host": EVERYWHERE}, False),
    ({"host": "::"}, False),
    ({"host": "10.0.0.5"}, False),
    ({"host": "learn.example.org"}, False),
    ({"env": "production"}, False),
    ({"env": "production", "demo": True}, True),
    ({"database_url": "postgresql:///x"}, False),
    ({"database_url": "postgresql:///x", "demo": True}, True),
    ({"demo": False}, False),
]


@pytest.mark.parametrize(("given", "has_demo"), DEMO)
def test_there_is_a_demo_for_one_developer_unless_it_is_set(given: dict[str, Any], has_demo: bool) -> None:
    assert Settings(**given).has_demo is has_demo


def test_the_start_says_what_does_not_work() -> None:
    def said(**given: Any) -> list[str]:
        return [
            name for each in Settings(**given).warnings for name in re.findall("SCHOLAGRAPH_[A-Z_]+", each)
        ]

    assert said() == []
    assert said(host=EVERYWHERE) == ["SCHOLAGRAPH_PLAYER_ORIGIN"]
    assert said(env="production") == ["SCHOLAGRAPH_ROUTER_SECRET", "SCHOLAGRAPH_PLAYER_ORIGIN"]
    assert said(env="production", player_origin="https://play.example.org", router_secret="x") == []
    assert said(env="production", graphiql=True) == ["SCHOLAGRAPH_PLAYER_ORIGIN"]
    assert all("\n" not in each for each in Settings(env="production").warnings)


async def test_production_tells_no_schema_and_has_no_graphiql(connect: Connect) -> None:
    async with connect(env="production") as client:
        page = await client.get("/graphql", headers=PAGE)
        assert (page.status_code, "html" in page.headers["content-type"]) == (406, False)
        assert (await client.get("/schema.graphql")).status_code == 404
        asked = await client.post("/subgraph", json={"query": "{ _service { sdl } }"})
        assert asked.status_code == 401
        told = (await client.post("/graphql", json={"query": "{ __schema { types { name } } }"})).json()
        assert "data" not in told
        landing = await client.get("/", headers=PAGE)
    assert landing.status_code == 200
    assert not re.search("GraphiQL|schema.graphql|<!--|/metrics", landing.text)


async def test_graphiql_is_served_where_it_is_set(connect: Connect) -> None:
    async with connect(env="production", graphiql=True) as client:
        page = await client.get("/graphql", headers=PAGE)
        assert (page.status_code, TOKEN in page.text) == (200, False)
        assert (await client.get("/schema.graphql")).status_code == 200
        assert 'href="/graphql"' in (await client.get("/", headers=PAGE)).text
    async with connect(graphiql=False) as client:
        assert (await client.get("/graphql", headers=PAGE)).status_code == 406


@pytest.mark.parametrize(
    ("given", "headers", "is_offered"),
    [
        ({}, {}, True),
        ({"peer": "::1"}, {}, True),
        ({"peer": "10.0.0.7"}, {}, False),
        ({"host": EVERYWHERE}, {}, False),
        ({"env": "production", "graphiql": True, "demo": True}, {}, False),
        ({}, {"x-forwarded-for": "127.0.0.1"}, False),
        ({}, {"forwarded": "for=127.0.0.1"}, False),
    ],
)
async def test_accounts_are_offered_to_one_developer_on_this_machine(
    connect: Connect, given: dict[str, Any], headers: dict[str, str], is_offered: bool
) -> None:
    async with connect(**given) as client:
        page = await client.get("/graphql", headers={**PAGE, **headers})
    assert (page.status_code, TOKEN in page.text) == (200, is_offered)


METRICS = [
    ("127.0.0.1", {}, 200),
    ("127.0.0.53", {}, 200),
    ("::1", {}, 200),
    ("::ffff:127.0.0.1", {}, 200),
    ("10.0.0.7", {}, 404),
    ("::ffff:10.0.0.7", {}, 404),
    ("", {}, 404),
    ("testclient", {}, 404),
    ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, 404),
    ("127.0.0.1", {"x-real-ip": "127.0.0.1"}, 404),
    ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 404),
    ("127.0.0.1", {"via": "1.1 proxy"}, 404),
    ("10.0.0.7", {"x-forwarded-for": "127.0.0.1"}, 404),
    ("10.0.0.7", {"authorization": "Bearer open sesame"}, 200),
    ("10.0.0.7", {"authorization": "bearer open sesame"}, 200),
    ("127.0.0.1", {"x-forwarded-for": "10.0.0.7", "authorization": "Bearer open sesame"}, 200),
    ("10.0.0.7", {"authorization": "Bearer open"}, 404),
    ("10.0.0.7", {"authorization": "Bearer "}, 404),
    ("10.0.0.7", {"authorization": "Basic open sesame"}, 404),
]


@pytest.mark.parametrize(("peer", "headers", "status"), METRICS)
async def test_figures_are_for_this_machine_and_for_a_token(
    connect: Connect, peer: str, headers: dict[str, str], status: int
) -> None:
    async with connect(peer=peer, env="production", metrics_token="open sesame") as client:
        answer = await client.get("/metrics", headers=headers)
        assert answer.status_code == status
        assert ("scholagraph" in answer.text) == (status == 200)
    async with connect(peer=peer) as client:  # without a token, none is right
        status = status if "authorization" not in headers else 404
        assert (await client.get("/metrics", headers=headers)).status_code == status


async def test_pages_leave_the_origin_of_packages(connect: Connect) -> None:
    paths = ("/", "/graphql", "/xikolo/", "/xikolo/reference", "/scormcloud/reference")
    async with connect(base_url="http://localhost:8000") as client:
        for path in paths:
            answer = await client.get(path, headers=PAGE)
            assert (answer.status_code, answer.headers["location"]) == (307, f"http://127.0.0.1:8000{path}")
        assert (await client.post("/graphql", json={"query": "{ __typename }"})).status_code == 200
    play = "https://play.example.org"
    async with connect(base_url=play, player_origin=play) as client:
        for path in paths:
            assert (await client.get(path, headers=PAGE)).status_code == 404
    async with connect(base_url="https://learn.example.org", player_origin=play) as client:
        for path in paths:
            assert (await client.get(path, headers=PAGE)).status_code == 200
