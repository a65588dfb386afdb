"""Correct answers to numerical problems, as ranges of numbers.

Open edX accepts an expression (`3*10^2`, `1/3`, `2k`), an interval (`[5, 7)`), and a tolerance that is a
number or a percentage of the answer.
"""

import ast
import math
import operator
import re
from collections.abc import Callable

from ingest.outline import NumberRange
from models.postgres.value import number

# Default of Open edX (Open edX: capa's default_tolerance).
DEFAULT_TOLERANCE = "0.001%"
MAX_LENGTH = 200

SUFFIXES = {
    "%": "1e-2",
    "k": "1e3",
    "M": "1e6",
    "G": "1e9",
    "T": "1e12",
    "c": "1e-2",
    "m": "1e-3",
    "u": "1e-6",
    "n": "1e-9",
    "p": "1e-12",
}
SUFFIXED = re.compile(r"(?<![\w.])(\d++(?:\.\d*+)?+(?:[eE][+-]?\d++)?|\.\d++)([%kMGTcmunp])(?!\w)")
# Text that Python may parse: other text can cause warnings.
ARITHMETIC = re.compile(r"(?:(?>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)(?![\w.])|[a-z]\w*+|[-+*/^() ])*+")
CONSTANTS = {"pi": math.pi, "e": math.e}
FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "ln": math.log,
    "log10": math.log10,
    "log2": math.log2,
    "abs": abs,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
}
OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
}

OPENING, CLOSING = ("[", "("), ("]", ")")
"""Brackets of an interval: with its bounds, or without them."""


def number_range(answer: str, tolerance: str | None = None) -> NumberRange:
    """Return the numbers that match an `answer` within its `tolerance`. Raises ValueError."""
    answer = answer.strip()
    first, (low, comma, high), last = answer[:1], answer[1:-1].rpartition(","), answer[-1:]
    if comma and first in OPENING and last in CLOSING:
        lower, upper = evaluate(low), evaluate(high)
        if lower > upper:
            raise ValueError(f"{answer!r} has its bounds the wrong way round")
        return NumberRange(lower, upper, first == "[", last == "]")
    value = evaluate(answer)
    given = (tolerance or DEFAULT_TOLERANCE).strip()
    distance = evaluate(given[:-1]) / 100 * abs(value) if given.endswith("%") else evaluate(given)
    return NumberRange(value - abs(distance), value + abs(distance))


def evaluate(expression: str) -> float:
    """Return the value of an arithmetic expression of real numbers. Raises ValueError for other text."""
    if len(expression) > MAX_LENGTH:
        raise ValueError("the expression is too long")
    written = SUFFIXED.sub(lambda match: f"({match[1]}*{SUFFIXES[match[2]]})", expression.strip())
    if not ARITHMETIC.fullmatch(written):
        raise ValueError(f"{expression!r} is not a number that can be computed")
    try:
        value = _value(ast.parse(written.replace("^", "**"), mode="eval").body)
    except (SyntaxError, ArithmeticError, MemoryError, RecursionError, ValueError) as error:
        raise ValueError(f"{expression!r} is not a number that can be computed") from error
    return number(value)


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name(id=name) if name in CONSTANTS:
            return CONSTANTS[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(left), _value(right))
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](_value(argument))
    raise ValueError("no arithmetic")
