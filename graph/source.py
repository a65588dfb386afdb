"""Where a field's value comes from, and by that what guards it: the metadata that executors read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from resolvers.page import Page
from resolvers.relation import One, Relation


@dataclass(frozen=True)
class Column:
    """Read with its row, and seen by whoever sees the row."""


@dataclass(frozen=True)
class Derived:
    """Worked out from these columns of its row."""

    needs: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """Found by a relation, whose target guards itself."""

    relation: Relation


@dataclass(frozen=True)
class Lookup:
    """Found by one of several unique columns."""

    by: Mapping[str, One]


@dataclass(frozen=True)
class Listing:
    """One page of a relation, as a connection."""

    page: Page


@dataclass(frozen=True)
class Action:
    """Done by a command, in one transaction."""

    command: Callable[..., Any]


@dataclass(frozen=True)
class Part:
    """Part of what carries the result of a guarded list: a connection, an edge."""


Source = Column | Derived | Link | Lookup | Listing | Action | Part
