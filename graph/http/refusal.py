"""Requests that are turned away before anything is executed."""

import logging
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg_pool import PoolTimeout

from graph.limits.attendance import ClientLeft
from resolvers.operations.errors import CodedError, Unavailable, unavailable

log = logging.getLogger(__name__)

STATUS: Mapping[str, int] = {
    "BAD_REQUEST": 400,
    "UNAUTHENTICATED": 401,
    "CSRF_HEADER_MISSING": 403,
    "STREAM_NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "NOT_ACCEPTABLE": 406,
    "CONFLICT": 409,
    "PAYLOAD_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "RATE_LIMITED": 429,
    "INTERNAL_SERVER_ERROR": 500,
    "SERVICE_UNAVAILABLE": 503,
    "POOL_TIMEOUT": 503,
    "TIMEOUT": 503,
}
"""HTTP status by `extensions.code`, whatever form the answer has; 400 for others."""


class Refusal(Exception):  # noqa: N818 (an answer, not a fault)
    """Why a request is not answered: `code` and its status for programs, the message for people."""

    def __init__(self, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.headers = headers or {}

    @property
    def status(self) -> int:
        """The HTTP status."""
        return STATUS.get(self.code, 400)

    @property
    def extensions(self) -> dict[str, Any]:
        """What stands beside the message for programs: the code, and after how many seconds to come again."""
        wait = self.headers.get("Retry-After")
        return {"code": self.code} if wait is None else {"code": self.code, "retryAfter": int(wait)}


def refusal_of(error: Exception) -> Refusal:
    """The refusal that an error before or around execution amounts to; an unexpected one is logged."""
    match error:
        case Refusal():
            return error
        case ClientLeft():
            return Refusal("SERVICE_UNAVAILABLE", "Nobody waits for this any more.")
        case CodedError():
            retry = {"Retry-After": str(error.retry_after)} if isinstance(error, Unavailable) else {}
            return Refusal(error.code, str(error), retry)
        case PoolTimeout() | psycopg.OperationalError():
            return refusal_of(unavailable(error))
    log.error("Unexpected error around a request", exc_info=error)
    return Refusal("INTERNAL_SERVER_ERROR", "Something went wrong on our side.")
