"""Payloads of mutations: the fields they share, user errors and their codes."""

import strawberry

from graph.declaring.declare import column, described
from resolvers.commands.problem import UserErrorCode as UserErrorCode

described(
    UserErrorCode,
    "Reason a mutation was refused.",
    NOT_FOUND="Referenced object is not visible to the viewer.",
    NOT_ENROLLED="Viewer is not enrolled in the course.",
    NOT_ACCESSIBLE="Object is not accessible to the viewer now.",
    ENROLLMENT_CLOSED="Course accepts no enrollments now.",
    INVITE_ONLY="Course accepts only learners enrolled by its course team.",
    NO_ATTEMPTS_LEFT="All allowed attempts are used.",
    TIME_LIMIT_EXCEEDED="Time limit of the attempt has expired.",
    DEADLINE_PASSED="Deadline of the item has passed.",
    ALREADY_SUBMITTED="Attempt was submitted before.",
    INVALID_ANSWER="Answer does not fit its question.",
    INVALID_CREDENTIALS="Name and password do not match.",
    INVALID_INPUT="Value is not valid.",
    ALREADY_EXISTS="Equal object exists already.",
    FORBIDDEN="Viewer lacks the permission.",
    CONFLICT="Object was changed by another request in the meantime.",
    WRONG_STATE="State of the object does not allow the operation.",
    LIMIT_REACHED="Maximum number of objects is reached.",
    TOO_MANY_TRIES="Too many attempts were made in a short time.",
    EXPIRED="Object has already expired.",
    LOCKED="Object is locked by another user.",
    PAYMENT_REQUIRED="Object requires a payment first.",
)


@strawberry.type(description="Reason a mutation was refused.")
class UserError:
    field: list[str] = column("Path of the input field; empty if the error concerns the whole input.")
    code: UserErrorCode = column("Error code, for programs.")
    message: str = column("Error message, for people.")


@strawberry.type
class Payload:
    """Fields that every payload has in addition to the objects that the mutation wrote."""

    user_errors: list[UserError] = column("Reasons the mutation was refused; empty on success.", usual=1)
