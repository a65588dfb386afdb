"""Responses of a problem that the domain has questions for, one reader for each."""

import copy
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from ingest.olx.numeric import evaluate, number_range
from ingest.outline import AnswerOutline, OptionOutline
from ingest.xml import elements, escaped, inner_html
from models.content.quiz import QuestionType
from resolvers.markup.html import Rewrite, clean_phrase, plain_text

GROUPS = {"choicegroup", "radiogroup", "checkboxgroup"}
FIELDS = {"optioninput", "textline", "formulaequationinput"}
# Parts of a response that are not in the text of its question.
NO_TEXT = GROUPS | {
    "additional_answer",
    "compoundhint",
    "correcthint",
    "demandhint",
    "hintgroup",
    "numericalhint",
    "optionhint",
    "regexphint",
    "responseparam",
    "script",
    "solution",
    "solutionset",
    "stringequalhint",
}
BLANK = "____"


class ResponseError(Exception):
    """Raised when a response cannot become a question; the message has the reason."""


@dataclass(slots=True)
class Draft:
    """A question under construction; `lost` has the parts that the domain cannot store."""

    type: QuestionType
    options: list[OptionOutline] = field(default_factory=list)
    answers: list[AnswerOutline] = field(default_factory=list)
    shuffle_options: bool = False
    is_case_sensitive: bool = False
    has_partial_credit: bool = False
    lost: list[str] = field(default_factory=list)


def is_response(element: etree._Element) -> bool:
    """Check whether a problem's element is a response: the names of all of them end with it."""
    return str(element.tag).endswith("response")


def read_response(response: etree._Element, rewrite: Rewrite) -> list[Draft]:
    """Return the questions of a response element: one, or one per dropdown. Raises ResponseError."""
    reader = READERS.get(str(response.tag))
    if reader is None:
        raise ResponseError(f"{response.tag} is a type of its own")
    drafts = list(reader(response, rewrite))
    if not drafts:
        raise ResponseError(f"{response.tag} has no input")
    for draft in drafts:
        draft.has_partial_credit = bool(response.get("partial_credit"))
        if any(True for _ in response.iter("compoundhint", "hintgroup")):
            draft.lost.append("hints for combinations of answers")
    return drafts


def question_text(response: etree._Element, first: int) -> str:
    """Return the question of a response as HTML: without options and solutions, with blanks for inputs.

    Several inputs leave their questions' numbers instead of blanks, counted from `first`.
    """
    shown = copy.deepcopy(response)
    inputs = list(shown.iter(*GROUPS, *FIELDS))
    labels = [escaped(found.get("label")) for found in inputs if found.get("label")]
    for index, found in enumerate(inputs):
        blank = f"[{first + index}]" if len(inputs) > 1 else BLANK
        is_in_words = found.tag in FIELDS and found.getparent() is not shown
        take_out(found, blank if is_in_words or len(inputs) > 1 else "")
    for found in list(shown.iter(*NO_TEXT)):
        take_out(found)
    for found in list(shown.iter("clarification")):
        take_out(found, f" ({' '.join(''.join(map(str, found.itertext())).split())})")
    has_label = False
    for found in list(shown.iter("label", "description")):
        has_label = has_label or found.tag == "label"
        found.tag = "p" if found.getparent() is shown else "span"
        found.attrib.clear()
    text = inner_html(shown).strip()
    return text if has_label or not labels else f"<p>{'; '.join(labels)}</p>{text}"


def take_out(element: etree._Element, instead: str = "") -> None:
    """Remove an element from its parent and put `instead` in its place; the text after it stays."""
    parent = element.getparent()
    if parent is None:
        return
    words = instead + (element.tail or "")
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + words
    else:
        parent.text = (parent.text or "") + words
    parent.remove(element)


def _choices(response: etree._Element, rewrite: Rewrite) -> Iterator[Draft]:
    for group in response.iter(*GROUPS):
        is_multiple = response.tag == "choiceresponse" and group.tag != "radiogroup"
        draft = Draft(QuestionType.SELECT_MULTIPLE if is_multiple else QuestionType.SELECT_ONE)
        draft.shuffle_options = group.get("shuffle") == "true"
        draft.options = [_option(choice, rewrite) for choice in elements(group) if choice.tag == "choice"]
        if is_multiple:
            draft.options = [replace(option, credit=0.0) for option in draft.options]
        _require_options(draft)
        if group.get("answer-pool"):
            draft.lost.append("the drawing of some choices from a pool")
        yield draft


def _dropdowns(response: etree._Element, rewrite: Rewrite) -> Iterator[Draft]:
    for menu in response.iter("optioninput"):
        draft = Draft(QuestionType.SELECT_ONE, shuffle_options=menu.get("shuffle") == "true")
        draft.options = [_option(option, rewrite) for option in elements(menu) if option.tag == "option"]
        if not draft.options:
            right = (menu.get("correct") or "").strip()
            draft.options = [
                OptionOutline(
                    text=clean_phrase(escaped(name)).text,
                    is_correct=name == right,
                    credit=float(name == right),
                )
                for name in _listed(menu.get("options") or "")
            ]
        _require_options(draft)
        yield draft


def _option(choice: etree._Element, rewrite: Rewrite) -> OptionOutline:
    correct = (choice.get("correct") or "").strip().lower()
    if correct not in ("true", "false", "partial", ""):
        raise ResponseError(f"whether a choice is right depends on {correct!r}")
    hints = {"true": "", "false": ""}
    for hint in choice.iter("choicehint", "optionhint"):
        hints[(hint.get("selected") or "true").lower()] = clean_phrase(inner_html(hint), rewrite).text
    shown = copy.deepcopy(choice)
    for hint in list(shown.iter("choicehint", "optionhint")):
        take_out(hint)
    # Open edX gives half the points if the author sets no ratio.
    partial = _ratio(choice.get("point_value") or "0.5") if correct == "partial" else 0.0
    return OptionOutline(
        text=clean_phrase(inner_html(shown), rewrite).text,
        is_correct=correct == "true",
        explanation=hints["true"] or None,
        explanation_if_left=hints["false"] or None,
        credit=1.0 if correct == "true" else partial,
        is_fixed=choice.get("fixed") == "true",
    )


def _require_options(draft: Draft) -> None:
    if not draft.options:
        raise ResponseError("there is nothing to choose from")
    if draft.type is QuestionType.SELECT_ONE and not any(option.is_correct for option in draft.options):
        raise ResponseError("no choice is marked as right")


def _ratio(value: str) -> float:
    try:
        return min(max(evaluate(value), 0.0), 1.0)
    except ValueError as error:
        raise ResponseError(str(error)) from error


def _listed(options: str) -> list[str]:
    """Return names in the old form `('one','two')`; quotes are optional if a name has no comma."""
    inside = options.strip().removeprefix("(").removesuffix(")")
    found = re.findall(r"'([^']*)'|\"([^\"]*)\"|([^,'\"]+)", inside)
    names = [(single or double or bare).strip() for single, double, bare in found]
    return [name for name in names if name]


def _numbers(response: etree._Element, rewrite: Rewrite) -> Iterator[Draft]:
    tolerance = next(
        (
            found.get("default")
            for found in response.iter("responseparam")
            if found.get("type") == "tolerance"
        ),
        None,
    )
    others = ",".join(found.get("partial_answers") or "" for found in response.iter("responseparam"))
    draft = Draft(QuestionType.NUMERICAL)
    try:
        right = response.get("answer") or ""
        draft.answers.append(_number(right, tolerance, _hint(response, rewrite)))
        for other in response.iter("additional_answer"):
            # Open edX compares these exactly.
            draft.answers.append(_number(other.get("answer") or "", "0", _hint(other, rewrite)))
        for partly in filter(str.strip, others.split(",")):
            draft.answers.append(_number(partly, tolerance, None, credit=0.5))
    except ValueError as error:
        raise ResponseError(str(error)) from error
    if "close" in (response.get("partial_credit") or ""):
        draft.lost.append("points for numbers that come close")
    yield draft


def _number(
    answer: str, tolerance: str | None, explanation: str | None, credit: float = 1.0
) -> AnswerOutline:
    numbers = number_range(answer, tolerance)
    return AnswerOutline(text=answer.strip(), range=numbers, explanation=explanation, credit=credit)


def _texts(response: etree._Element, rewrite: Rewrite) -> Iterator[Draft]:
    words = (response.get("type") or "").lower().split()
    is_pattern = "regexp" in words
    draft = Draft(QuestionType.FREE_TEXT, is_case_sensitive="ci" not in words)
    right = [part.strip() for part in (response.get("answer") or "").split("_or_")]
    explanation = _hint(response, rewrite)
    draft.answers = [
        AnswerOutline(text=text, is_pattern=is_pattern, explanation=explanation) for text in right if text
    ]
    for other in response.iter("additional_answer", "stringequalhint", "regexphint"):
        # Older courses write the further answer as text; a hint's text is its explanation.
        text = other.get("answer") or (
            plain_text(inner_html(other)) if other.tag == "additional_answer" else ""
        )
        says = _hint(other, rewrite) if other.tag == "additional_answer" else _phrase(other, rewrite)
        draft.answers.append(
            AnswerOutline(
                text=text.strip(),
                is_pattern=other.tag == "regexphint" or (is_pattern and other.tag == "additional_answer"),
                explanation=says,
                credit=1.0 if other.tag == "additional_answer" else 0.0,
            )
        )
    if not right[0]:
        raise ResponseError("there is no answer to compare with")
    for answer in draft.answers:
        _require_pattern(answer)
    yield draft


def _require_pattern(answer: AnswerOutline) -> None:
    if answer.is_pattern:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                re.compile(answer.text)
        except (re.error, OverflowError, RecursionError) as error:
            raise ResponseError(f"{answer.text[:60]!r} is no regular expression") from error


def _hint(element: etree._Element, rewrite: Rewrite) -> str | None:
    hint = element.find("correcthint")
    return None if hint is None else _phrase(hint, rewrite)


def _phrase(element: etree._Element, rewrite: Rewrite) -> str | None:
    return clean_phrase(inner_html(element), rewrite).text or None


READERS: dict[str, Callable[[etree._Element, Rewrite], Iterator[Draft]]] = {
    "choiceresponse": _choices,
    "multiplechoiceresponse": _choices,
    "numericalresponse": _numbers,
    "optionresponse": _dropdowns,
    "stringresponse": _texts,
}
