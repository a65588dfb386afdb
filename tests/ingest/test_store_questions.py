"""How the source's questions are scored here, and where the report says that it differs."""

from dataclasses import replace
from fractions import Fraction

import pytest

from ingest.outline import AnswerOutline, NumberRange, OptionOutline, QuestionOutline
from ingest.store.files import Links
from ingest.store.known import KnownOption, KnownQuestion
from ingest.store.questions import QuestionRows, answer_key, same_questions
from models.content.quiz import QuestionType
from resolvers.learning.scoring import numerical
from tests.ingest.course_outlines import question, quiz


def numbers(*ranges: NumberRange, credit: float = 1.0) -> QuestionOutline:
    answers = tuple(AnswerOutline(text="", range=each, credit=credit) for each in ranges)
    return question("How many?", type=QuestionType.NUMERICAL, answers=answers)


def known(words: str, position: int, type_: QuestionType = QuestionType.SELECT_ONE) -> KnownQuestion:
    return KnownQuestion(f"id-{words}", type_, words, position, False, [])


def scored(outline: QuestionOutline, reply: str) -> bool:
    """Whether a reply gets points by the key that the outline becomes."""
    _, tolerance, options, _ = answer_key(outline)
    accepted = [option.text for option in options if option.is_correct]
    return numerical(1.0, accepted, reply, tolerance or 0.0) == 1.0


@pytest.mark.parametrize(
    ("numbers_", "text", "tolerance"),
    [
        (NumberRange(595, 605), "600", 5.0),
        (NumberRange(0.1 - 0.01, 0.1 + 0.01), "0.1", 0.01),
        (NumberRange(36, 36), "36", 0.0),
        (NumberRange(-2.5, -1.5), "-2", 0.5),
        (NumberRange(6.0e23, 6.04e23), "6.02e+23", 2e21),
    ],
)
def test_a_range_is_its_middle_with_a_tolerance(numbers_: NumberRange, text: str, tolerance: float) -> None:
    type_, found, (option,), lost = answer_key(numbers(numbers_))
    assert (type_, found, option.text, option.is_correct) == (QuestionType.NUMERICAL, tolerance, text, True)
    assert lost == []


@pytest.mark.parametrize(
    ("numbers_", "right", "wrong"),
    [
        (NumberRange(5, 7), ["5", "6", "7"], ["4.999", "7.001"]),
        (NumberRange(5, 7, includes_lower=False), ["5.001", "7"], ["5", "7.001"]),
        (NumberRange(5, 7, includes_upper=False), ["5", "6.999"], ["4.999", "7"]),
        (NumberRange(5, 7, includes_lower=False, includes_upper=False), ["5.001", "6.999"], ["5", "7"]),
        (NumberRange(0.09, 0.11), ["0.09", "0.11"], ["0.0899", "0.1101"]),
        (NumberRange(12345.678 - 0.001, 12345.678 + 0.001), ["12345.677", "12345.679"], ["12345.68"]),
        (NumberRange(1e6 - 10, 1e6 + 10), ["999990", "1000010"], ["1000010.01"]),
    ],
)
def test_bounds_are_scored_as_the_source_has_them(
    numbers_: NumberRange, right: list[str], wrong: list[str]
) -> None:
    outline = numbers(numbers_)
    assert [reply for reply in right + wrong if scored(outline, reply)] == right


def test_further_numbers_share_the_first_one_s_tolerance_and_the_report_says_so() -> None:
    _, tolerance, options, lost = answer_key(numbers(NumberRange(9.5, 10.5), NumberRange(20, 20)))
    assert (tolerance, [option.text for option in options]) == (0.5, ["10", "20"])
    assert lost == ["its further answers are accepted within ±0.5 too, as the first is"]
    assert Fraction(options[1].text) == 20


def test_a_number_for_part_of_the_points_is_wrong_and_the_report_says_so() -> None:
    outline = numbers(NumberRange(2, 2))
    partly = AnswerOutline(text="1", range=NumberRange(1, 1), credit=0.5)
    _, _, options, lost = answer_key(replace(outline, answers=(*outline.answers, partly)))
    assert [option.is_correct for option in options] == [True, False]
    assert lost == [
        "its source gives part of the points for answers that are partly right; here those are wrong"
    ]


def test_patterns_wait_for_a_person() -> None:
    answers = (AnswerOutline(text="gr[ae]y", is_pattern=True), AnswerOutline(text="grey"))
    outline = question("Which colour?", type=QuestionType.FREE_TEXT, answers=answers)
    type_, _, options, lost = answer_key(outline)
    assert (type_, [option.text for option in options]) == (QuestionType.ESSAY, ["gr[ae]y", "grey"])
    assert lost == ["its right answers are patterns: answers are graded by a person"]


def test_a_pattern_for_a_known_mistake_does_not_matter() -> None:
    mistake = AnswerOutline(text="gr.*", is_pattern=True, credit=0.0, explanation="Spelling!")
    answers = (AnswerOutline(text="grey", explanation="Right"), mistake)
    outline = question("Which colour?", type=QuestionType.FREE_TEXT, answers=answers)
    type_, _, options, lost = answer_key(outline)
    assert (type_, lost) == (QuestionType.FREE_TEXT, [])
    assert options == [
        OptionOutline(text="grey", is_correct=True, explanation="Right"),
        OptionOutline(text="gr.*", is_correct=False, explanation="Spelling!"),
    ]


def test_several_choices_score_by_parts_and_the_report_says_where_the_source_does_not() -> None:
    outline = question("Which?", "a", "b", type=QuestionType.SELECT_MULTIPLE)
    why = "here some of the right choices give some of the points, in its source only all of them do"
    assert answer_key(outline)[3] == [why]
    assert answer_key(replace(outline, has_partial_credit=True))[3] == []


def test_one_choice_that_keeps_its_place_keeps_all_in_place() -> None:
    options = (
        OptionOutline(text="a", is_correct=True),
        OptionOutline(text="all", is_correct=False, is_fixed=True),
    )
    for given, shuffles in ((options, False), (options[:1], True)):
        rows = QuestionRows()
        outline = question("Which?", options=given, shuffle_options=True)
        rows.add("Quiz", "quiz", quiz(outline), (), {}, Links({}, {}))
        assert rows.questions[0]["shuffle_options"] is shuffles


def test_questions_are_the_same_by_text_then_by_place() -> None:
    rows = [known("one", 1), known("two", 2), known("three", 3)]
    found = same_questions(rows, [question("three"), question("zwei"), question("one"), question("four")])
    assert {position: row.id for position, row in found.items()} == {1: "id-three", 2: "id-two", 3: "id-one"}


def test_a_question_of_another_type_is_another_question() -> None:
    rows = [known("one", 1, QuestionType.ESSAY)]
    assert same_questions(rows, [question("one")]) == {}


def test_links_do_not_make_another_question() -> None:
    rows = [known('<img src="/assets/1/a.png">', 5)]
    assert same_questions(rows, [question('<img src="asset:a.png">')])[1] is rows[0]


def test_options_are_the_same_by_text_then_by_place() -> None:
    kept = [KnownOption("id-a", "a", 1), KnownOption("id-b", "b", 2), KnownOption("id-c", "c", 3)]
    row = KnownQuestion("id", QuestionType.SELECT_ONE, "?", 1, True, kept)
    rows = QuestionRows()
    rows.add("Quiz", "quiz", quiz(question("?", "b", "B")), [row], {1: row}, Links({}, {}))
    kept_id, new_id = (option["id"] for option in rows.options)
    assert kept_id == "id-b"
    assert new_id not in ("id-a", "id-b", "id-c")
    assert rows.gone_options == ["id-a", "id-c"]
