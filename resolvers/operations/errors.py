"""Errors that a client may see, each with the code that stands in `extensions.code`."""

from typing import Any

from psycopg import OperationalError
from psycopg.errors import QueryCanceled
from psycopg_pool import PoolTimeout

from models.postgres.connection import Silent


class CodedError(Exception):
    """Base of all errors whose message is written for the client; everything else is masked."""

    code = "INTERNAL_SERVER_ERROR"

    @property
    def extensions(self) -> dict[str, Any]:
        """What stands beside the message for programs."""
        return {"code": self.code}


class BadUserInput(CodedError):  # noqa: N818 (GraphQL's own name for it)
    """An argument that cannot mean anything: the message names the argument."""

    code = "BAD_USER_INPUT"


class NotFound(CodedError):  # noqa: N818 (GraphQL's own name for it)
    """Something that does not exist for the viewer, where a null cannot say so."""

    code = "NOT_FOUND"


class Forbidden(CodedError):  # noqa: N818 (GraphQL's own name for it)
    """Something that the viewer's token is not for."""

    code = "FORBIDDEN"


class Unauthenticated(CodedError):  # noqa: N818 (GraphQL's own name for it)
    """Something that only a signed-in viewer may do."""

    code = "UNAUTHENTICATED"


class Unavailable(CodedError):  # noqa: N818 (what we are)
    """Something that cannot be done now, but perhaps after `retry_after` seconds."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self, message: str, code: str = code, retry_after: int = 2) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after = retry_after

    @property
    def extensions(self) -> dict[str, Any]:
        """The code, and when to come again."""
        return {"code": self.code, "retryAfter": self.retry_after}


class RateLimited(Unavailable):
    """More than the viewer may do in so short a time."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message, "RATE_LIMITED", retry_after)


def unavailable(error: PoolTimeout | OperationalError) -> Unavailable:
    """What clients are told of a database that does not answer in time, or not at all."""
    match error:
        case PoolTimeout():
            return Unavailable("All connections to the database are in use.", "POOL_TIMEOUT")
        case QueryCanceled() | Silent():
            return Unavailable("The database needed too long.", "TIMEOUT")
    return Unavailable("The database does not answer.")


class IdempotencyKeyReused(CodedError):  # noqa: N818 (what was done)
    """A key that stands for something else already."""

    code = "IDEMPOTENCY_KEY_REUSED"
