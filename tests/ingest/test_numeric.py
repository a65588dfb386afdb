"""Right answers to numerical problems: what is worked out, and what is not tried."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.olx.numeric import evaluate, number_range
from ingest.outline import NumberRange


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("600", 600.0),
        ("-2^2", -4.0),
        ("1/3", 1 / 3),
        ("2k", 2_000.0),
        ("5%", 0.05),
        ("1.5e-3", 0.0015),
        (".5", 0.5),
        ("sqrt(4)*(1+1)", 4.0),
    ],
)
def test_evaluate(expression: str, value: float) -> None:
    assert evaluate(expression) == pytest.approx(value)


@pytest.mark.parametrize(
    "expression",
    ["", "x", "9^9^9^9", "1/0", "1j", "True", "(1", "1 if 1 else 2", "open('x')", "sqrt(-1)", "1" * 500],
)
def test_evaluate_refuses(expression: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (each refusal has words of its own)
        evaluate(expression)


@given(st.text(alphabet="0123456789.+-*/^() ekpisqrt%[,]"))
def test_evaluate_gives_a_number_or_refuses(expression: str) -> None:
    try:
        numbers = number_range(expression)
    except ValueError:
        return
    assert numbers.lower <= numbers.upper


def test_default_tolerance_is_relative() -> None:
    assert number_range("100000") == NumberRange(99_999.0, 100_001.0)
    assert number_range("-100", "10%") == NumberRange(-110.0, -90.0)
    assert number_range("5", "0.5") == NumberRange(4.5, 5.5)
