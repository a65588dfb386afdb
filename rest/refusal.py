"""Requests that are not answered as asked: one vocabulary for the graph's errors and for those of HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLError

STATUS: Mapping[str, int] = {
    "BAD_USER_INPUT": 400,
    "UNAUTHENTICATED": 401,
    "INVALID_CREDENTIALS": 401,
    "FORBIDDEN": 403,
    "NOT_ENROLLED": 403,
    "NOT_ACCESSIBLE": 403,
    "INVITE_ONLY": 403,
    "ENROLLMENT_CLOSED": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "NOT_ACCEPTABLE": 406,
    "CONFLICT": 409,
    "GONE": 410,
    "ALREADY_EXISTS": 409,
    "ALREADY_SUBMITTED": 409,
    "UNPROCESSABLE": 422,
    "IDEMPOTENCY_KEY_REUSED": 422,
    "RATE_LIMITED": 429,
    "INTERNAL_SERVER_ERROR": 500,
    "NOT_IMPLEMENTED": 501,
    "SERVICE_UNAVAILABLE": 503,
    "POOL_TIMEOUT": 503,
    "TIMEOUT": 503,
}
"""HTTP status per code; a code of `userErrors` that is not here is 422, any other 500."""


class Refusal(Exception):  # noqa: N818 (an answer, not a fault)
    """Why a request is not answered as asked: `code` for the dialect to choose by, `message` for the client.

    `headers` go onto the response whatever its form. The status is that of the code unless one is given.
    """

    def __init__(
        self,
        code: str,
        message: str = "",
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status if status is not None else STATUS.get(code, 500)
        self.headers = headers or {}


def of_errors(errors: Sequence[GraphQLError]) -> Refusal:
    """The refusal that an execution's errors amount to: the first speaks for all."""
    if not errors:
        return Refusal("INTERNAL_SERVER_ERROR")
    error = errors[0]
    extensions: Mapping[str, Any] = error.extensions or {}
    code = str(extensions.get("code", "INTERNAL_SERVER_ERROR"))
    retry_after = extensions.get("retryAfter")
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Refusal(code, error.message, headers=headers)


def of_user_errors(errors: Sequence[Mapping[str, Any]]) -> Refusal:
    """The refusal that a mutation's `userErrors` amount to."""
    code = str(errors[0]["code"])
    messages = " ".join(str(error["message"]) for error in errors)
    return Refusal(code, messages, status=STATUS.get(code, 422))
