"""Conversions of values at run time, called by generated code (`rest.reshape`)."""

from collections.abc import Iterable
from typing import Any


def last_segment(path: str | None, _: str = "") -> str | None:
    """Return the file name at the end of a path."""
    return None if path is None else path.rpartition("/")[2]


def absolute(address: str | None, origin: str) -> str | None:
    """Return the URL on the scheme and host of the request; a URL with its own host is unchanged."""
    return f"{origin}{address}" if address is not None and address.startswith("/") else address


def text(template: str, **values: Any) -> str:
    """Return a text made of values; null becomes an empty text."""
    return template.format(**{name: "" if value is None else value for name, value in values.items()})


def latest(one: str | None, other: str | None) -> str | None:
    """Return the later of two timestamps of one time zone; null does not count."""
    return max((each for each in (one, other) if each is not None), default=None)


def nested(
    branches: list[dict[str, Any]] | None,
    leaves: Iterable[dict[str, Any]] | None,
    key: str,
    parent: str,
    into: str,
) -> list[dict[str, Any]] | None:
    """Return a tree made of flat lists: each entry moves into the list `into` of its parent branch.

    `parent` names the branch. Branches come before leaves; `key` and `parent` are not part of the response.
    Null stays null.
    """
    if branches is None:
        return None
    roots: list[dict[str, Any]] = []
    lists = {branch.pop(key): branch.setdefault(into, []) for branch in branches}
    for each in (*branches, *(leaves or ())):
        under = each.pop(parent)
        (roots if under is None else lists[under]).append(each)
    return roots
