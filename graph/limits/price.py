"""What an operation costs: a number, or where a variable says how long a list is, a formula of variables."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast


class Price(NamedTuple):
    """`nodes` are the objects that an operation can answer at most, `cost` the same by their weights."""

    nodes: int
    cost: int


Values = Mapping[str, Any]
"""Values of an operation's variables, as they were sent; defaults where they were not."""

Formula = Price | Callable[[Values], Price]
Size = int | Callable[[Values], int]
"""How long a list is."""

FREE = Price(0, 0)


def value(formula: Formula, values: Values) -> Price:
    """The price for these values."""
    return formula if isinstance(formula, Price) else formula(values)


def total(parts: Sequence[Formula]) -> Formula:
    """The sum of several."""
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
    """The most of several, of which an object takes but one; nodes and cost each for itself."""
    if len(parts) < 2:
        return parts[0] if parts else FREE
    if all(isinstance(part, Price) for part in parts):
        return _most(cast(Sequence[Price], parts))
    return lambda values: _most([value(part, values) for part in parts])


def times(size: Size, formula: Formula) -> Formula:
    """The price of `size` of them."""
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
