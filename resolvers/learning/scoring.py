"""How answers become points. Rules alone: nothing here reads or writes."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from models.content.quiz import QuestionType

LONGEST_NUMBER = 100
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class ScoredOption:
    """An option as its author wrote it; for questions answered by words, an accepted answer."""

    text: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """What an answer to one question is compared with; `options` by their ids."""

    type: QuestionType
    max_points: float
    options: Mapping[str, ScoredOption]
    tolerance: float | None = None
    is_case_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class LearnerAnswer:
    """An answer: ids of chosen options, or words."""

    option_ids: tuple[str, ...] = ()
    text: str | None = None


def score(key: AnswerKey, reply: LearnerAnswer) -> float | None:
    """Points for a reply, between 0 and the question's `max_points`; null where a person has to read it."""
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
    """All points for choosing one option that is right."""
    return max_points if len(chosen) == 1 and all(option in right for option in chosen) else 0.0


def select_multiple(max_points: float, right: Collection[str], chosen: Collection[str]) -> float:
    """Partial credit: `max_points` * max(0, right options chosen - wrong options chosen) / right options.

    Where no option is right, all points for choosing none.
    """
    if not right:
        return 0.0 if chosen else max_points
    hits = len(set(chosen) & set(right))
    misses = len(set(chosen) - set(right))
    # The ratio comes first: it is exactly 1 for all right, so that no rounding exceeds `max_points`.
    return max_points * (max(0, hits - misses) / len(right))


def free_text(max_points: float, accepted: Iterable[str], text: str, is_case_sensitive: bool) -> float:
    """All points for one of the accepted answers, as `folded` compares them; none for saying nothing."""
    given = folded(text, is_case_sensitive)
    matches = given and any(given == folded(each, is_case_sensitive) for each in accepted)
    return max_points if matches else 0.0


def folded(text: str, is_case_sensitive: bool = False) -> str:
    """`text` in compatibility form (NFKC), spaces trimmed and single, case folded where it does not count."""
    text = unicodedata.normalize("NFKC", text)
    if not is_case_sensitive:
        text = unicodedata.normalize("NFKC", text.casefold())
    return " ".join(text.split())


def numerical(max_points: float, accepted: Iterable[str], text: str, tolerance: float) -> float:
    """All points for a number that lies at most `tolerance` from an accepted one, in exact arithmetic."""
    given = number(text)
    if given is None:
        return 0.0
    # By its shortest decimal form: a tolerance of 0.1 is one tenth, not the nearest binary fraction.
    distance = Fraction(str(tolerance))
    wanted = (number(each) for each in accepted)
    return max_points if any(w is not None and abs(given - w) <= distance for w in wanted) else 0.0


def number(text: str) -> Fraction | None:
    """The number that a text writes out, such as `-3.50` or `1e3`; null for anything else.

    Units, `nan`, infinities, fractions and separators of thousands are no numbers. Neither is `3,14`:
    whether its comma divides decimals or thousands cannot be known.
    """
    text = unicodedata.normalize("NFKC", text).strip().replace("\N{MINUS SIGN}", "-")
    # The bounds on length and exponent keep the exact value small, whatever a learner types.
    if len(text) > LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    return Fraction(text)


def essay(text: str) -> float | None:
    """Words wait for a person to grade them; no words are worth no points."""
    return None if text.strip() else 0.0
