"""Rollup: computes the outcome of a registration from the states of its activities."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum

from models.packages.registration import Completion, Success


@dataclass(frozen=True, slots=True)
class Outcome:
    """Outcome of an activity or a registration; `score` is a ratio from -1 to 1, `total_time` in seconds."""

    completion: Completion = Completion.UNKNOWN
    success: Success = Success.UNKNOWN
    score: float | None = None
    total_time: float = 0.0


class StatusRule(StrEnum):
    """Condition for the completion of a registration; the values are those of SCORM Cloud's players."""

    ALL_COMPLETE = "COMPLETE_WHEN_ALL_UNITS_COMPLETE"
    NONE_FAILED = "COMPLETE_WHEN_ALL_UNITS_COMPLETE_AND_NOT_FAILED"
    THRESHOLD = "COMPLETE_WHEN_THRESHOLD_SCORE_IS_MET"
    COMPLETE_AND_THRESHOLD = "COMPLETE_WHEN_ALL_UNITS_COMPLETE_AND_THRESHOLD_SCORE_IS_MET"
    ALL_PASSED = "COMPLETE_WHEN_ALL_UNITS_ARE_PASSED"


class ScoreRule(StrEnum):
    """Activities that count for the mean score."""

    ALL = "AVERAGE_SCORE_OF_ALL_UNITS"
    WITH_SCORES = "AVERAGE_SCORE_OF_ALL_UNITS_WITH_SCORES"
    NONZERO = "AVERAGE_SCORE_OF_ALL_UNITS_WITH_NONZERO_SCORES"


@dataclass(frozen=True, slots=True)
class Rules:
    """Rollup rules set by the course team (`resolvers.packages.setting`); `threshold` is a ratio."""

    status: StatusRule = StatusRule.ALL_COMPLETE
    threshold: float = 1.0
    gives_success: bool = False
    score: ScoreRule = ScoreRule.WITH_SCORES


def rolled_up(outcomes: Sequence[Outcome | None], rules: Rules = Rules()) -> Outcome:
    """Return the outcome of a registration from its activities' outcomes; null for an activity never opened.

    By default, the registration is completed if all activities are, and passed if some activities are
    passed, none failed, and the others are completed. The score is the mean of all scores (SCORM 2004 SN,
    4.6, with its default rules).
    """
    begun = [each for each in outcomes if each is not None]
    if not begun:
        return Outcome()
    score = _score(outcomes, rules.score)
    is_complete = _is_complete(outcomes, score, rules)
    return Outcome(
        completion=Completion.COMPLETED if is_complete else Completion.INCOMPLETE,
        success=Success.PASSED if is_complete and rules.gives_success else _success(outcomes),
        score=score,
        total_time=fsum(each.total_time for each in begun),
    )


def _score(outcomes: Sequence[Outcome | None], rule: ScoreRule) -> float | None:
    scores = [each.score for each in outcomes if each is not None and each.score is not None]
    if not scores:
        return None
    match rule:
        case ScoreRule.ALL:
            return fsum(scores) / len(outcomes)
        case ScoreRule.NONZERO:
            scores = [each for each in scores if each] or scores
    return fsum(scores) / len(scores)


def _is_complete(outcomes: Sequence[Outcome | None], score: float | None, rules: Rules) -> bool:
    are_complete = all(each is not None and each.completion is Completion.COMPLETED for each in outcomes)
    is_any_failed = any(each is not None and each.success is Success.FAILED for each in outcomes)
    is_met = score is not None and score >= rules.threshold
    match rules.status:
        case StatusRule.ALL_COMPLETE:
            return are_complete
        case StatusRule.NONE_FAILED:
            return are_complete and not is_any_failed
        case StatusRule.THRESHOLD:
            return is_met
        case StatusRule.COMPLETE_AND_THRESHOLD:
            return are_complete and not is_any_failed and is_met
        case StatusRule.ALL_PASSED:
            return all(each is not None and each.success is Success.PASSED for each in outcomes)


def reached(before: Outcome, now: Outcome) -> Outcome:
    """Return the best of the outcomes `before` and `now`: a new attempt never loses completion or success."""
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
