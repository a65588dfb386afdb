"""Problems: reasons a command is refused, collected and returned together as a payload's user errors."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class UserErrorCode(StrEnum):
    """Codes of user errors."""

    NOT_FOUND = "not_found"
    NOT_ENROLLED = "not_enrolled"
    NOT_ACCESSIBLE = "not_accessible"
    FORBIDDEN = "forbidden"
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
    CONFLICT = "conflict"
    WRONG_STATE = "wrong_state"
    LIMIT_REACHED = "limit_reached"
    TOO_MANY_TRIES = "too_many_tries"
    EXPIRED = "expired"
    LOCKED = "locked"
    PAYMENT_REQUIRED = "payment_required"


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason a command is refused.

    `path` is the path of the invalid input value: Python names and list indexes; empty if the problem
    concerns the whole input.
    """

    path: tuple[str | int, ...]
    code: UserErrorCode
    message: str


class Refused(Exception):  # noqa: N818 (an outcome of a mutation, not a fault)
    """Raised by a command that the domain's rules forbid; its transaction is rolled back."""

    def __init__(self, code: UserErrorCode, message: str, *path: str | int) -> None:
        super().__init__(message)
        self.problems: Sequence[Problem] = (Problem(path, code, message),)

    @classmethod
    def together(cls, problems: Sequence[Problem]) -> "Refused":
        """Return the refusal for several problems; the first is the message of the exception."""
        refused = cls(problems[0].code, problems[0].message, *problems[0].path)
        refused.problems = tuple(problems)
        return refused


@dataclass(slots=True)
class Problems:
    """Problems of an input, collected so that a client receives all of them in one response."""

    found: list[Problem] = field(default_factory=list)

    def add(self, code: UserErrorCode, message: str, *path: str | int) -> None:
        """Add a problem and continue."""
        self.found.append(Problem(path, code, message))

    def invalid(self, message: str, *path: str | int) -> None:
        """Add a problem with an invalid value."""
        self.add(UserErrorCode.INVALID_INPUT, message, *path)

    def refuse(self) -> None:
        """Raise `Refused` if there are problems."""
        if self.found:
            raise Refused.together(self.found)
