"""Errors for exceeded limits: each names the limit, its value and the requested amount."""

import logging
from collections import Counter
from collections.abc import Iterator

from graphql import GraphQLError, GraphQLSyntaxError

from graph.limits.count import Count
from graph.limits.figures import OperationLimits
from graph.limits.price import Price

log = logging.getLogger(__name__)

COUNTED = {
    "tokens": ("TOKEN_LIMIT", "tokens"),
    "depth": ("DEPTH_LIMIT", "levels of fields"),
    "aliases": ("ALIAS_LIMIT", "aliases"),
    "root_fields": ("ROOT_FIELD_LIMIT", "root fields in one operation"),
    "directives": ("DIRECTIVE_LIMIT", "directives"),
    "repeats": ("REPEAT_LIMIT", "repetitions of a field under one name"),
    "fragments": ("FRAGMENT_LIMIT", "fragments"),
    "fields": ("FIELD_LIMIT", "fields with all fragments spread"),
    "inputs": ("INPUT_LIMIT", "values in one list"),
}
"""Code of each limit on a document, and the counted unit."""

PRICED = {"nodes": ("NODE_LIMIT", "objects"), "cost": ("COST_LIMIT", "points of cost")}
"""Code and unit of each limit on an operation."""

exceeded: Counter[str] = Counter()
"""Number of times each limit was exceeded in this process, by code: refused, or only measured."""


def of_parser(error: GraphQLSyntaxError, limits: OperationLimits) -> GraphQLError | None:
    """Return the error of a document if a limit stopped the parser; None for a syntax error."""
    if "nested too deeply" in error.message:
        return nested(limits)
    if error.message.endswith(f"{limits.tokens} tokens. Parsing aborted."):
        exceeded["TOKEN_LIMIT"] += 1
        return _error(*COUNTED["tokens"], limits.tokens + 1, limits.tokens, limits.whose)
    return None


def nested(limits: OperationLimits) -> GraphQLError:
    """Return the error of a document that is nested too deeply to be counted."""
    exceeded["DEPTH_LIMIT"] += 1
    message = (
        f"The document is nested too deeply; the limit for {limits.whose} is {limits.depth} levels of fields."
    )
    return GraphQLError(message, extensions={"code": "DEPTH_LIMIT", "limit": limits.depth})


def of_document(count: Count, limits: OperationLimits) -> list[GraphQLError]:
    """Return the errors of a document that exceeds a limit, or has an operation whose constant cost does."""
    found = [
        _error(*COUNTED[name], getattr(count, name), getattr(limits, name), limits.whose)
        for name in COUNTED
        if getattr(count, name) > getattr(limits, name)
    ]
    for operation in count.operations.values():
        if isinstance(operation.price, Price):
            found += _of_price(operation.price, limits)
    return _judged(found, limits)


def of_price(price: Price, limits: OperationLimits) -> list[GraphQLError]:
    """Return the errors of an operation that exceeds a limit on objects or cost."""
    if price.nodes <= limits.nodes and price.cost <= limits.cost:
        return []
    return _judged(list(_of_price(price, limits)), limits)


def _of_price(price: Price, limits: OperationLimits) -> Iterator[GraphQLError]:
    for name, (code, what) in PRICED.items():
        if (asked := getattr(price, name)) > (limit := getattr(limits, name)):
            yield _error(code, what, asked, limit, limits.whose)


def _error(code: str, what: str, asked: int, limit: int, whose: str) -> GraphQLError:
    message = f"{asked:,} {what} are requested; the limit for {whose} is {limit:,}."
    return GraphQLError(message, extensions={"code": code, "requested": asked, "limit": limit})


def _judged(found: list[GraphQLError], limits: OperationLimits) -> list[GraphQLError]:
    """Return `found` if limits are enforced; else log a warning for the operator and return none."""
    exceeded.update(str((error.extensions or {})["code"]) for error in found)
    if limits.enforced:
        return found
    for error in found:
        log.warning("Measured, not refused: %s", error.message)
    return []
