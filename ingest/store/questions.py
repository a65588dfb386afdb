"""Questions and options: matching of a quiz's rows, and the source's answers as options."""

import math
import re
import sys
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ingest.outline import AnswerOutline, NumberRange, OptionOutline, QuestionOutline, QuizOutline
from ingest.store.files import Links
from ingest.store.known import KnownOption, KnownQuestion
from ingest.store.rows import Row
from models.content.quiz import QuestionType
from models.postgres.base import new_id

K = TypeVar("K", KnownOption, KnownQuestion)
W = TypeVar("W")

# Significant digits of a float, and of the distance between two floats.
DIGITS, DISTANCE_DIGITS = 15, 12
# Maximum rounding error of a distance, as a ratio of the numbers: a bound itself always matches.
SLACK = 4 * sys.float_info.epsilon
ATTRIBUTE_VALUE = re.compile(r'="[^"]*"')
# Reduction of a range for each excluded bound, as a ratio of its width.
OPEN_BOUND = 1e-9


@dataclass(slots=True)
class QuestionRows:
    """Rows to write for all quizzes, ids to delete, and remarks on quizzes by their item's title."""

    questions: list[Row] = field(default_factory=list)
    options: list[Row] = field(default_factory=list)
    gone_questions: list[str] = field(default_factory=list)
    gone_options: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def add(
        self,
        title: str,
        quiz_id: str,
        quiz: QuizOutline,
        known: Sequence[KnownQuestion],
        same: Mapping[int, KnownQuestion],
        links: Links,
    ) -> None:
        """Add one quiz; questions of `known` that are in `same` keep their rows."""
        staying = {row.id for row in same.values()}
        self.gone_questions += [row.id for row in known if row.id not in staying]
        for position, question in enumerate(quiz.questions, 1):
            row = same.get(position)
            type_, tolerance, answers, lost = answer_key(question)
            self.notes += [(title, why) for why in lost]
            question_id = row.id if row else new_id()
            self.questions.append(
                {
                    "id": question_id,
                    "quiz_id": quiz_id,
                    "type": type_,
                    "position": position,
                    "text": links.text(question.text),
                    "explanation": links.text(question.explanation) if question.explanation else None,
                    "max_points": question.max_points,
                    "tolerance": tolerance,
                    "is_case_sensitive": question.is_case_sensitive,
                    # An option in a fixed position ("all of these") shows that the order matters.
                    "shuffle_options": question.shuffle_options
                    and not any(option.is_fixed for option in question.options),
                }
            )
            self._add_options(question_id, answers, row.options if row else [], links)

    def _add_options(
        self, question_id: str, options: Sequence[OptionOutline], known: Sequence[KnownOption], links: Links
    ) -> None:
        texts = [links.text(option.text) for option in options]
        same = _same(known, texts, lambda row: row.text, lambda row, _: True)
        self.gone_options += [row.id for row in known if row not in same.values()]
        for position, (option, text) in enumerate(zip(options, texts, strict=True), 1):
            self.options.append(
                {
                    "id": same[position].id if position in same else new_id(),
                    "question_id": question_id,
                    "position": position,
                    "text": text,
                    "is_correct": option.is_correct,
                    "explanation": links.text(option.explanation) if option.explanation else None,
                }
            )


def same_questions(
    known: Sequence[KnownQuestion], questions: Sequence[QuestionOutline]
) -> dict[int, KnownQuestion]:
    """Return existing rows of questions, by their new position.

    A question with the same type and text is the same in any position; of all others, one of the same type in
    the same position, whose text was changed.
    """
    return _same(
        known,
        [(answer_key(question)[0], _words(question.text)) for question in questions],
        lambda row: (row.type, _words(row.text)),
        lambda row, wanted: row.type == wanted[0],
    )


def _words(text: str) -> str:
    """Return a text without the values of attributes: its links change with every version of a file."""
    return ATTRIBUTE_VALUE.sub('=""', text)


def _same(
    known: Sequence[K],
    wanted: Sequence[W],
    identity: Callable[[K], Hashable],
    fits: Callable[[K, W], bool],
) -> dict[int, K]:
    found: dict[int, K] = {}
    free = list(known)
    for position, each in enumerate(wanted, 1):
        row = next((row for row in free if identity(row) == each), None)
        if row is not None:
            found[position] = row
            free.remove(row)
    for position, each in enumerate(wanted, 1):
        row = next((row for row in free if row.position == position and fits(row, each)), None)
        if row is not None and position not in found:
            found[position] = row
            free.remove(row)
    return found


def answer_key(
    question: QuestionOutline,
) -> tuple[QuestionType, float | None, Sequence[OptionOutline], list[str]]:
    """Return type, tolerance and options for scoring a question, and remarks on differences to the source.

    An answer that cannot be compared (a regular expression) makes the question an essay: it is graded by a
    person rather than counted as wrong.
    """
    lost = list(_lost(question))
    match question.type:
        case QuestionType.NUMERICAL:
            tolerance, options, more = _numbers(question.answers)
            return question.type, tolerance, options, lost + more
        case QuestionType.FREE_TEXT:
            options = [_accepted(answer, answer.text) for answer in question.answers]
            if any(answer.is_pattern and answer.credit for answer in question.answers):
                why = "its right answers are patterns: answers are graded by a person"
                return QuestionType.ESSAY, None, options, [*lost, why]
            return question.type, None, options, lost
        case _:
            return question.type, None, question.options, lost


def _lost(question: QuestionOutline) -> Iterable[str]:
    credit = [*(each.credit for each in question.options), *(each.credit for each in question.answers)]
    if any(0 < each < 1 for each in credit):
        yield "its source gives part of the points for answers that are partly right; here those are wrong"
    if any(option.explanation_if_left for option in question.options):
        yield "its explanation for learners who miss a right choice is omitted"
    if question.type is QuestionType.SELECT_MULTIPLE and not question.has_partial_credit:
        yield "here some of the right choices give some of the points, in its source only all of them do"


def _accepted(answer: AnswerOutline, text: str) -> OptionOutline:
    return OptionOutline(text=text, is_correct=answer.credit == 1, explanation=answer.explanation)


def _numbers(answers: Sequence[AnswerOutline]) -> tuple[float | None, list[OptionOutline], list[str]]:
    """Return the tolerance of the first answer, the author's, for all answers, with options and remarks."""
    ranges = [_closed(answer.range) for answer in answers if answer.range]
    if len(ranges) < len(answers):
        raise ValueError("An answer to a numerical question needs a range.")
    options = [
        _accepted(answer, f"{numbers.middle:.{DIGITS}g}")
        for answer, numbers in zip(answers, ranges, strict=True)
    ]
    right = [numbers for answer, numbers in zip(answers, ranges, strict=True) if answer.credit == 1]
    if not right:
        return None, options, []
    tolerance = _tolerance(right[0])
    is_same = all(math.isclose(numbers.tolerance, tolerance, rel_tol=1e-6) for numbers in right)
    why = f"its further answers are accepted within ±{tolerance:g} too, as the first is"
    return tolerance, options, [] if is_same else [why]


def _tolerance(numbers: NumberRange) -> float:
    if numbers.lower == numbers.upper:
        return 0.0
    slack = SLACK * max(abs(numbers.lower), abs(numbers.upper))
    return float(f"{numbers.tolerance + slack:.{DISTANCE_DIGITS}g}")


def _closed(numbers: NumberRange) -> NumberRange:
    """Return the range with both bounds included: slightly narrower if one was excluded."""
    margin = OPEN_BOUND * (numbers.upper - numbers.lower)
    return NumberRange(
        numbers.lower + (0 if numbers.includes_lower else margin),
        numbers.upper - (0 if numbers.includes_upper else margin),
    )
