"""Refusals: requests that are not answered as asked, with one table of HTTP statuses for every door."""

from collections.abc import Mapping
from typing import Any

STATUS: Mapping[str, int] = {
    "BAD_REQUEST": 400,
    "BAD_USER_INPUT": 400,
    "UNAUTHENTICATED": 401,
    "INVALID_CREDENTIALS": 401,
    "CSRF_HEADER_MISSING": 403,
    "FORBIDDEN": 403,
    "NOT_ENROLLED": 403,
    "NOT_ACCESSIBLE": 403,
    "INVITE_ONLY": 403,
    "ENROLLMENT_CLOSED": 403,
    "NOT_FOUND": 404,
    "STREAM_NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "NOT_ACCEPTABLE": 406,
    "CONFLICT": 409,
    "ALREADY_EXISTS": 409,
    "ALREADY_SUBMITTED": 409,
    "GONE": 410,
    "PAYLOAD_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "UNPROCESSABLE": 422,
    "IDEMPOTENCY_KEY_REUSED": 422,
    "RATE_LIMITED": 429,
    "INTERNAL_SERVER_ERROR": 500,
    "NOT_IMPLEMENTED": 501,
    "SERVICE_UNAVAILABLE": 503,
    "POOL_TIMEOUT": 503,
    "TIMEOUT": 503,
}
"""HTTP status by code; 500 for a code that is not listed."""


class Refusal(Exception):  # noqa: N818 (an answer, not a fault)
    """Reason why a request is not answered as asked: `code` for programs, `message` for people.

    `headers` go onto the response, whatever its form. `fields` are messages by the input's path. The status
    is that of the code unless one is given.
    """

    def __init__(
        self,
        code: str,
        message: str = "",
        headers: Mapping[str, str] | None = None,
        *,
        status: int | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.headers = headers or {}
        self.fields = fields or {}
        self.status = STATUS.get(code, 500) if status is None else status

    @property
    def extensions(self) -> dict[str, Any]:
        """Error extensions in GraphQL: the code, and the seconds until a retry."""
        wait = self.headers.get("Retry-After")
        return {"code": self.code} if wait is None else {"code": self.code, "retryAfter": int(wait)}
