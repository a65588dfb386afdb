"""Errors shown to clients, each with the code in `extensions.code`."""

from typing import Any

from psycopg import OperationalError
from psycopg.errors import QueryCanceled
from psycopg_pool import PoolTimeout

from models.postgres.connection import ReadOnly, Silent


class CodedError(Exception):
    """Base of all errors whose message is written for the client; all others are masked."""

    code = "INTERNAL_SERVER_ERROR"

    @property
    def extensions(self) -> dict[str, Any]:
        """Machine-readable part of the error."""
        return {"code": self.code}


class BadUserInput(CodedError):  # noqa: N818 (GraphQL's own name for it)
    """Raised for an invalid argument; the message has the name of the argument."""

    code = "BAD_USER_INPUT"


class NotFound(CodedError):  # noqa: N818 (GraphQL's own name for it)
    """Raised when an object is not visible to the viewer and null cannot express it."""

    code = "NOT_FOUND"


class Forbidden(CodedError):  # noqa: N818 (GraphQL's own name for it)
    """Raised when the scopes of the viewer's token do not allow the operation."""

    code = "FORBIDDEN"


class Unauthenticated(CodedError):  # noqa: N818 (GraphQL's own name for it)
    """Raised when the operation needs a signed-in viewer."""

    code = "UNAUTHENTICATED"


class Unavailable(CodedError):  # noqa: N818 (what we are)
    """Raised when a request cannot be served now, but perhaps after `retry_after` seconds."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self, message: str, code: str = code, retry_after: int = 2) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after = retry_after

    @property
    def extensions(self) -> dict[str, Any]:
        """Code, and seconds until a retry."""
        return {"code": self.code, "retryAfter": self.retry_after}


class RateLimited(Unavailable):
    """Raised when the viewer exceeds a rate limit."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message, "RATE_LIMITED", retry_after)


def unavailable(error: PoolTimeout | OperationalError) -> Unavailable:
    """Return the error for a database that does not respond in time, does not write, or is not there."""
    match error:
        case PoolTimeout():
            return Unavailable("All connections to the database are in use.", "POOL_TIMEOUT")
        case QueryCanceled() | Silent():
            return Unavailable("The database needed too long.", "TIMEOUT")
        case ReadOnly():
            return Unavailable("The database is read-only: only reads are served.")
    return Unavailable("The database does not respond.")


class IdempotencyKeyReused(CodedError):  # noqa: N818 (what was done)
    """Raised when an idempotency key belongs to another command or input."""

    code = "IDEMPOTENCY_KEY_REUSED"
