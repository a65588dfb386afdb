"""Scoring of answers: pure functions, without database access."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from models.content.quiz import QuestionType

LONGEST_NUMBER = 100
_NUMBER = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class ScoredOption:
    """Option of a choice question; for questions answered by text, an accepted answer."""

    text: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """Correct answer to one question; `options` are keyed by id."""

    type: QuestionType
    max_points: float
    options: Mapping[str, ScoredOption]
    tolerance: float | None = None
    is_case_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class LearnerAnswer:
    """Answer of a learner: ids of chosen options, or text."""

    option_ids: tuple[str, ...] = ()
    text: str | None = None


def score(key: AnswerKey, reply: LearnerAnswer) -> float | None:
    """Return the points for an answer, from 0 to `max_points`; null if a person has to grade the answer."""
    right = {option for option, choice in key.options.items() if choice.is_right}
    accepted = [choice.text for choice in key.options.values() if choice.is_right]
    text = reply.text or ""
    match key.type:
        case QuestionType.SELECT_ONE:
            return select_one(key.max_points, right, reply.option_ids)
        case QuestionType.SELECT_MULTIPLE:
            return select_multiple(key.max_points, right, reply.option_ids)
        case QuestionType.FREE_TEXT:
            return free_text(key.max_points, accepted, text, key.is_case_sensitive)
        case QuestionType.NUMERICAL:
            return numerical(key.max_points, accepted, text, key.tolerance or 0.0)
        case QuestionType.ESSAY:
            return essay(text)


def select_one(max_points: float, right: Collection[str], chosen: Collection[str]) -> float:
    """Return all points if exactly one option is chosen and correct, else 0."""
    return max_points if len(chosen) == 1 and all(option in right for option in chosen) else 0.0


def select_multiple(max_points: float, right: Collection[str], chosen: Collection[str]) -> float:
    """Return partial credit: `max_points` * max(0, correct chosen - wrong chosen) / correct options.

    If no option is correct, choosing none scores all points.
    """
    if not right:
        return 0.0 if chosen else max_points
    hits = len(set(chosen) & set(right))
    misses = len(set(chosen) - set(right))
    # Ratio first: it is exactly 1 if all are correct, so rounding never exceeds `max_points`.
    return max_points * (max(0, hits - misses) / len(right))


def free_text(max_points: float, accepted: Iterable[str], text: str, is_case_sensitive: bool) -> float:
    """Return all points if the text equals an accepted answer after `folded`; 0 for an empty text."""
    given = folded(text, is_case_sensitive)
    matches = given and any(given == folded(each, is_case_sensitive) for each in accepted)
    return max_points if matches else 0.0


def folded(text: str, is_case_sensitive: bool = False) -> str:
    """Return `text` in NFKC, with whitespace trimmed and collapsed, case-folded unless case-sensitive."""
    text = unicodedata.normalize("NFKC", text)
    if not is_case_sensitive:
        text = unicodedata.normalize("NFKC", text.casefold())
    return " ".join(text.split())


def numerical(max_points: float, accepted: Iterable[str], text: str, tolerance: float) -> float:
    """Return all points for a number within `tolerance` of an accepted one, in exact arithmetic."""
    given = number(text)
    if given is None:
        return 0.0
    # From the shortest decimal form: a tolerance of 0.1 is one tenth, not the nearest binary fraction.
    distance = Fraction(str(tolerance))
    wanted = (number(each) for each in accepted)
    return max_points if any(w is not None and abs(given - w) <= distance for w in wanted) else 0.0


def number(text: str) -> Fraction | None:
    """Parse a number such as `-3.50` or `1e3`; return null if the text is not a number.

    Units, `nan`, infinities, fractions and thousands separators are rejected. So is `3,14`, because its comma
    may separate decimals or thousands.
    """
    text = unicodedata.normalize("NFKC", text).strip().replace("\N{MINUS SIGN}", "-")
    # Limits on length and exponent keep the exact value small for any input.
    if len(text) > LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    return Fraction(text)


def essay(text: str) -> float | None:
    """Return null, as a person grades the text; 0 for an empty text."""
    return None if text.strip() else 0.0
