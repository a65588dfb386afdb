"""Responses: results and refusals as HTTP messages."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError
from starlette.types import Receive, Scope, Send

from graph.http.media import GRAPHQL, JSON
from resolvers.access.viewer import Role
from resolvers.operations.context import Charge, Context
from resolvers.operations.refusal import STATUS, Refusal
from settings import logs

RawHeaders = list[tuple[bytes, bytes]]

CONTENT_TYPE = {media: (b"content-type", f"{media}; charset=utf-8".encode()) for media in (JSON, GRAPHQL)}
NO_SNIFF = (b"x-content-type-options", b"nosniff")
NO_STORE = (b"cache-control", b"no-store")

NO_FAILURE = ("PERSISTED_QUERY_NOT_FOUND", "PERSISTED_QUERY_NOT_SUPPORTED")
"""Codes that make clients send the text of a document; clients expect them in a response with status 200."""

OF_TRANSPORT = frozenset(
    {
        "BAD_REQUEST",
        "UNAUTHENTICATED",
        "CSRF_HEADER_MISSING",
        "STREAM_NOT_FOUND",
        "METHOD_NOT_ALLOWED",
        "NOT_ACCEPTABLE",
        "CONFLICT",
        "PAYLOAD_TOO_LARGE",
        "UNSUPPORTED_MEDIA_TYPE",
        "RATE_LIMITED",
        "INTERNAL_SERVER_ERROR",
        "SERVICE_UNAVAILABLE",
        "POOL_TIMEOUT",
        "TIMEOUT",
    }
)
"""Codes of request errors that answer with their HTTP status in every media type and edition."""


class BufferedResponse:
    """Complete response, an ASGI application like Starlette's responses, with less overhead."""

    __slots__ = ("body", "raw_headers", "status_code")

    def __init__(self, status_code: int, raw_headers: RawHeaders, body: bytes = b"") -> None:
        self.status_code = status_code
        self.raw_headers = raw_headers
        self.body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response; for HEAD only the headers."""
        headers = self.raw_headers
        if self.status_code not in (204, 304):
            headers = [*headers, (b"content-length", b"%d" % len(self.body))]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        body = b"" if scope["method"] == "HEAD" else self.body
        await send({"type": "http.response.body", "body": body})


def json_reply(status: int, media: str, body: bytes) -> BufferedResponse:
    """Return a response of one of the two JSON media types."""
    return BufferedResponse(status, [CONTENT_TYPE[media], NO_SNIFF], body)


def refused(refusal: Refusal, media: str) -> BufferedResponse:
    """Return a refusal as a response."""
    extensions = refusal.extensions
    if refusal.status == 500:
        extensions["requestId"] = logs.request_id.get()
    error = {"message": refusal.message, "extensions": extensions}
    reply = json_reply(refusal.status, media, orjson.dumps({"errors": [error]}))
    reply.raw_headers.append(NO_STORE)
    reply.raw_headers += [(name.lower().encode(), value.encode()) for name, value in refusal.headers.items()]
    if refusal.code == "UNAUTHENTICATED":
        reply.raw_headers.append((b"www-authenticate", b"Bearer"))
    return reply


def code_of(errors: Sequence[GraphQLError] | None) -> str:
    """Return the code that a result is counted under: the code of its first error, `OK` without errors."""
    if not errors:
        return "OK"
    return str((errors[0].extensions or {}).get("code", "INTERNAL_SERVER_ERROR"))


def is_request_error(result: ExecutionResult) -> bool:
    """Return whether nothing was executed, so that `data` is absent: execution errors have a path."""
    return result.data is None and bool(result.errors) and result.errors[0].path is None  # type: ignore[index]


def status_of(result: ExecutionResult, media: str, edition: str) -> int:
    """Return the HTTP status of a result.

    `edition` is the edition of the GraphQL over HTTP specification. Before `2026`, clients attribute an
    `application/json` response with a status other than 200 to an intermediary, and do not know 422 and 294.
    """
    if not result.errors:
        return 200
    if not is_request_error(result):
        return 294 if edition == "2026" and media == GRAPHQL else 200
    code = code_of(result.errors)
    if code in NO_FAILURE:
        return 200
    if code in OF_TRANSPORT:
        return STATUS[code]
    if edition == "2026":
        return 400 if code == "GRAPHQL_PARSE_FAILED" else 422
    return 400 if media == GRAPHQL else 200


def cost_of(charge: Charge) -> dict[str, Any]:
    """Return a charge as a value for JSON."""
    full = datetime.now(UTC) + timedelta(seconds=charge.reset)
    actual = {} if charge.actual is None else {"actual": charge.actual}
    return {
        "requested": charge.requested,
        **actual,
        "limit": charge.limit,
        "remaining": charge.remaining,
        "resetAt": full.isoformat(timespec="seconds"),
    }


def body_of(result: ExecutionResult, context: Context) -> dict[str, Any]:
    """Return a result as a value for JSON; for staff with the number of SQL statements."""
    body: dict[str, Any] = {}
    if result.errors:
        body["errors"] = [error.formatted for error in result.errors]
    if not is_request_error(result):
        body["data"] = result.data
    extensions: Mapping[str, Any] | None = result.extensions
    if context.viewer.role is Role.STAFF:
        extensions = {**(extensions or {}), "statements": len(context.statements)}
    if context.tells_cost and context.charge is not None:
        extensions = {**(extensions or {}), "cost": cost_of(context.charge)}
    if extensions:
        body["extensions"] = extensions
    return body
