"""HTTP/1.1 connections: uvicorn's protocol with httptools, bounded for strangers.

httptools neither limits a head nor the time that a request takes, and its parser skips the body of a request
with `Upgrade`, whatever the offer. One class mends that, because only it sees the bytes of every door.
"""

import re
from asyncio import BaseTransport, Transport
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from graph.http.headers import SINGLE
from serving.connections import Connections

LARGEST_HEAD = 32 * 1024
"""Maximum bytes of a request line with its headers."""

MOST_HEADERS = 200

PIECE = 32 * 1024
"""Bytes per call of the parser; the head of a refused request costs no more memory than a few."""

HEAD_WAIT = 10.0
"""Seconds within which a head must arrive, and the first byte of a connection."""

BODY_WAIT = 60.0
"""Seconds that a body may stand still."""

SLOWEST_BODY = 500
"""Bytes per second that a body must reach, after `BODY_WAIT`."""

MOST_DRAINED = 64 * 1024 * 1024
DRAIN_WAIT = 30.0
DRAIN_SILENCE = 5.0
"""Bytes and seconds that a client may continue to send after the last response, and seconds of silence.

A connection that is closed with unread bytes is reset, and the client never reads why it was refused.
"""

HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]++\]|[A-Za-z0-9._~!$&'()*+,;=%-]*+)(?::[0-9]*+)?")
"""Host names and addresses that a request may name, with a port (RFC 9112, 3.2)."""

FRAMING = (b"content-length", b"transfer-encoding")

IDLE, HEAD, BODY, DRAINING = range(4)
"""States of a connection, by what the client sends next."""

MESSAGES = {
    HTTPStatus.BAD_REQUEST: "Invalid HTTP request received.",
    HTTPStatus.REQUEST_TIMEOUT: "The request did not arrive in time.",
    HTTPStatus.REQUEST_URI_TOO_LONG: f"The URL exceeds {LARGEST_HEAD:,} bytes.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        f"The headers exceed {LARGEST_HEAD:,} bytes, or {MOST_HEADERS} lines."
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: "There are too many connections from this network.",
}


class RequestRefused(Exception):  # noqa: N818 (what a request is)
    """Raised within the parser for a request that is answered here."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class ResponseTransport:
    """Transport of a connection's responses, which is not closed before the client has read them."""

    __slots__ = ("close", "is_closing", "write")

    def __init__(self, transport: Transport, close: Callable[[], None]) -> None:
        self.write = transport.write
        self.is_closing = transport.is_closing
        self.close = close


class CountedSocket(WebSocketsSansIOProtocol):
    """WebSocket that counts as a connection of its network until its end."""

    released: Callable[[], None] | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Remove the connection from the count."""
        super().connection_lost(exc)
        if self.released is not None:
            self.released()


class HttpProtocol(HttpToolsProtocol):
    """One connection; `review` is called every second."""

    def __init__(self, limits: Connections, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.limits = limits
        self.state = IDLE
        self.began = self.heard = self.reviewed = self.loop.time()
        self.pending = 0
        """Bytes since the parser came to the end of anything."""
        self.received = 0
        """Bytes of the body, or bytes that were dropped."""
        self.url = b""
        self.size = 0
        self.is_replaying = False
        self.has_ended = False

    def connection_made(self, transport: BaseTransport) -> None:
        """Refuse the connection if its network has too many."""
        super().connection_made(cast(Transport, transport))
        self.responses = ResponseTransport(self.transport, self.end)
        if not self.limits.opened(self):
            self.tell(HTTPStatus.SERVICE_UNAVAILABLE)
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Remove the connection from the count."""
        super().connection_lost(exc)
        self.limits.closed(self)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, or drop what follows the last response."""
        self._unset_keepalive_if_required()
        self.heard = self.loop.time()
        if len(data) <= PIECE:
            self.feed(data)
            return
        for start in range(0, len(data), PIECE):
            self.feed(data[start : start + PIECE])

    def feed(self, data: bytes) -> None:
        """Feed a piece, at most `PIECE` bytes."""
        if self.state is DRAINING:
            self.received += len(data)
            if self.received > MOST_DRAINED:
                self.transport.close()
            return
        while data and not self.transport.is_closing():
            self.pending += len(data)
            try:
                self.parser.feed_data(data)
                break
            except httptools.HttpParserUpgrade as upgrade:
                if self._should_upgrade():
                    self.handle_websocket_upgrade()
                    return
                data = data[upgrade.args[0] :]
                self.stay()
            except httptools.HttpParserError as error:
                why = error.__context__
                self.refuse(why.status if isinstance(why, RequestRefused) else HTTPStatus.BAD_REQUEST)
                return
        if self.pending > 2 * LARGEST_HEAD:
            self.refuse(self.too_large())

    def stay(self) -> None:
        """Continue in HTTP/1.1 after an offer to upgrade, which is ignored (RFC 9110, 7.8).

        The parser took the body for another protocol; a new one reads it, after a head with the same framing.
        """
        framing = [name + b": " + value for name, value in self.headers if name in FRAMING]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.is_replaying = True
        self.parser.feed_data(b"\r\n".join([b"POST / HTTP/1.1", *framing, b"\r\n"]))
        self.is_replaying = False

    def handle_websocket_upgrade(self) -> None:
        """Let the WebSocket count as this connection."""
        super().handle_websocket_upgrade()
        socket = self.transport.get_protocol()
        if isinstance(socket, CountedSocket):
            socket.released = lambda: self.limits.closed(self)

    def on_message_begin(self) -> None:
        """Start a head."""
        if self.is_replaying:
            return
        super().on_message_begin()
        self.state, self.began = HEAD, self.heard
        self.size = self.received = 0

    def on_url(self, url: bytes) -> None:
        """Collect the URL."""
        if not self.is_replaying:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header; trailers are dropped, because the headers are in use already."""
        if self.state is not HEAD or self.is_replaying:
            return
        self.size += len(name) + len(value) + 4
        if self.size <= LARGEST_HEAD and len(self.headers) < MOST_HEADERS:
            super().on_header(name, value)
        elif name.lower() == b"origin":
            self.headers.append((b"origin", value))

    def on_headers_complete(self) -> None:
        """Start the request, unless its head is refused."""
        if self.is_replaying:
            return
        self.pending = 0
        if self.size + len(self.url) > LARGEST_HEAD or len(self.headers) >= MOST_HEADERS:
            raise RequestRefused(self.too_large())
        self.check_lines()
        previous = self.cycle
        super().on_headers_complete()
        self.state, self.began = BODY, self.heard
        if self.cycle is not previous:
            self.cycle.transport = self.responses  # type: ignore[assignment]

    def check_lines(self) -> None:
        """Refuse a second line of a header that is no list, and all hosts but one (RFC 9112, 3.2)."""
        single = [name for name, _ in self.headers if name in SINGLE]
        if len(single) > len(set(single)):
            raise RequestRefused(HTTPStatus.BAD_REQUEST)
        host = next((value for name, value in self.headers if name == b"host"), None)
        if host is None:
            if self.parser.get_http_version() not in ("1.0", "0.9"):
                raise RequestRefused(HTTPStatus.BAD_REQUEST)
        elif not HOST.fullmatch(host):
            raise RequestRefused(HTTPStatus.BAD_REQUEST)

    def on_body(self, body: bytes) -> None:
        """Pass a part of the body on, or drop it after the response."""
        self.pending = 0
        self.received += len(body)
        super().on_body(body)
        if self.cycle.response_complete and self.received > MOST_DRAINED:
            self.transport.close()

    def on_message_complete(self) -> None:
        """End a request; the parser takes one with an ignored offer to be complete after its head."""
        if self.parser.should_upgrade() and not self._should_upgrade():
            return
        self.pending = 0
        self.state, self.began = IDLE, self.heard
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Serve the next request, unless the connection ends."""
        if self.state is DRAINING:
            self.server_state.total_requests += 1
        else:
            super().on_response_complete()

    def too_large(self) -> HTTPStatus:
        """Return the status for a head that is too large, by its larger part."""
        if len(self.url) > LARGEST_HEAD // 2:
            return HTTPStatus.REQUEST_URI_TOO_LONG
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE

    @property
    def is_responding(self) -> bool:
        """Return whether a response to an earlier request is due, so that no other may be sent."""
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def is_waiting(self) -> bool:
        """Return whether nothing happens until the client sends something."""
        if self.state is BODY:
            return not self.flow.read_paused
        return self.has_ended or not self.is_responding

    def review(self, now: float) -> None:
        """End a connection that has been waiting too long for its client."""
        passed, self.reviewed = now - self.reviewed, now
        if not self.is_waiting:
            self.began += passed
            self.heard += passed
        elif self.state is DRAINING:
            if now - self.began > DRAIN_WAIT or now - self.heard > DRAIN_SILENCE:
                self.transport.close()
        elif self.state is BODY:
            due = self.began + BODY_WAIT + self.received / SLOWEST_BODY
            if now - self.heard > BODY_WAIT or now > due:
                self.refuse(HTTPStatus.REQUEST_TIMEOUT)
        elif self.state is HEAD and now - self.began > HEAD_WAIT:
            self.refuse(HTTPStatus.REQUEST_TIMEOUT)
        elif self.state is IDLE and now - self.began > HEAD_WAIT:
            self.transport.close()

    def refuse(self, status: HTTPStatus) -> None:
        """Respond to the request that is arriving, if nothing else is being sent, and end the connection."""
        if self.transport.is_closing() or self.state is DRAINING:
            return
        is_own, cycle = self.state is BODY, self.cycle
        self.pipeline.clear()
        if not self.is_responding:
            if not is_own:
                self.tell(status)
            self.drain()
            self.end()
        elif is_own and not cycle.response_started:
            self.tell(status)
            self.end()
            cycle.disconnected = True
            cycle.message_event.set()
        elif is_own:
            self.transport.close()
        else:
            cycle.keep_alive = False
            self.drain()

    def tell(self, status: HTTPStatus) -> None:
        """Send a response; the connection ends with it."""
        message = MESSAGES[status].encode()
        origin = next((value for name, value in self.headers or () if name == b"origin"), None)
        headers = [
            *self.server_state.default_headers,
            *self.limits.origins.headers(None if origin is None else origin.decode("latin-1")),
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"%d" % len(message)),
            (b"connection", b"close"),
        ]
        lines = [b"%b: %b\r\n" % header for header in dict(headers).items()]
        self.transport.write(b"".join([STATUS_LINE[status], *lines, b"\r\n", message]))

    def end(self) -> None:
        """Close the connection after the last response; if the client is still sending, when it has read."""
        if self.transport.is_closing():
            return
        if self.state is IDLE and not self.flow.read_paused:
            self.transport.close()
            return
        if self.state is not DRAINING:
            self.drain()
        self.has_ended = True
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def drain(self) -> None:
        """Drop all further bytes."""
        self.state, self.received, self.began = DRAINING, 0, self.loop.time()
        self.pipeline.clear()
        self.flow.resume_reading()
