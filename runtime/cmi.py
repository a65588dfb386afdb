"""Commits of the player for SCORM and AICC activities, in scorm-again's format."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from models.packages.registration import Completion, Success
from models.postgres.value import LARGEST, LONGEST_DURATION, check_json
from resolvers.packages.reporting import ActivityReport
from resolvers.packages.rollup import Outcome

LONGEST_COMMIT = 1024 * 1024
"""Maximum bytes of a commit; SCORM 2004 allows 64,000 characters of suspend data and 250 interactions."""

N = TypeVar("N", bound=StrEnum)


def read_commit(given: Any) -> ActivityReport:
    """Return the report in a commit (`CommitObject` of scorm-again). Raises `ValueError` if it is invalid.

    `runtime` is the complete data model, `cmi`. Without a scaled score, the ratio is computed from the points
    and their range, which defaults to 0 to 100 (SCORM 1.2: cmi.core.score).
    """
    given = given if isinstance(given, Mapping) else {}
    runtime, score = given.get("runtimeData"), given.get("score")
    if not isinstance(runtime, Mapping):
        raise ValueError("A commit is an object with the field 'runtimeData'.")  # noqa: TRY004
    check_json(runtime)
    score = score if isinstance(score, Mapping) else {}
    points, least, most = (number(score.get(name)) for name in ("raw", "min", "max"))
    return ActivityReport(
        completion=_named(Completion, given.get("completionStatus")),
        success=_named(Success, given.get("successStatus")),
        score=ratio(number(score.get("scaled")), points, least, most),
        points=points,
        least_points=least,
        most_points=most,
        total_time=min(max(number(given.get("totalTimeSeconds")) or 0.0, 0.0), LONGEST_DURATION),
        runtime=runtime,
    )


def read_sequencing(given: Any) -> tuple[str, Outcome]:
    """Return the state of a package's sequencing and its outcome. Raises `ValueError` if they are invalid."""
    given = given if isinstance(given, Mapping) else {}
    state, whole = given.get("state"), given.get("whole")
    if not isinstance(state, str) or not isinstance(whole, Mapping):
        raise ValueError("Sequencing is an object with the fields 'state' and 'whole'.")  # noqa: TRY004
    check_json(state)
    return state, Outcome(
        completion=_named(Completion, whole.get("completion")),
        success=_named(Success, whole.get("success")),
        score=ratio(number(whole.get("score")), None, None, None),
    )


def number(given: Any) -> float | None:
    """Return a number, also from text; null if the value is not a number, or one that no column holds."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        value = float(given)
    except (ValueError, OverflowError):
        return None
    return value if abs(value) <= LARGEST else None


def ratio(
    scaled: float | None, points: float | None, least: float | None, most: float | None
) -> float | None:
    """Return a score as a ratio from -1 to 1."""
    if scaled is None and points is not None:
        low, high = least or 0.0, 100.0 if most is None else most
        scaled = (points - low) / (high - low) if high > low else None
    return None if scaled is None else max(-1.0, min(1.0, scaled))


def _named(names: type[N], given: Any) -> N:
    known = {each.value: each for each in names}
    return known.get(given, names("unknown")) if isinstance(given, str) else names("unknown")
