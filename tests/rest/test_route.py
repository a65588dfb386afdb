"""Paths and hosts of platforms: below their names, on hosts bound to them, and at the root."""

import re
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Message

from graph.declaring.schema import public_schema
from rest.dialect import Dialect
from rest.in_process import execute_in_process
from rest.operation import Mistake
from rest.platform import PLATFORMS, Platform
from rest.route import routes
from tests.rest.book_platform import SCHEMA, Library, Shelf, client, written

DOCUMENTS = {"books": 'query all @http(method: GET, path: "/api/books") { books { totalCount } }'}


class Slashed(Dialect):
    slash_optional = True


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://test/library/api/books", 200),
        ("http://test/api/books", 200),
        ("http://bound.example/api/books", 200),
        ("http://BOUND.example:8000/api/books", 200),
        ("http://test/api/books/", 404),
        ("http://test/library/", 200),  # its coverage page
        ("http://test/library/books", 404),
        ("http://test/apis", 404),
    ],
)
async def test_where_a_platform_answers(tmp_path: Path, url: str, status: int) -> None:
    async with client(tmp_path, Shelf(), DOCUMENTS, hosts={"library": "bound.example"}) as http:
        assert (await http.get(url)).status_code == status


@pytest.mark.parametrize("below", ["", "/library"])
async def test_paths_outside_the_prefix_are_served_too(tmp_path: Path, below: str) -> None:
    documents = {"oauth2": 'query keys @http(method: GET, path: "/oauth2/keys") { books { totalCount } }'}
    async with client(tmp_path, Shelf(), documents) as http:
        assert (await http.get(f"{below}/oauth2/keys")).json() == {"totalCount": 0}


async def test_a_slash_at_the_end_where_the_dialect_takes_it(tmp_path: Path) -> None:
    async with client(tmp_path, Shelf(), DOCUMENTS, dialect=Slashed()) as http:
        assert (await http.get("/api/books/")).json() == {"totalCount": 0}


async def test_a_bound_host_leaves_other_paths_alone(tmp_path: Path) -> None:
    platform = Library(written(tmp_path, DOCUMENTS), Dialect())
    bound = routes(SCHEMA, Shelf().execute, {"library": "bound.example"}, [platform])
    async with http_client(*bound, Route("/{rest:path}", lambda _: PlainTextResponse("other"))) as http:
        assert (await http.get("http://bound.example/graphql")).text == "other"
        assert (await http.get("http://bound.example/api/nothing")).json() == {"error": "Not found."}


async def test_a_web_socket_is_closed(tmp_path: Path) -> None:
    sent = []

    async def send(message: Message) -> None:
        sent.append(message["type"])

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    platform = Library(written(tmp_path, DOCUMENTS), Dialect())
    app = Starlette(routes=routes(SCHEMA, Shelf().execute, None, [platform]))
    scope = {"type": "websocket", "path": "/library/api/books", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    assert sent == ["websocket.close"]


def test_hosts_are_bound_to_platforms_that_there_are(tmp_path: Path) -> None:
    platform = Library(written(tmp_path, DOCUMENTS), Dialect())
    with pytest.raises(ValueError, match="unknown platforms: moodle"):
        routes(SCHEMA, Shelf().execute, {"moodle": "learn.example"}, [platform])


def test_an_unknown_shape_stops_the_start(tmp_path: Path) -> None:
    document = DOCUMENTS["books"].replace(") {", ', shape: "round") {')
    platform = Library(written(tmp_path, {"books": document}), Dialect())
    with pytest.raises(
        Mistake, match=r"books\.graphql:1: There is no shape 'round', only one, nothing, text"
    ):
        routes(SCHEMA, Shelf().execute, None, [platform])


async def test_a_line_break_in_a_path_leads_to_the_platform_still(tmp_path: Path) -> None:
    platform = Library(written(tmp_path, DOCUMENTS), Dialect())
    async with http_client(*routes(SCHEMA, Shelf().execute, None, [platform])) as http:
        response = await http.get("/library/api/a%0Ab")
    assert (response.status_code, list(response.json())) == (404, ["error"])


async def test_every_platform_says_what_it_does_not_serve() -> None:
    empty = [Platform(name, name, "/api", "", Dialect()) for name in ("openedx", "versal")]
    paths = ("/openedx/api/courses/v1/courses/", "/versal/api2/courses/7")
    async with http_client(*routes(SCHEMA, Shelf().execute, None, empty)) as http:
        for path in paths:
            response = await http.get(path)
            assert response.status_code == 501
            assert response.json()["error"].endswith("is documented, but not served yet.")


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
async def test_a_platform_that_has_ended_serves_nothing(platform: Platform) -> None:
    sunsets = {platform.name: datetime(2020, 1, 1, tzinfo=UTC)}
    async with http_client(*routes(public_schema, execute_in_process, sunsets=sunsets)) as http:
        for row in platform.rows:
            answer = await http.request(row.method, f"/{platform.name}{re.sub('{.+?}', '1', row.template)}")
            assert answer.status_code == (406 if platform.name == "xikolo" else 410), row.path
            assert answer.headers["sunset"] == "Wed, 01 Jan 2020 00:00:00 GMT"


def http_client(*found: BaseRoute) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(Starlette(routes=found))
    return httpx.AsyncClient(transport=transport, base_url="http://test")
