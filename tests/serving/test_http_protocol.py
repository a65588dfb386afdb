"""Connections of strangers: heads and bodies that are too large, too slow, or not HTTP."""

import asyncio
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from uvicorn.lifespan.off import LifespanOff
from websockets.asyncio.client import connect

from serving.http_protocol import LARGEST_HEAD, MOST_HEADERS, HttpProtocol
from serving.server import Server, listen
from settings.environment import Settings

H2C = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
ORIGIN = "https://app.example.org"


async def echo(request: Request) -> Response:
    try:
        body = await request.body()
    except ClientDisconnect:
        return Response()
    return JSONResponse({"headers": request.headers.items(), "body": body.decode()})


async def small(request: Request) -> Response:
    return PlainTextResponse("too large", 413, {"Connection": "close"})


async def silent(request: Request) -> Response:
    await request.app.state.event.wait()
    return PlainTextResponse("at last")


async def socket(websocket: WebSocket) -> None:
    await websocket.accept()
    while True:
        await websocket.send_text(await websocket.receive_text())


class Opened:
    """A connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def heard(self) -> bytes:
        """All that comes until the server ends the connection."""
        async with asyncio.timeout(10):
            return await self.reader.read()

    async def response(self) -> tuple[int, bytes]:
        """Status and body of one response."""
        async with asyncio.timeout(10):
            head = await self.reader.readuntil(b"\r\n\r\n")
            lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
            body = await self.reader.readexactly(int(lines[b"content-length"]))
            return int(head.split(b" ")[1]), body


class Served:
    """A server on a free port of 127.0.0.1."""

    def __init__(self, server: Server, port: int) -> None:
        self.server, self.port = server, port
        self.opened: list[Opened] = []

    async def open(self, data: bytes = b"", source: str = "127.0.0.1") -> Opened:
        made = Opened(*await asyncio.open_connection("127.0.0.1", self.port, local_addr=(source, 0)))
        self.opened.append(made)
        await made.send(data)
        return made

    async def ask(self, data: bytes) -> bytes:
        """All that comes after these bytes, until the server ends the connection."""
        return await (await self.open(data)).heard()

    async def connections(self, count: int, state: Callable[[HttpProtocol], bool]) -> list[HttpProtocol]:
        """So many connections in this state."""
        async with asyncio.timeout(10):
            while True:
                every = self.server.server_state.connections
                found = [each for each in every if isinstance(each, HttpProtocol) and state(each)]
                if len(found) >= count:
                    return found
                await asyncio.sleep(0.005)

    async def pass_time(self, seconds: int, state: Callable[[HttpProtocol], bool]) -> None:
        """Let a connection in this state get older, as its reviews see it."""
        (connection,) = await self.connections(1, state)
        now = max(asyncio.get_running_loop().time(), connection.reviewed)
        for second in range(seconds):
            connection.review(now + second)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    app = Starlette(
        routes=[
            Route("/echo", echo, methods=["GET", "POST"]),
            Route("/small", small, methods=["POST"]),
            Route("/silent", silent, methods=["GET", "POST"]),
            WebSocketRoute("/socket", socket),
        ]
    )
    app.state.event = asyncio.Event()
    settings = Settings(port=0, connections=3, cors=frozenset({ORIGIN}))
    server = Server(app, lambda: None, settings)
    listener = listen(settings)
    server.config.load()
    server.lifespan = LifespanOff(server.config)
    await server.startup([listener])
    made = Served(server, listener.getsockname()[1])
    yield made
    app.state.event.set()
    for each in made.opened:
        each.writer.close()
    for listening in server.servers:
        listening.close()
    for connection in tuple(server.server_state.connections):
        connection.transport.abort()
    await asyncio.sleep(0)
    await asyncio.gather(*server.server_state.tasks)


def get(path: str = "/echo", more: bytes = b"", version: bytes = b"1.1") -> bytes:
    return b"GET %b HTTP/%b\r\nHost: x\r\nConnection: close\r\n%b\r\n" % (path.encode(), version, more)


def post(body: bytes, more: bytes = b"", path: bytes = b"/echo") -> bytes:
    return b"POST %b HTTP/1.1\r\nHost: x\r\n%bContent-Length: %d\r\n\r\n%b" % (path, more, len(body), body)


@pytest.mark.parametrize(
    "sent",
    [
        post(b"given", H2C),
        b"POST /echo HTTP/1.1\r\nHost: x\r\n%bTransfer-Encoding: chunked\r\n\r\n" % H2C
        + b"2\r\ngi\r\n3\r\nven\r\n0\r\n\r\n",
        post(b"given", b"Connection: upgrade\r\nUpgrade: foo/2\r\n"),
        post(b"given", b"Connection: upgrade\r\nUpgrade: h2c, websocket\r\n"),
    ],
)
@pytest.mark.parametrize("cut", [None, 40, -3])
async def test_an_offer_to_upgrade_is_ignored(served: Served, sent: bytes, cut: int | None) -> None:
    opened = await served.open(sent[:cut])
    if cut is not None:
        await asyncio.sleep(0.01)
        await opened.send(sent[cut:])
    assert b'"body":"given"' in (await opened.response())[1]
    for again in (post(b"again"), post(b"", H2C), b"GET /echo HTTP/1.1\r\nHost: x\r\n%b\r\n" % H2C):
        await opened.send(again)
        assert (await opened.response())[0] == 200


async def test_offers_to_upgrade_may_be_pipelined(served: Served) -> None:
    count = 200
    opened = await served.open(post(b"given", H2C) * count)
    for _ in range(count):
        assert b'"body":"given"' in (await opened.response())[1]


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (b"", b"400"),
        (b"Host: a\r\nHost: a\r\n", b"400"),
        (b"Host: a b\r\n", b"400"),
        (b"Host: a/b@c\r\n", b"400"),
        (b"Host: [::1\r\n", b"400"),
        (b"Host: a\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n", b"400"),
        (b"Host: a\r\nContent-Type: a/b\r\ncontent-type: a/b\r\n", b"400"),
        (b"Host: a\r\n", b"200"),
        (b"Host:\r\n", b"200"),
        (b"Host: [::1]:80\r\nAccept: a/b\r\nAccept: c/d\r\n", b"200"),
    ],
)
async def test_each_line_that_is_no_list_stands_once(served: Served, lines: bytes, status: bytes) -> None:
    heard = await served.ask(b"GET /echo HTTP/1.1\r\n%bConnection: close\r\n\r\n" % lines)
    assert heard.startswith(b"HTTP/1.1 " + status)
    assert heard.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (get(more=b"A: %b\r\n" % (b"a" * LARGEST_HEAD)), 431),
        (get(more=b"Origin: %b\r\nA: %b\r\n" % (ORIGIN.encode(), b"a" * LARGEST_HEAD)), 431),
        (get(more=b"A: %b\r\nOrigin: %b\r\n" % (b"a" * LARGEST_HEAD, ORIGIN.encode())), 431),
        (get(more=b"A: b\r\n" * MOST_HEADERS), 431),
        (get("/echo?" + "a" * LARGEST_HEAD), 414),
        (b"GET /echo HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 40_000_000, 431),
        (b"GET /echo HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 1_000_000, 431),
        (b"GET /" + b"a" * 4_000_000, 414),
        (b"\r\n" * 1_000_000, 431),
        (b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"a" * 1_000_000, 431),
        (
            b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: "
            + b"a" * 1_000_000,
            431,
        ),
    ],
)
async def test_a_large_head_is_refused_before_its_end(served: Served, head: bytes, status: int) -> None:
    opened = await served.open(head)
    (connection,) = await served.connections(1, lambda each: each.has_ended)
    assert len(connection.headers or ()) <= MOST_HEADERS + 1
    assert sum(len(value) for _, value in connection.headers or ()) <= LARGEST_HEAD
    heard = await opened.heard()
    assert heard.startswith(b"HTTP/1.1 %d" % status)
    assert heard.count(b"HTTP/1.1 ") == 1
    allowed = b"access-control-allow-origin: %b\r\n" % ORIGIN.encode()
    assert heard.count(allowed) == (1 if ORIGIN.encode() in head else 0)


async def test_a_head_below_the_limit_is_read(served: Served) -> None:
    value = b"a" * (LARGEST_HEAD - 200)
    assert value in await served.ask(get(more=b"A: %b\r\n" % value))


async def test_trailers_do_not_become_headers(served: Served) -> None:
    opened = await served.open(
        b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
        b"Authorization: Bearer a\r\n\r\n" + post(b"next")
    )
    assert b"authorization" not in (await opened.response())[1]
    assert b'"body":"next"' in (await opened.response())[1]


@pytest.mark.parametrize(
    ("sent", "seconds", "heard"),
    [
        (b"", 12, b""),
        (b"\r\n", 12, b""),
        (b"GET /echo HTTP/1.1\r\nHost: x\r\n", 12, b"HTTP/1.1 408 "),
        (post(b"given")[:-1], 62, b"HTTP/1.1 408 "),
        (b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 62, b"HTTP/1.1 408 "),
    ],
)
async def test_what_does_not_arrive_is_not_waited_for(
    served: Served, sent: bytes, seconds: int, heard: bytes
) -> None:
    opened = await served.open(sent)
    if b"POST" in sent:
        await served.pass_time(60, lambda each: each.cycle is not None)
        assert not opened.reader.at_eof()
    await served.pass_time(
        seconds - 60 * (b"POST" in sent), lambda each: bool(each.cycle or each.pending) is bool(sent)
    )
    assert (await opened.heard()).startswith(heard)
    assert not served.server.server_state.tasks


@pytest.mark.parametrize(("rate", "is_ended"), [(1, True), (400, True), (1000, False)])
async def test_a_body_that_trickles_is_ended(served: Served, rate: int, is_ended: bool) -> None:
    await served.open(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n")
    (connection,) = await served.connections(1, lambda each: each.cycle is not None)
    now = asyncio.get_running_loop().time()
    for second in range(1000):
        connection.review(now + second)
        if connection.state == 3:
            break
        connection.heard = now + second
        connection.on_body(b"a" * rate)
        await asyncio.sleep(0)
    assert connection.has_ended is is_ended


async def test_the_server_reviews_its_connections(served: Served) -> None:
    opened = await served.open()
    (connection,) = await served.connections(1, lambda each: True)
    await served.server.on_tick(0)
    connection.began -= 12
    await served.server.on_tick(1)
    assert not connection.transport.is_closing()
    await served.server.on_tick(10)
    assert not await opened.heard()


async def test_the_client_is_not_at_fault_if_the_server_takes_its_time(served: Served) -> None:
    opened = await served.open(get("/silent"))
    await served.pass_time(1000, lambda each: each.cycle is not None)
    served.server._state.event.set()
    assert (await opened.heard()).endswith(b"at last")


async def test_half_a_head_behind_a_request_waits_for_its_response(served: Served) -> None:
    opened = await served.open(get("/silent").replace(b"Connection: close\r\n", b"") + b"GET /echo HT")
    await served.pass_time(100, lambda each: each.state == 1)
    served.server._state.event.set()
    assert (await opened.response()) == (200, b"at last")
    await served.pass_time(12, lambda each: not each.is_responding)
    assert (await opened.response())[0] == 408


async def test_a_wrong_request_behind_another_does_not_mix_with_its_response(served: Served) -> None:
    opened = await served.open(get("/silent").replace(b"Connection: close\r\n", b"") + b"NONSENSE\r\n\r\n")
    await served.connections(1, lambda each: each.state == 3)
    served.server._state.event.set()
    heard = await opened.heard()
    assert heard.startswith(b"HTTP/1.1 200 ")
    assert heard.endswith(b"at last")


async def test_a_broken_body_is_refused(served: Served) -> None:
    sent = b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"
    assert (await served.ask(sent)).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("size", [100_000, 5_000_000, 20_000_000])
async def test_a_client_reads_why_its_body_was_refused(served: Served, size: int) -> None:
    def ask() -> Any:
        given = urllib.request.Request(f"http://127.0.0.1:{served.port}/small", bytes(size))
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(given, timeout=20)  # noqa: S310
        return refused.value.code, refused.value.read()

    for _ in range(5):
        assert await asyncio.to_thread(ask) == (413, b"too large")


async def test_a_connection_ends_if_the_client_does_not_stop_sending(served: Served) -> None:
    opened = await served.open(b"POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n")
    (connection,) = await served.connections(1, lambda each: each.has_ended)
    assert (await opened.response())[0] == 413
    with pytest.raises(ConnectionError):
        await opened.send(bytes(200_000_000))
    assert connection.received < 66 * 1024 * 1024


async def test_a_connection_ends_if_the_client_does_not_close_it(served: Served) -> None:
    opened = await served.open(b"POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n")
    await served.connections(1, lambda each: each.has_ended)
    assert (await opened.response())[0] == 413
    await served.pass_time(7, lambda each: each.has_ended)
    assert not await opened.heard()
    async with asyncio.timeout(10):
        while served.server.server_state.connections:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_connections_of_a_network_are_bounded(served: Served) -> None:
    limits = served.server.limits
    opened = [await served.open(source="127.0.0.2") for _ in range(3)]
    assert (await (await served.open(get(), "127.0.0.2")).heard()).startswith(b"HTTP/1.1 503 ")
    for source in ("127.0.0.1", "127.0.0.3"):
        assert (await (await served.open(get(), source)).heard()).startswith(b"HTTP/1.1 200 ")
    opened[0].writer.close()
    async with asyncio.timeout(10):
        while limits.counts["127.0.0.2"] > 2:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert (await (await served.open(get(), "127.0.0.2")).heard()).startswith(b"HTTP/1.1 200 ")


async def test_websockets_count_among_connections(served: Served) -> None:
    counts = served.server.limits.counts
    url = f"ws://127.0.0.1:{served.port}/socket"
    async with connect(url, local_addr=("127.0.0.2", 0)), connect(url, local_addr=("127.0.0.2", 0)):
        assert counts["127.0.0.2"] == 2
    async with asyncio.timeout(10):
        while counts:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_silent_connections_make_room_if_files_run_short(served: Served) -> None:
    served.server.limits.files = 10
    half = [await served.open(post(b"given")[:-1]) for _ in range(10)]
    await served.connections(10, lambda each: each.state == 2)
    assert (await served.ask(get())).startswith(b"HTTP/1.1 200 ")
    await served.connections(9, lambda each: each.state == 2)
    results = []
    for each in half:
        try:
            await each.send(b"n")
            results.append((await each.response())[0])
        except (ConnectionError, asyncio.IncompleteReadError):
            results.append(0)
    assert sorted(results) == [0] + [200] * 9


async def test_streams_do_not_make_room(served: Served) -> None:
    served.server.limits.files = 3
    busy = [await served.open(get("/silent")) for _ in range(3)]
    await served.connections(3, lambda each: each.is_responding)
    assert (await served.ask(get())).startswith(b"HTTP/1.1 503 ")
    served.server._state.event.set()
    for each in busy:
        assert (await each.heard()).endswith(b"at last")
