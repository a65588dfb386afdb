"""What the outcomes of activities amount to."""

import pytest

from models.registration import Completion, Success
from resolvers.rollup import Outcome, rolled_up

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
