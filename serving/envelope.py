"""Shared parts of responses outside GraphQL: request id, budget, CORS, compression, errors with a body."""

from collections.abc import Mapping

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.http.headers import headers_of, refuse_repeated
from graph.http.media import JSON
from graph.http.refusal import refusal_of
from graph.http.reply import RawHeaders, refused
from graph.limits.attendance import asked_by
from graph.limits.gate import charged
from graph.limits.headers import budget_headers
from serving.compression import SMALLEST, VARY, chosen_coding, compressed
from serving.cors import Origins
from settings import logs

METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

ALLOWED = b"access-control-allow-origin"
RECORD_STORE = "/xapi"
INERT = {
    b"x-content-type-options": b"nosniff",
    b"content-security-policy": b"default-src 'none'; sandbox",
}
"""Headers of every response below `RECORD_STORE`, errors included: no browser may show one as a page."""

TEXTUAL = (b"application/json", b"application/vnd.api+json", b"application/xml", b"text/")
"""Prefixes of media types to compress."""


class Envelope:
    """ASGI middleware around an application."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self.app = app
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application; respond to preflight requests and to its exceptions in its place."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = headers_of(scope)
        request_id = logs.identify(headers.get("x-request-id"))
        added = [(b"x-request-id", request_id.encode()), *self.origins.headers(headers.get("origin"))]
        fixed = INERT if scope["path"].startswith(RECORD_STORE) else {}
        sending = Sending(send, added, chosen_coding(headers.get("accept-encoding", "")), fixed)
        charged.set(None)
        asked_by(scope)
        asked = self.origins.preflight(headers, METHODS) if scope["method"] == "OPTIONS" else None
        try:
            refuse_repeated(scope)
            await (asked or self.app)(scope, receive, sending)
        except ClientDisconnect:
            return
        except Exception as error:
            if sending.has_begun:
                raise
            await refused(refusal_of(error), JSON)(scope, receive, sending)


class Sending:
    """Sends a response with headers added or `fixed`, and compressed if it is complete, large enough and
    `coding` is set.
    """

    def __init__(
        self, send: Send, added: RawHeaders, coding: str | None, fixed: Mapping[bytes, bytes]
    ) -> None:
        self._send = send
        self._added = added
        self._fixed = fixed
        self._coding = coding
        self._start: Message | None = None
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        """Send one message; the first waits for the start of the body."""
        if message["type"] == "http.response.start":
            dropped = set(self._fixed)
            if any(name == ALLOWED for name, _ in self._added):
                # Some routes allow every origin; a page with cookies needs its own named, and only once.
                dropped.add(ALLOWED)
            own = [each for each in message.get("headers", []) if each[0].lower() not in dropped]
            headers = [*own, *self._fixed.items(), *self._added, *budget_headers(charged.get())]
            self._start = {**message, "headers": headers}
            return
        if self._start is not None:
            start, self._start = self._start, None
            self.has_begun = True
            if not message.get("more_body") and len(message.get("body", b"")) >= SMALLEST:
                message = self._compressed(start, message)
            await self._send(start)
        await self._send(message)

    def _compressed(self, start: Message, message: Message) -> Message:
        """Return the whole body as it is sent; the headers in `start` are updated."""
        told = dict(start["headers"])
        if b"content-encoding" in told or not told.get(b"content-type", b"").startswith(TEXTUAL):
            return message
        start["headers"].append(VARY)
        if self._coding is None:
            return message
        body = compressed(message["body"], self._coding)
        changed = {b"content-length": b"%d" % len(body)}
        if (tag := told.get(b"etag", b"W/")) and not tag.startswith(b"W/"):
            changed[b"etag"] = b"W/" + tag  # the same content in other bytes
        start["headers"] = [(name, changed.get(name, value)) for name, value in start["headers"]]
        start["headers"].append((b"content-encoding", self._coding.encode()))
        return {**message, "body": body}
