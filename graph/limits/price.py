"""Price of an operation: a number, or a formula if variables determine the length of a list."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast


class Price(NamedTuple):
    """Price of an operation: `nodes` is the maximum number of objects in the response, `cost` their total
    weight.
    """

    nodes: int
    cost: int


Values = Mapping[str, Any]
"""Values of an operation's variables as sent, with defaults for omitted ones."""

Formula = Price | Callable[[Values], Price]
Size = int | Callable[[Values], int]
"""Length of a list: a number, or a function of variables."""

FREE = Price(0, 0)


def value(formula: Formula, values: Values) -> Price:
    """Return the price for these values."""
    return formula if isinstance(formula, Price) else formula(values)


def total(parts: Sequence[Formula]) -> Formula:
    """Return the sum of several prices."""
    constant = FREE
    varying: list[Callable[[Values], Price]] = []
    for part in parts:
        if isinstance(part, Price):
            constant = _plus(constant, part)
        else:
            varying.append(part)
    if not varying:
        return constant
    if len(varying) == 1 and constant == FREE:
        return varying[0]

    def sum_(values: Values) -> Price:
        added = constant
        for part in varying:
            added = _plus(added, part(values))
        return added

    return sum_


def highest(parts: Sequence[Formula]) -> Formula:
    """Return the maximum of alternative prices; nodes and cost separately."""
    if len(parts) < 2:
        return parts[0] if parts else FREE
    if all(isinstance(part, Price) for part in parts):
        return _most(cast(Sequence[Price], parts))
    return lambda values: _most([value(part, values) for part in parts])


def times(size: Size, formula: Formula) -> Formula:
    """Return the price of `size` objects."""
    if isinstance(size, int):
        if isinstance(formula, Price):
            return _times(size, formula)
        return lambda values: _times(size, value(formula, values))
    return lambda values: _times(size(values), value(formula, values))


def _plus(one: Price, other: Price) -> Price:
    return Price(one.nodes + other.nodes, one.cost + other.cost)


def _times(size: int, price: Price) -> Price:
    return Price(size * price.nodes, size * price.cost)


def _most(prices: Sequence[Price]) -> Price:
    return Price(max(price.nodes for price in prices), max(price.cost for price in prices))
