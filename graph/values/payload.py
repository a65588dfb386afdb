"""What mutations answer."""

import strawberry

from graph.declaring.declare import column, described
from resolvers.commands.problem import UserErrorCode as UserErrorCode

described(
    UserErrorCode,
    "Why a mutation did nothing.",
    NOT_FOUND="What it names does not exist for the viewer.",
    NOT_ENROLLED="Viewer does not take part in the course.",
    NOT_ACCESSIBLE="Viewer may not open it now.",
    ENROLLMENT_CLOSED="Course does not take learners now.",
    INVITE_ONLY="Course takes only those whom its team enrolls.",
    NO_ATTEMPTS_LEFT="All allowed attempts are used.",
    TIME_LIMIT_EXCEEDED="Time of the attempt has run out.",
    DEADLINE_PASSED="Deadline of the item has passed.",
    ALREADY_SUBMITTED="Attempt was handed in before.",
    INVALID_ANSWER="Answer does not fit its question.",
    INVALID_CREDENTIALS="Name and password do not belong together.",
    INVALID_INPUT="Value cannot be taken as it is.",
    ALREADY_EXISTS="There is one already.",
    FORBIDDEN="Viewer lacks the right to do this.",
    CONFLICT="Somebody else changed it in the meantime.",
    WRONG_STATE="It is in a state in which this cannot be done.",
    LIMIT_REACHED="There are as many as there may be.",
    TOO_MANY_TRIES="There were too many tries in a short time.",
    EXPIRED="Its time is over.",
    LOCKED="Somebody else is working on it.",
    PAYMENT_REQUIRED="It has to be paid for first.",
)


@strawberry.type(description="Reason for which a mutation did nothing.")
class UserError:
    field: list[str] = column("Path of the input field that it concerns; empty for the whole.")
    code: UserErrorCode = column("Which reason, for programs.")
    message: str = column("Which reason, for people.")


@strawberry.type
class Payload:
    """What the answer of every mutation holds beside what it changed."""

    user_errors: list[UserError] = column("Why nothing was done; empty where all went well.", usual=1)
