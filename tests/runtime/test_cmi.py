"""Commits of the player, whatever a package makes of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.packages.registration import Completion, Success
from runtime.cmi import ratio, read_commit

COMMIT = {
    "successStatus": "passed",
    "completionStatus": "completed",
    "totalTimeSeconds": 61.5,
    "score": {"raw": 93, "min": 0, "max": 100},
    "runtimeData": {"cmi": {"suspend_data": "a"}},
}


def test_a_commit_is_a_report() -> None:
    told = read_commit(COMMIT)
    assert (told.completion, told.success) == (Completion.COMPLETED, Success.PASSED)
    assert (told.score, told.points, told.least_points, told.most_points) == (0.93, 93.0, 0.0, 100.0)
    assert (told.total_time, told.runtime) == (61.5, {"cmi": {"suspend_data": "a"}})


@pytest.mark.parametrize(
    ("scaled", "points", "least", "most", "expected"),
    [
        (None, None, None, None, None),
        (0.5, 93.0, 0.0, 100.0, 0.5),
        (None, 93.0, None, None, 0.93),
        (None, 15.0, 10.0, 20.0, 0.5),
        (None, 5.0, 5.0, 5.0, None),
        (None, 400.0, 0.0, 100.0, 1.0),
        (-7.0, None, None, None, -1.0),
    ],
)
def test_ratios(
    scaled: float | None,
    points: float | None,
    least: float | None,
    most: float | None,
    expected: float | None,
) -> None:
    assert ratio(scaled, points, least, most) == expected


@pytest.mark.parametrize("commit", [None, [], "a", {}, {"runtimeData": None}, {"runtimeData": []}])
def test_what_is_no_commit_is_refused(commit: Any) -> None:
    with pytest.raises(ValueError, match="runtimeData"):
        read_commit(commit)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.fixed_dictionaries({name: JSON for name in COMMIT if name != "runtimeData"}))
def test_whatever_a_package_sends_is_a_report(commit: dict[str, Any]) -> None:
    told = read_commit({**commit, "runtimeData": {}})
    assert told.score is None or -1 <= told.score <= 1
    assert told.total_time is not None
    assert told.total_time >= 0
