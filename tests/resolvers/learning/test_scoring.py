"""Scoring rules."""

from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.content.quiz import QuestionType
from resolvers.learning.scoring import (
    AnswerKey,
    LearnerAnswer,
    ScoredOption,
    essay,
    folded,
    free_text,
    number,
    numerical,
    score,
    select_multiple,
    select_one,
)

OPTIONS = tuple("abcdef")
points = st.floats(0, 1000)
some = st.frozensets(st.sampled_from(OPTIONS))
several = st.frozensets(st.sampled_from(OPTIONS), min_size=1)


@given(points, some, some)
def test_choices_score_between_nothing_and_all(most: float, right: frozenset[str], chosen: set[str]) -> None:
    for rule in (select_one, select_multiple):
        assert 0 <= rule(most, right, chosen) <= most


@given(points, several)
def test_all_right_is_all_points(most: float, right: frozenset[str]) -> None:
    assert select_multiple(most, right, right) == most
    for option in right:
        assert select_one(most, right, {option}) == most


@given(points, several, some)
def test_another_right_option_never_costs(most: float, right: frozenset[str], chosen: frozenset[str]) -> None:
    before = select_multiple(most, right, chosen)
    for option in right - chosen:
        assert select_multiple(most, right, chosen | {option}) >= before


@given(points, several, some)
def test_another_wrong_option_never_pays(most: float, right: frozenset[str], chosen: frozenset[str]) -> None:
    before = select_multiple(most, right, chosen)
    for option in set(OPTIONS) - right - chosen:
        assert select_multiple(most, right, chosen | {option}) <= before


@given(points, several)
def test_choosing_everything_never_beats_what_is_right_of_it(most: float, right: frozenset[str]) -> None:
    share = max(0, 2 * len(right) - len(OPTIONS)) / len(right)
    assert select_multiple(most, right, OPTIONS) == pytest.approx(most * share)


def test_select_multiple_by_its_rule() -> None:
    right = {"a", "b", "c"}
    subsets = chain.from_iterable(combinations(OPTIONS, size) for size in range(len(OPTIONS) + 1))
    for chosen in subsets:
        hits = len(right.intersection(chosen))
        assert select_multiple(3, right, chosen) == pytest.approx(max(0, hits - (len(chosen) - hits)))


def test_where_no_option_is_right_choosing_none_is() -> None:
    assert select_multiple(2, set(), set()) == 2
    assert select_multiple(2, set(), {"a"}) == 0
    assert select_one(2, set(), set()) == 0


def test_select_one_takes_one_option() -> None:
    assert select_one(2, {"a", "b"}, ["b"]) == 2
    assert select_one(2, {"a", "b"}, ["a", "b"]) == 0
    assert select_one(2, {"a"}, ["c"]) == 0
    assert select_one(2, {"a"}, []) == 0


@pytest.mark.parametrize(
    "text",
    ["Ada Lovelace", "  ada   LOVELACE\n", "Ada\N{NO-BREAK SPACE}Lovelace", "Ａｄａ Lovelace"],  # noqa: RUF001
)
def test_free_text_compares_what_is_meant(text: str) -> None:
    assert free_text(1, ["Charles", "Ada Lovelace"], text, is_case_sensitive=False) == 1


def test_free_text_in_case_where_that_counts() -> None:
    assert free_text(1, ["NaCl"], "  NaCl ", is_case_sensitive=True) == 1
    assert free_text(1, ["NaCl"], "nacl", is_case_sensitive=True) == 0
    assert free_text(1, ["Straße"], "STRASSE", is_case_sensitive=False) == 1


@given(st.text(alphabet=" \t\n\N{NO-BREAK SPACE}"))
def test_nothing_said_is_never_right(text: str) -> None:
    assert free_text(1, ["", " "], text, is_case_sensitive=False) == 0
    assert essay(text) == 0


@given(st.text(min_size=1))
def test_who_repeats_an_accepted_answer_is_right(text: str) -> None:
    for is_exact in (True, False):
        assert free_text(1, [text], f" {text}\n", is_exact) == (1 if folded(text, is_exact) else 0)


@given(st.text(), st.booleans())
def test_folding_leaves_spaces_single(text: str, is_case_sensitive: bool) -> None:
    once = folded(text, is_case_sensitive)
    assert once == " ".join(once.split())


@pytest.mark.parametrize(
    "text",
    ["3.14", " 3.14 ", "+3.14", "314e-2", "0.314E1", "3.140", "３.１４"],  # noqa: RUF001
)
def test_spellings_of_a_number(text: str) -> None:
    assert numerical(1, ["3.14"], text, tolerance=0) == 1


NO_NUMBERS = ["", " ", ".", "+", "--1", "1e", "e5", "nan", "inf", "-Infinity", "0x10", "1_000", "1,000"]
NO_NUMBERS += ["3,14", "3 km", "3km", "5%", "1/3", "٣", "1\0", "1e1000", "1e99999999999", "1" * 101]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number(text: str) -> None:
    assert number(text) is None
    assert numerical(1, ["1", text], text, tolerance=1e300) == 0


def test_tolerance_is_absolute_exact_and_inclusive() -> None:
    assert numerical(1, ["3.14"], "3.24", tolerance=0.1) == 1
    assert numerical(1, ["3.14"], "3.04", tolerance=0.1) == 1
    assert numerical(1, ["3.14"], "3.2400000000000000000000000000001", tolerance=0.1) == 0
    assert numerical(1, ["0.3"], "0.30000000000000004", tolerance=0) == 0
    assert numerical(1, ["-1", "1"], "\N{MINUS SIGN}1", tolerance=0) == 1


@given(st.decimals(-1000, 1000, places=4), st.decimals(-1000, 1000, places=4), st.floats(0, 10))
def test_a_wider_tolerance_never_costs(accepted: object, text: object, tolerance: float) -> None:
    narrow = numerical(1, [str(accepted)], str(text), tolerance)
    assert narrow <= numerical(1, [str(accepted)], str(text), tolerance * 2)


def test_essays_wait_for_a_person() -> None:
    assert essay("Once upon a time") is None


option = st.builds(ScoredOption, st.text(max_size=5), st.booleans())
keys = st.builds(
    AnswerKey,
    st.sampled_from(QuestionType),
    points,
    st.dictionaries(st.sampled_from(OPTIONS), option),
    st.none() | st.floats(0, 10),
    st.booleans(),
)
replies = st.builds(
    LearnerAnswer,
    st.lists(st.sampled_from(OPTIONS), unique=True).map(tuple),
    st.none() | st.text(max_size=20),
)


@given(keys, replies)
def test_every_reply_scores_within_bounds_or_waits(key: AnswerKey, reply: LearnerAnswer) -> None:
    given_points = score(key, reply)
    if given_points is None:
        assert key.type is QuestionType.ESSAY
        assert reply.text
    else:
        assert 0 <= given_points <= key.max_points


def test_accepted_answers_are_the_right_options() -> None:
    options = {"a": ScoredOption("yes", True), "b": ScoredOption("no", False)}
    for kind in (QuestionType.FREE_TEXT, QuestionType.NUMERICAL):
        assert score(AnswerKey(kind, 1, options), LearnerAnswer(text="no")) == 0
    assert score(AnswerKey(QuestionType.FREE_TEXT, 1, options), LearnerAnswer(text="YES")) == 1
    assert score(AnswerKey(QuestionType.SELECT_ONE, 1, options), LearnerAnswer(("a",))) == 1
    assert score(AnswerKey(QuestionType.SELECT_MULTIPLE, 1, options), LearnerAnswer(("a", "b"))) == 0
