"""Headers in several lines, and bodies in JSON that is too deep, at every door."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from graph.http.headers import headers_of
from resolvers.operations.json_text import DEEPEST, read_json_text
from tests.serving.whole_server import Serving, say, serving

ORIGIN = "https://app.example.org"
JSON_TYPE = ("content-type", "application/json")
MOUNTS = (
    "/graphql?query={__typename}",
    "/subgraph",
    "/schema.graphql",
    "/healthz",
    "/nothing",
    "/uploads",
    "/assets/0000/file",
    "/assets/" + "0" * 64 + "/file",
    "/subtitles/00000000-0000-0000-0000-000000000000.vtt",
    "/xapi/about",
    "/xapi/statements",
    "/scorm-player/nothing/",
    "/scorm-player/nothing/content/a.html",
    "/scorm-player/nothing/aicc",
    "/xikolo/api/v2/courses",
    "/xikolo/api/v2/nothing",
    "/openedx/api/courses/v1/courses/",
    "/openedx/api/nothing",
    "/scormcloud/api/v2/ping",
    "/scormcloud/api/v2/nothing",
    "/versal/nothing",
)


@pytest.fixture
async def server(migrated: str, tmp_path: Path) -> AsyncIterator[Serving]:
    async with serving(migrated, tmp_path, cors=frozenset({ORIGIN})) as made:
        yield made


def test_lines_of_a_list_are_joined() -> None:
    raw = [(b"accept", b"a/b"), (b"cookie", b"a=1"), (b"accept", b"c/d"), (b"cookie", b"b=2")]
    scope: dict[str, Any] = {"headers": raw}
    assert headers_of(scope) == {"accept": "a/b, c/d", "cookie": "a=1; b=2"}
    assert scope["headers"] == [(b"accept", b"a/b, c/d"), (b"cookie", b"a=1; b=2")]


async def test_each_door_reads_all_lines(client: httpx.AsyncClient) -> None:
    asked = {"query": "{__typename}"}
    for media in ("application/graphql-response+json", "application/json"):
        lines = [("accept", media), ("accept", "text/html")]
        for headers in (lines, lines[::-1]):
            found = await client.post("/graphql", json=asked, headers=headers)
            assert (found.status_code, found.headers["content-type"].partition(";")[0]) == (200, media)
    twice = [("authorization", "Bearer a"), ("authorization", "Bearer b")]
    found = await client.post("/graphql", json=asked, headers=twice)
    assert found.status_code == 400
    assert found.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    "text", [b"[" * 100_000, b'{"a":' * 1000 + b"1" + b"}" * 1000, b"[" * 65 + b"]" * 65]
)
def test_deep_json_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"deep|JSON|depth|recursion|Recursion"):
        read_json_text(text)


def test_json_of_the_greatest_depth_is_read() -> None:
    assert read_json_text(b"[" * DEEPEST + b"]" * DEEPEST)
    assert read_json_text(b"[" + b"[]," * 1000 + b"[]]")


async def test_every_door_refuses_deep_json_with_a_code(server: Serving) -> None:
    deep = b'{"query":"{__typename}","variables":{"a":' + b"[" * 500 + b"]" * 500 + b"}}"
    version = ("x-experience-api-version", "1.0.3")
    async with server.client({}) as client:
        for path in (
            "/graphql",
            "/subgraph",
            "/xikolo/api/v2/authenticate",
        ):
            for body in (deep, b"[" * 60_000, b'{"a":' * 1000 + b"1" + b"}" * 1000):
                found = await client.post(path, content=body, headers=[JSON_TYPE, version])
                assert found.status_code in (400, 401, 403), (path, found.text)
        found = await client.get(
            "/graphql", params={"query": "{__typename}", "variables": '{"a":' * 99 + "1" + "}" * 99}
        )
        assert found.status_code == 400
    async with server.socket() as socket:
        await say(socket, type="connection_init", payload={"a": _nested(99)})
        with pytest.raises(ConnectionClosed) as closed:
            async with asyncio.timeout(10):
                await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4400


def _nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


async def test_each_mount_allows_an_origin_once(server: Serving) -> None:
    origin = {"origin": ORIGIN}
    async with server.client(origin) as client:
        for path in MOUNTS:
            for method in ("GET", "POST", "OPTIONS", "DELETE"):
                found = await client.request(method, path)
                assert found.status_code < 500 or found.status_code == 501, (method, path)
                allowed = found.headers.get_list("access-control-allow-origin")
                assert allowed == [ORIGIN], (method, path, found.status_code)
                assert found.headers["access-control-allow-credentials"] == "true"
        large = await client.post("/graphql", content=bytes(2_000_000), headers=[JSON_TYPE])
        long = await client.get("/healthz", headers={"a": "a" * 40_000})
        for found, status in ((large, 413), (long, 431)):
            assert found.status_code == status
            assert found.headers.get_list("access-control-allow-origin") == [ORIGIN]
        other = await client.get("/xikolo/api/v2/courses", headers={"origin": "https://b.example.org"})
        assert other.headers.get_list("access-control-allow-origin") == ["*"]
