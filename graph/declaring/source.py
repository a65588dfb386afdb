"""Where a field's value comes from, and by that what guards it: the metadata that executors read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLField
from strawberry.types.field import StrawberryField

from resolvers.commands.command import Command
from resolvers.events.happening import Happening
from resolvers.loading.page import Page
from resolvers.loading.relation import Relation


@dataclass(frozen=True)
class Column:
    """Read with its row, and seen by whoever sees the row."""


@dataclass(frozen=True)
class Derived:
    """Worked out from these columns of its row."""

    needs: tuple[str, ...]


Arguments = Mapping[str, Any]
"""A field's arguments by Python name, as Strawberry converts them; null where one is not given."""


@dataclass(frozen=True)
class Link:
    """Found by a relation, whose target guards itself; `ask` turns arguments into what `batch` is given."""

    relation: Relation
    ask: Callable[[Arguments], dict[str, Any]]


@dataclass(frozen=True)
class Lookup:
    """Found by a key among the arguments: `choose` tells it, and the relation, which is of `usual`'s kind."""

    usual: Relation
    choose: Callable[[Arguments], tuple[Relation, Any]]


@dataclass(frozen=True)
class Lookups:
    """Found by several keys, each of which fails alone: `key` tells one of a value in the list `argument`.

    A result of the relation is `(choice, row)` or null; `types` tells the Python class of each choice.
    """

    relation: Relation
    argument: str
    key: Callable[[Any], Any]
    types: Callable[[], Mapping[str, type]]


@dataclass(frozen=True)
class Listing:
    """One page of a relation, as a connection; `ask` turns arguments into what `batch` is given."""

    page: Page
    ask: Callable[[Arguments], dict[str, Any]]


@dataclass(frozen=True)
class Action:
    """Done by a command, in one transaction."""

    command: Command[Any, Any]


@dataclass(frozen=True)
class Told:
    """Told to who subscribes to a happening; `place` is the argument that says of what, by Python name."""

    happening: Happening
    place: str


@dataclass(frozen=True)
class Part:
    """Part of what carries the result of a guarded list: a connection, an edge."""


Source = Column | Derived | Link | Lookup | Lookups | Listing | Action | Told | Part


def source_of(field: GraphQLField) -> Source | None:
    """The declaration of a field of the schema; null where it has none."""
    definition = field.extensions.get("strawberry-definition")
    return (field.extensions if definition is None else definition.metadata).get("source")


def columns_read(fields: Iterable[StrawberryField]) -> tuple[str, ...]:
    """All columns that fields are read from or find others by, each once."""
    names: list[str] = []
    for each in fields:
        match each.metadata.get("source"):
            case Column():
                names.append(each.python_name)
            case Derived(needs):
                names += needs
            case Link(relation=relation) | Listing(page=relation):
                names += relation.needs
    return tuple(dict.fromkeys(names))
