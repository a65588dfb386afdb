"""What the outcomes of activities amount to."""

import pytest

from models.packages.registration import Completion, Success
from resolvers.packages.rollup import Outcome, Rules, ScoreRule, StatusRule, rolled_up

C, S = Completion, Success
DONE, BEGUN = Outcome(C.COMPLETED), Outcome(C.INCOMPLETE)
PASSED, FAILED = Outcome(C.COMPLETED, S.PASSED), Outcome(C.COMPLETED, S.FAILED)


@pytest.mark.parametrize(
    ("outcomes", "completion", "success"),
    [
        ([], C.UNKNOWN, S.UNKNOWN),
        ([None, None], C.UNKNOWN, S.UNKNOWN),
        ([DONE], C.COMPLETED, S.UNKNOWN),
        ([DONE, None], C.INCOMPLETE, S.UNKNOWN),
        ([DONE, BEGUN], C.INCOMPLETE, S.UNKNOWN),
        ([DONE, PASSED], C.COMPLETED, S.PASSED),
        ([PASSED, BEGUN], C.INCOMPLETE, S.UNKNOWN),
        ([PASSED, None], C.INCOMPLETE, S.UNKNOWN),
        ([PASSED, FAILED, None], C.INCOMPLETE, S.FAILED),
        ([Outcome(C.INCOMPLETE, S.PASSED)], C.INCOMPLETE, S.PASSED),
    ],
)
def test_statuses(outcomes: list[Outcome | None], completion: Completion, success: Success) -> None:
    whole = rolled_up(outcomes)
    assert (whole.completion, whole.success) == (completion, success)


def test_a_score_is_the_mean_of_what_was_scored_and_time_adds_up() -> None:
    whole = rolled_up([Outcome(score=0.5, total_time=1.5), Outcome(score=1.0), Outcome(total_time=2.0), None])
    assert (whole.score, whole.total_time) == (0.75, 3.5)
    assert rolled_up([BEGUN]).score is None


GOOD, POOR = Outcome(C.COMPLETED, S.PASSED, 0.9), Outcome(C.COMPLETED, S.FAILED, 0.3)


@pytest.mark.parametrize(
    ("status", "outcomes", "is_complete"),
    [
        (StatusRule.ALL_COMPLETE, [GOOD, POOR], True),
        (StatusRule.NONE_FAILED, [GOOD, POOR], False),
        (StatusRule.NONE_FAILED, [GOOD, DONE], True),
        (StatusRule.THRESHOLD, [GOOD, None], True),
        (StatusRule.THRESHOLD, [POOR, POOR], False),
        (StatusRule.THRESHOLD, [DONE], False),
        (StatusRule.COMPLETE_AND_THRESHOLD, [GOOD, None], False),
        (StatusRule.COMPLETE_AND_THRESHOLD, [GOOD, DONE], True),
        (StatusRule.COMPLETE_AND_THRESHOLD, [GOOD, GOOD, POOR], False),
        (StatusRule.ALL_PASSED, [GOOD, DONE], False),
        (StatusRule.ALL_PASSED, [GOOD, Outcome(C.INCOMPLETE, S.PASSED)], True),
    ],
)
def test_settings_say_what_completes(
    status: StatusRule, outcomes: list[Outcome | None], is_complete: bool
) -> None:
    whole = rolled_up(outcomes, Rules(status=status, threshold=0.6))
    assert (whole.completion is C.COMPLETED) == is_complete


@pytest.mark.parametrize(
    ("rule", "score"), [(ScoreRule.WITH_SCORES, 0.4), (ScoreRule.ALL, 0.2), (ScoreRule.NONZERO, 0.8)]
)
def test_settings_say_of_which_activities_the_score_is_the_mean(rule: ScoreRule, score: float) -> None:
    outcomes = [Outcome(score=0.8), Outcome(score=0.0), BEGUN, None]
    assert rolled_up(outcomes, Rules(score=rule)).score == score
    assert rolled_up([BEGUN], Rules(score=rule)).score is None


def test_settings_say_whether_what_is_completed_is_passed() -> None:
    assert rolled_up([DONE], Rules(gives_success=True)).success is S.PASSED
    assert rolled_up([DONE, BEGUN], Rules(gives_success=True)).success is S.UNKNOWN
