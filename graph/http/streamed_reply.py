"""Streamed HTTP responses, which either side may end."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from graph.execution.increments import Edition
from graph.http.asker import Asker
from graph.http.media import JSON
from graph.http.open_connections import SEND_WAIT, Streams, TooMany, Transport
from graph.http.refusal import refusal_of
from graph.http.reply import NO_SNIFF, NO_STORE, RawHeaders, refused
from graph.http.results import error_body
from resolvers.access.viewer import Viewer, ended

log = logging.getLogger("graph.http.stream")

SILENCE = 12.0
"""Seconds of silence until the client receives a sign of life."""

Body = Mapping[str, Any]
Bodies = AsyncGenerator[Body, None]
Pieces = AsyncGenerator[bytes, None]
Ended = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Form:
    """Form of a streamed response: `first` is sent immediately, `beat` after a period of silence, `refusal`
    at the end of the viewer's access.

    Without a `transport` the stream ends by itself soon, and does not count for the viewer's maximum.
    """

    transport: Transport | None
    content_type: bytes
    first: bytes
    beat: bytes
    refusal: bytes = b""


async def _nothing() -> None:
    """Do nothing at the end of a stream."""


class StreamedResponse:
    """ASGI application that sends a response piece by piece; `ended` runs last, even if nothing was sent."""

    def __init__(
        self,
        streams: Streams,
        viewer: Viewer,
        form: Form,
        pieces: Pieces,
        asker: Asker,
        ended: Ended = _nothing,
    ) -> None:
        self.raw_headers: RawHeaders = []
        self._streams = streams
        self._viewer = viewer
        self._form = form
        self._pieces = pieces
        self._ended = ended
        self._asker = asker
        self._is_started = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream; end early if the client disconnects or does not read, if the viewer's access or
        the process ends.
        """
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(_left(receive))
        cancel = _canceller(sending)
        try:
            with (
                self._asker.left(cancel),
                self._streams.opened(self._form.transport, self._viewer, cancel),
            ):
                await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        except TooMany as error:
            sending.cancel()
            reply = refused(refusal_of(error), JSON)
            reply.raw_headers += self.raw_headers
            await reply(scope, receive, send)
        finally:
            is_left = leaving.done()
            for task in (sending, leaving):
                task.cancel()
            outcome, _ = await asyncio.gather(sending, leaving, return_exceptions=True)
            await self._ended()
        match outcome:
            case TimeoutError():
                log.info("A slow reader was cut off")
            case Exception():
                log.error("A stream failed", exc_info=outcome)
            case asyncio.CancelledError() if self._streams.is_leaving and not is_left:
                await send({"type": "http.response.body", "body": b""})
            case asyncio.CancelledError() if self._asker.is_over and not is_left:
                if self._is_started:
                    await send({"type": "http.response.body", "body": self._form.refusal})
                else:
                    await refused(refusal_of(ended()), JSON)(scope, receive, send)

    async def _send(self, send: Send) -> None:
        form = self._form
        headers = [(b"content-type", form.content_type), NO_STORE, NO_SNIFF, (b"x-accel-buffering", b"no")]
        start = {"type": "http.response.start", "status": 200, "headers": [*headers, *self.raw_headers]}
        self._is_started = True
        await send(start)
        if form.first:
            await send({"type": "http.response.body", "body": form.first, "more_body": True})
        async with aclosing(_with_beats(self._pieces, form.beat)) as pieces:
            async for piece in pieces:
                async with asyncio.timeout(SEND_WAIT):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _with_beats(pieces: Pieces, beat: bytes) -> Pieces:
    """Yield `pieces`, with a beat after each period of silence."""
    following: asyncio.Future[bytes | None] = asyncio.ensure_future(anext(pieces, None))
    try:
        while True:
            done, _ = await asyncio.wait((following,), timeout=SILENCE if beat else None)
            if not done:
                yield beat
            elif (piece := following.result()) is not None:
                yield piece
                following = asyncio.ensure_future(anext(pieces, None))
            else:
                return
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await pieces.aclose()


def _canceller(task: asyncio.Task[None]) -> Callable[[], None]:
    def cancel() -> None:
        task.cancel()

    return cancel


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def event(name: str, body: Body | None = None) -> bytes:
    """Return a server-sent event with JSON on one line. Lines end with LF only: some clients accept nothing
    else.
    """
    return b"event: %s\ndata: %s\n\n" % (name.encode(), b"" if body is None else orjson.dumps(body))


ENDED = error_body(ended())

EVENTS = Form(
    Transport.SSE,
    b"text/event-stream; charset=utf-8",
    b":\n\n",
    b":\n\n",
    event("next", ENDED) + event("complete"),
)

RESERVED = replace(EVENTS, refusal=b"")
"""Stream of many operations: none of them is alone in being refused."""


async def events(bodies: Bodies) -> Pieces:
    """Yield the results of one operation as events: `next` for each, then `complete`."""
    async with aclosing(bodies) as told:
        async for body in told:
            yield event("next", body)
    yield event("complete")


DELIMITER = b"\r\n--graphql"
PART_HEAD = b"\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"


def part(body: Body) -> bytes:
    """Return a part with the delimiter that ends it, so that a client can read it immediately."""
    return PART_HEAD + orjson.dumps(body) + DELIMITER


PARTS = Form(
    Transport.MULTIPART,
    b'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0',
    DELIMITER,
    part({}),
    part({"payload": ENDED}) + b"--\r\n",
)


def increments(edition: Edition) -> Form:
    """Return the form of an incremental response."""
    parameter = "deferSpec=20220824" if edition == "20220824" else "incrementalSpec=v0.2"
    content_type = f'multipart/mixed; boundary="graphql"; {parameter}'
    return Form(None, content_type.encode(), DELIMITER, b"")


async def increment_parts(bodies: Bodies) -> Pieces:
    """Yield the increments of one response, each as a part."""
    async with aclosing(bodies) as told:
        async for body in told:
            yield part(body)
    yield b"--\r\n"


async def parts(bodies: Bodies) -> Pieces:
    """Yield the results of a subscription by Apollo's multipart protocol: each as the `payload` of a part."""
    async with aclosing(bodies) as told:
        async for body in told:
            yield part({"payload": body})
    yield b"--\r\n"
