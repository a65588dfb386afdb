"""What the states of a registration's activities amount to."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from models.registration import Completion, Success


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of an activity, or of all: `score` is a ratio from -1 to 1, `total_time` in seconds."""

    completion: Completion = Completion.UNKNOWN
    success: Success = Success.UNKNOWN
    score: float | None = None
    total_time: float = 0.0


def rolled_up(outcomes: Sequence[Outcome | None]) -> Outcome:
    """The outcome of a whole from those of its activities; null is one that was never opened.

    It is completed when all are, and passed when some are, none failed, and the others are completed. Its
    score is the mean of what was scored (SCORM 2004 SN, 4.6, with the rules that hold where none is given).
    """
    begun = [each for each in outcomes if each is not None]
    if not begun:
        return Outcome()
    is_complete = all(each is not None and each.completion is Completion.COMPLETED for each in outcomes)
    scores = [each.score for each in begun if each.score is not None]
    return Outcome(
        completion=Completion.COMPLETED if is_complete else Completion.INCOMPLETE,
        success=_success(outcomes),
        score=fsum(scores) / len(scores) if scores else None,
        total_time=fsum(each.total_time for each in begun),
    )


def reached(before: Outcome, now: Outcome) -> Outcome:
    """Where a learner stands who got to `before` and is at `now`: what was reached, no new try loses."""
    return Outcome(
        completion=before.completion if before.completion is Completion.COMPLETED else now.completion,
        success=before.success if before.success is Success.PASSED else now.success,
        score=max((each.score for each in (before, now) if each.score is not None), default=None),
    )


def _success(outcomes: Sequence[Outcome | None]) -> Success:
    told = {each.success for each in outcomes if each is not None}
    if Success.FAILED in told:
        return Success.FAILED
    open_ = [each for each in outcomes if each is None or each.success is Success.UNKNOWN]
    is_over = all(each is not None and each.completion is Completion.COMPLETED for each in open_)
    return Success.PASSED if Success.PASSED in told and is_over else Success.UNKNOWN
