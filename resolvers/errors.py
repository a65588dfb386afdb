"""Errors that a client may see, each with the code that stands in `extensions.code`."""

from enum import StrEnum


class UserErrorCode(StrEnum):
    """Why a mutation did nothing, as its payload tells."""

    NOT_FOUND = "not_found"
    NOT_ENROLLED = "not_enrolled"
    NOT_ACCESSIBLE = "not_accessible"
    ENROLLMENT_CLOSED = "enrollment_closed"
    INVITE_ONLY = "invite_only"
    NO_ATTEMPTS_LEFT = "no_attempts_left"
    TIME_LIMIT_EXCEEDED = "time_limit_exceeded"
    DEADLINE_PASSED = "deadline_passed"
    ALREADY_SUBMITTED = "already_submitted"
    INVALID_ANSWER = "invalid_answer"
    INVALID_CREDENTIALS = "invalid_credentials"
    INVALID_INPUT = "invalid_input"
    ALREADY_EXISTS = "already_exists"


class Refused(Exception):  # noqa: N818 (an outcome of a mutation, not a fault)
    """Raised by a command that the domain's rules forbid: nothing is written, the payload says why."""

    def __init__(self, code: UserErrorCode, message: str, *field: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = list(field)


class CodedError(Exception):
    """Base of all errors whose message is written for the client; everything else is masked."""

    code = "INTERNAL_SERVER_ERROR"


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
