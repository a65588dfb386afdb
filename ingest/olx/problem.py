"""Problems: quizzes if every response is supported, else gadgets with the original source.

A problem is a text with responses anywhere in it. The text is cut at the responses: text before the first
becomes the quiz's instructions, later text belongs to the question that follows. If responses are in a table,
a list or a sentence, that element stays whole, with the questions' numbers in place of the responses.
"""

import copy
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ingest.olx import values
from ingest.olx.responses import (
    BLANK,
    Draft,
    ResponseError,
    is_response,
    question_text,
    read_response,
    take_out,
)
from ingest.olx.tree import Block
from ingest.outline import GadgetOutline, QuestionOutline, QuizOutline, RichTextOutline, SolutionRelease
from ingest.xml import elements, escaped, inner_html, outer_html, outer_xml
from resolvers.markup.html import clean_html, is_blank

# Elements that only group responses: their content is read as if they were absent.
WRAPPERS = {"center", "div", "fieldset", "section", "text"}
NOT_SHOWN = {"demandhint", "endouttext", "meta", "script", "startouttext", "style"}
# Elements that would reveal the solution of a problem kept as a gadget.
SECRETS = {
    "additional_answer",
    "answer",
    "choicehint",
    "compoundhint",
    "correcthint",
    "demandhint",
    "hintgroup",
    "optionhint",
    "regexphint",
    "script",
    "solution",
    "solutionset",
    "stringequalhint",
}
# Settings that outlines have fields for, or that only an editor reads.
SETTINGS = ("data", "markdown_edited", "show_reset_button")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of a problem in reading order: text, a solution, or the response in `element`."""

    html: str = ""
    element: etree._Element | None = None
    is_solution: bool = False
    is_numbered: bool = False


def read_problem(block: Block) -> QuizOutline | GadgetOutline | RichTextOutline:
    """Return a problem as a quiz if possible, else as a gadget or text; nothing is dropped."""
    if block.fault:
        return _kept(block, block.fault)
    root = block.element
    responses = [element for element in root.iter() if is_response(element)]
    if not responses:
        block.source.account.alter(block.name, "asks nothing and is read as a text")
        return RichTextOutline(text=clean_html(inner_html(root), block.source.link).text)
    try:
        is_idle = _has_idle_program(root)
        drafts = {response: read_response(response, block.source.link) for response in responses}
    except ResponseError as error:
        return _kept(block, str(error))
    if is_idle:
        block.source.account.alter(block.name, "its program is omitted: no text uses its results")
    return _Assembly(block, drafts).quiz()


def _has_idle_program(root: etree._Element) -> bool:
    """Check for a program whose results are unused. Raises ResponseError if they are used."""
    if all("javascript" in (script.get("type") or "") for script in root.iter("script")):
        return False
    shown = copy.deepcopy(root)
    for script in list(shown.iter("script")):
        take_out(script)
    # A dollar sign and a name refer to a computed value of the program.
    if re.search(r"\$\{?[A-Za-z_]", outer_xml(shown)):
        raise ResponseError("a program computes its numbers")
    return True


def _kept(block: Block, why: str) -> GadgetOutline:
    block.source.account.keep(block.name, why)
    shown = copy.deepcopy(block.element)
    for secret in list(shown.iter(*SECRETS)):
        take_out(secret)
    return GadgetOutline(
        type=block.type,
        source=block.raw or outer_xml(block.element),
        text=clean_html(inner_html(shown), block.source.link).text,
        settings=block.rest(*SETTINGS),
        reveals_solutions=True,
    )


def _release(value: Any) -> SolutionRelease | None:
    words = values.text(value)
    return SolutionRelease(words) if words else None


class _Assembly:
    """Assembles one quiz from the pieces of its problem."""

    def __init__(self, block: Block, drafts: dict[etree._Element, list[Draft]]) -> None:
        self.block = block
        self.drafts = drafts
        self.instructions = ""
        self.pending = ""
        self.texts: list[str] = []
        self.explanations: list[str] = []
        self.early_solution = ""
        self.removed: Counter[str] = Counter()
        self.numbers: dict[etree._Element, int] = {}
        number = 1
        for response, questions in drafts.items():
            self.numbers[response] = number
            number += len(questions)
        self.count = number - 1

    def quiz(self) -> QuizOutline:
        for piece in self._pieces(self.block.element):
            if piece.element is not None:
                self._ask(piece.element, piece.is_numbered)
            elif piece.is_solution:
                self._explain(piece.html)
            else:
                self.pending += piece.html
        self.texts[-1] += self.pending
        drafts = [draft for questions in self.drafts.values() for draft in questions]
        weight = self.block.get("weight", values.number)
        points = len(drafts) if weight is None else max(weight, 0.0)
        questions = tuple(
            self._question(number, draft, points / len(drafts))
            for number, draft in enumerate(drafts, start=1)
        )
        quiz = QuizOutline(
            instructions=self._clean(self.instructions),
            questions=questions,
            allowed_attempts=self.block.get("max_attempts", values.whole),
            solution_release=self.block.get("showanswer", _release) or SolutionRelease.FINISHED,
            hints=tuple(
                self._clean(inner_html(hint))
                for hints in self.block.element.iter("demandhint")
                for hint in hints.iter("hint")
            ),
        )
        self._account(drafts)
        return quiz

    def _pieces(self, parent: etree._Element) -> Iterator[_Piece]:
        yield _Piece(escaped(parent.text))
        for child in elements(parent):
            inside = [element for element in child.iter() if element in self.drafts]
            if child in self.drafts:
                yield _Piece(element=child)
                yield from (_Piece(inner_html(found), is_solution=True) for found in child.iter("solution"))
            elif child.tag == "solution":
                yield _Piece(inner_html(child), is_solution=True)
            elif inside and self._only_wraps(child):
                yield from self._pieces(child)
            elif inside:
                yield from self._numbered(child, inside)
            elif child.tag not in NOT_SHOWN:
                yield _Piece(outer_html(child))
            yield _Piece(escaped(child.tail))

    def _only_wraps(self, element: etree._Element) -> bool:
        if element.tag in ("p", "span"):
            own_words = [element.text, *(child.tail for child in element)]
            return not any((words or "").strip() for words in own_words)
        return element.tag in WRAPPERS

    def _numbered(self, whole: etree._Element, responses: list[etree._Element]) -> Iterator[_Piece]:
        shown = copy.deepcopy(whole)
        copies = [element for element in shown.iter() if is_response(element)]
        for response, place in zip(responses, copies, strict=True):
            first = self.numbers[response]
            numbers = " ".join(f"[{first + index}]" for index in range(len(self.drafts[response])))
            take_out(place, numbers if self.count > 1 else BLANK)
        yield _Piece(outer_html(shown))
        for response in responses:
            yield _Piece(element=response, is_numbered=self.count > 1)
            yield from (_Piece(inner_html(found), is_solution=True) for found in response.iter("solution"))

    def _ask(self, response: etree._Element, is_numbered: bool) -> None:
        """Add the texts for the questions of one response, from the text before it and in it."""
        own = question_text(response, self.numbers[response])
        count = len(self.drafts[response])
        if count > 1:
            self.pending, own, is_numbered = self.pending + own, "", True
        for _ in range(count):
            lead, self.pending = self.pending, ""
            text, own = own, ""
            if self.texts or (is_blank(text) and not is_numbered):
                text = lead + text
            else:
                self.instructions = lead
            self.texts.append(text if not is_blank(text) else f"<p>[{len(self.texts) + 1}]</p>")
            self.explanations.append(self.early_solution)
            self.early_solution = ""

    def _explain(self, html: str) -> None:
        if self.explanations:
            self.explanations[-1] += html
        else:
            self.early_solution += html

    def _question(self, number: int, draft: Draft, points: float) -> QuestionOutline:
        return QuestionOutline(
            key=f"{self.block.key}#{number}",
            type=draft.type,
            position=number,
            text=self._clean(self.texts[number - 1]),
            explanation=self._clean(self.explanations[number - 1]) or None,
            max_points=points,
            shuffle_options=draft.shuffle_options,
            options=tuple(draft.options),
            answers=tuple(draft.answers),
            is_case_sensitive=draft.is_case_sensitive,
            has_partial_credit=draft.has_partial_credit,
        )

    def _clean(self, html: str) -> str:
        clean = clean_html(html, self.block.source.link)
        self.removed.update({name: count for name, count in clean.removed.items() if name != "clarification"})
        return "" if is_blank(clean.text) else clean.text

    def _account(self, drafts: list[Draft]) -> None:
        account = self.block.source.account
        for lost in dict.fromkeys(lost for draft in drafts for lost in draft.lost):
            account.alter(self.block.name, f"{lost} are omitted")
        if self.removed:
            account.alter(self.block.name, "removed for safety: " + ", ".join(sorted(self.removed)))
        for draft in drafts:
            account.read["questions"] += 1
            account.read["options"] += len(draft.options)
