"""Sources of field values, and thereby their policies: the metadata that executors read."""

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
    """Read with its row; visible to every viewer of the row."""


@dataclass(frozen=True)
class Derived:
    """Computed from these columns of its row; by `of_viewer`, if given, from the viewer and these columns."""

    needs: tuple[str, ...]
    of_viewer: Callable[..., Any] | None = None


Arguments = Mapping[str, Any]
"""Arguments of a field by Python name, as Strawberry converts them; null for an omitted one."""


@dataclass(frozen=True)
class Link:
    """Loaded through a relation, whose target has its own policy; `ask` turns arguments into options of
    `batch`.
    """

    relation: Relation
    ask: Callable[[Arguments], dict[str, Any]]


@dataclass(frozen=True)
class Lookup:
    """Loaded by a key among the arguments: `choose` returns the relation, of the same kind as `usual`, and
    the key.
    """

    usual: Relation
    choose: Callable[[Arguments], tuple[Relation, Any]]


@dataclass(frozen=True)
class Lookups:
    """Loaded by several keys, with a separate error for each key.

    `key` returns the key for a value in the list `argument`. A result of the relation is `(choice, row)` or
    null; `types` returns the Python class of each choice.
    """

    relation: Relation
    argument: str
    key: Callable[[Any], Any]
    types: Callable[[], Mapping[str, type]]


@dataclass(frozen=True)
class Listing:
    """One page of a relation, as a connection; `ask` turns arguments into options of `batch`."""

    page: Page
    ask: Callable[[Arguments], dict[str, Any]]


@dataclass(frozen=True)
class Action:
    """Result of a command that runs in one transaction."""

    command: Command[Any, Any]


@dataclass(frozen=True)
class Told:
    """Event delivered to subscribers; `place` is the Python name of the argument that names the event's
    subject.
    """

    happening: Happening
    place: str


@dataclass(frozen=True)
class Part:
    """Field of the object around a guarded list: a connection, an edge."""


Source = Column | Derived | Link | Lookup | Lookups | Listing | Action | Told | Part


def source_of(field: GraphQLField) -> Source | None:
    """Return the declaration of a schema's field; null if the field has none."""
    definition = field.extensions.get("strawberry-definition")
    return (field.extensions if definition is None else definition.metadata).get("source")


def columns_read(fields: Iterable[StrawberryField]) -> tuple[str, ...]:
    """Return all columns that fields read or use as keys, each once."""
    names: list[str] = []
    for each in fields:
        match each.metadata.get("source"):
            case Column():
                names.append(each.python_name)
            case Derived(needs=needs):
                names += needs
            case Link(relation=relation) | Listing(page=relation):
                names += relation.needs
    return tuple(dict.fromkeys(names))
