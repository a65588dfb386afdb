"""What answers of all other paths have in common."""

import httpx
import pytest
from psycopg import OperationalError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from serving.cors import Origins
from serving.envelope import Envelope
from serving.health import away

APP = "https://app.example.org"
LONG = {"text": "a" * 5000}


class BrokenError(Exception):
    """What nobody expects."""


async def fails(_: Request) -> Response:
    raise BrokenError


async def is_away(_: Request) -> Response:
    raise OperationalError


async def streams(_: Request) -> Response:
    async def parts() -> object:
        for _ in range(3):
            yield "a" * 3000

    return StreamingResponse(parts(), media_type="text/plain")  # type: ignore[arg-type]


async def begins(_: Request) -> Response:
    async def parts() -> object:
        yield "a"
        raise BrokenError

    return StreamingResponse(parts())  # type: ignore[arg-type]


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = Starlette(
        routes=[
            Route("/short", lambda _: PlainTextResponse("a")),
            Route("/long", lambda _: JSONResponse(LONG, headers={"ETag": '"1"'})),
            Route("/image", lambda _: Response(b"a" * 5000, media_type="image/png")),
            Route("/fails", fails),
            Route("/away", is_away),
            Route("/streams", streams),
            Route("/begins", begins),
        ],
        middleware=[Middleware(Envelope, Origins(frozenset({APP})))],
        exception_handlers={OperationalError: away},
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def test_each_answer_names_its_request(client: httpx.AsyncClient) -> None:
    for path in ("/short", "/fails", "/away", "/nothing"):
        answer = await client.get(path, headers={"x-request-id": "proxy-7"})
        assert answer.headers["x-request-id"] == "proxy-7", path


async def test_a_failure_is_a_coded_error_that_tells_nothing_else(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await client.get("/fails")
    assert answer.status_code == 500
    (error,) = answer.json()["errors"]
    request_id = answer.headers["x-request-id"]
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id}
    assert "BrokenError" in caplog.text
    assert "Broken" not in answer.text


async def test_a_database_that_is_away_is_told_as_before(client: httpx.AsyncClient) -> None:
    answer = await client.get("/away")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_a_failure_after_the_beginning_ends_the_connection(client: httpx.AsyncClient) -> None:
    with pytest.raises(BrokenError):
        await client.get("/begins")


async def test_whole_texts_are_compressed(client: httpx.AsyncClient) -> None:
    plain = await client.get("/long", headers={"accept-encoding": "identity"})
    packed = await client.get("/long", headers={"accept-encoding": "gzip"})
    assert (plain.headers["etag"], packed.headers["etag"]) == ('"1"', 'W/"1"')
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == plain.json() == LONG
    assert packed.headers["vary"] == plain.headers["vary"]
    for path in ("/short", "/image", "/streams"):
        answer = await client.get(path, headers={"accept-encoding": "gzip"})
        assert "content-encoding" not in answer.headers, path
    assert len((await client.get("/streams")).text) == 9000


async def test_pages_of_named_origins_may_read(client: httpx.AsyncClient) -> None:
    answer = await client.get("/short", headers={"origin": APP})
    assert answer.headers["access-control-allow-origin"] == APP
    asked = {"origin": APP, "access-control-request-method": "PATCH"}
    preflight = await client.options("/short", headers=asked)
    assert preflight.status_code == 204
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-origin"] == APP
    stranger = {**asked, "origin": "https://evil.example"}
    assert "access-control-allow-methods" not in (await client.options("/short", headers=stranger)).headers
