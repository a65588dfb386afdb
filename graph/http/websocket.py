"""Operations over a WebSocket with graphql-transport-ws, the protocol of npm `graphql-ws`."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

import orjson
from starlette.types import Message, Receive, Scope, Send

from graph.http.asker import Asker
from graph.http.call import call_of, parsed
from graph.http.headers import headers_of, refuse_repeated
from graph.http.open_connections import ALLOWANCES, SEND_WAIT, Streams, TooMany, Transport
from graph.http.refusal import refusal_of
from graph.http.results import Body, OperationSource, RunningOperations, Taken, error_body, results
from graph.limits.attendance import asked_by
from resolvers.access.viewer import Role, Viewer, ended
from resolvers.operations.errors import Unauthenticated
from resolvers.operations.refusal import Refusal

log = logging.getLogger(__name__)

PROTOCOL = "graphql-transport-ws"
INIT_WAIT = 10.0
"""Seconds within which a client must identify itself."""

LONGEST_REASON = 100
"""Maximum number of characters of a reason, which has 123 bytes in a close frame (RFC 6455, 5.5)."""

GOING_AWAY = 1001
TRY_AGAIN = 1013
BAD_REQUEST = 4400
UNAUTHORIZED = 4401
NO_SUBPROTOCOL = 4406
INIT_TIMEOUT = 4408
TAKEN = 4409
TOO_MANY = 4429


class Closing(Exception):  # noqa: N818 (an end, not a fault)
    """Ends a socket, with the code and reason that are sent to the client."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Left(Exception):  # noqa: N818 (an end, not a fault)
    """Raised if the client has ended the socket."""


class Socket:
    """One WebSocket, from its handshake to its end."""

    def __init__(
        self, source: OperationSource, streams: Streams, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self._source = source
        self._streams = streams
        self._scope = scope
        self._receive = receive
        self._send = send
        self._ending: Closing | None = None
        self._task: asyncio.Task[Any] | None = None
        self._headers = headers_of(scope)

    async def serve(self) -> None:
        """Serve the socket until either side ends it."""
        self._task = asyncio.current_task()
        asked_by(self._scope)
        try:
            await self._speak()
        except Left:
            pass
        except Closing as closing:
            await self._close(closing)
        except asyncio.CancelledError:
            if self._ending is None or self._task is None:
                raise
            self._task.uncancel()
            await self._close(self._ending)

    def end(self, closing: Closing) -> None:
        """End the socket from outside its own task."""
        if self._ending is None and self._task is not None:
            self._ending = closing
            self._task.cancel()

    async def _close(self, closing: Closing) -> None:
        try:
            async with asyncio.timeout(1):
                await self._send({"type": "websocket.close", "code": closing.code, "reason": closing.reason})
        except (TimeoutError, OSError):
            log.info("A slow reader was cut off")

    async def _speak(self) -> None:
        await self._receive()  # the handshake
        try:
            refuse_repeated(self._scope)
            self._source.admit(self._headers)
        except Refusal:
            await self._send({"type": "websocket.close"})  # before it is accepted: 403
            return
        if PROTOCOL not in self._scope["subprotocols"]:
            await self._send({"type": "websocket.accept"})
            raise Closing(NO_SUBPROTOCOL, "Subprotocol not acceptable")
        await self._send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        try:
            async with asyncio.timeout(INIT_WAIT):
                asker, viewer = await self._greeted()
        except TimeoutError:
            raise Closing(INIT_TIMEOUT, "Connection initialisation timeout") from None
        operations = RunningOperations(ALLOWANCES[viewer.role].subscriptions)
        try:
            with (
                asker.left(lambda: self.end(Closing(UNAUTHORIZED, str(ended())))),
                self._streams.opened(
                    Transport.WEBSOCKET, viewer, lambda: self.end(Closing(GOING_AWAY, "Going away"))
                ),
            ):
                await self.tell({"type": "connection_ack"})
                while True:
                    await self._take(await self._message(), operations, asker)
        except TooMany as error:
            raise Closing(TOO_MANY, str(error)) from error
        finally:
            await operations.close()

    async def _greeted(self) -> tuple[Asker, Viewer]:
        """Return the client and its viewer, by the message that must come first."""
        while True:
            message = await self._message()
            match message["type"]:
                case "connection_init":
                    return await self._identified(message.get("payload"))
                case "ping":
                    await self.tell({"type": "pong"})
                case "pong":
                    pass
                case "subscribe":
                    raise Closing(UNAUTHORIZED, "Unauthorized")
                case _:
                    raise Closing(BAD_REQUEST, "Start with 'connection_init'")

    async def _identified(self, payload: Any) -> tuple[Asker, Viewer]:
        """The payload may contain the `Authorization` header, which browsers cannot add to a handshake."""
        if not isinstance(payload, dict | None):
            raise Closing(BAD_REQUEST, "The payload of 'connection_init' is an object")
        given = {name.lower(): value for name, value in (payload or {}).items() if isinstance(value, str)}
        asker = self._streams.askers.asker(self._scope["app"].state.database, {**self._headers, **given})
        try:
            viewer = await self._source.gate.admit(asker.database, asker.viewer())
        except Unauthenticated as error:
            raise Closing(UNAUTHORIZED, str(error)) from error
        except Exception as error:
            raise Closing(TRY_AGAIN, refusal_of(error).message) from error
        if viewer.role is Role.ANONYMOUS:
            raise Closing(UNAUTHORIZED, "Sign in first: send 'Authorization' with 'connection_init'")
        return asker, viewer

    async def _message(self) -> Mapping[str, Any]:
        message: Message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise Left
        try:
            given = parsed((message.get("text") or "").encode(), "A message")
        except Refusal as error:
            raise Closing(BAD_REQUEST, error.message[:LONGEST_REASON]) from error
        if not isinstance(given, dict) or not isinstance(given.get("type"), str):
            raise Closing(BAD_REQUEST, "A message is a JSON object with a 'type', as text")
        return given

    async def _take(self, message: Mapping[str, Any], operations: RunningOperations, asker: Asker) -> None:
        id_ = message.get("id")
        match message["type"]:
            case "subscribe" if isinstance(id_, str) and id_:
                await self._begin(id_, message.get("payload"), operations, asker)
            case "complete" if isinstance(id_, str):
                operations.end(id_)
            case "ping":
                pong = {"payload": message["payload"]} if "payload" in message else {}
                await self.tell({"type": "pong", **pong})
            case "pong":
                pass
            case "connection_init":
                raise Closing(TOO_MANY, "Too many initialisation requests")
            case _:
                raise Closing(BAD_REQUEST, "Unknown message type in graphql-transport-ws")

    async def _begin(self, id_: str, payload: Any, operations: RunningOperations, asker: Asker) -> None:
        try:
            call = call_of(payload)
        except Refusal as error:
            raise Closing(BAD_REQUEST, error.message) from error

        async def work() -> None:
            async with aclosing(results(self._source, self._streams.feed, call, asker)) as told:
                async for body in told:
                    if "data" not in body:
                        operations.release(id_)
                        await self.tell({"id": id_, "type": "error", "payload": body["errors"]})
                        return
                    await self.tell({"id": id_, "type": "next", "payload": body})
            operations.release(id_)
            await self.tell({"id": id_, "type": "complete"})

        try:
            operations.begin(id_, work)
        except Taken as error:
            raise Closing(TAKEN, str(error)) from error
        except TooMany as error:
            await self.tell({"id": id_, "type": "error", "payload": error_body(error)["errors"]})

    async def tell(self, message: Body) -> None:
        """Send a message; disconnect a client that does not read it in time."""
        try:
            async with asyncio.timeout(SEND_WAIT):
                await self._send({"type": "websocket.send", "text": orjson.dumps(message).decode()})
        except TimeoutError:
            self.end(Closing(TRY_AGAIN, "Messages are not read fast enough"))
            raise
