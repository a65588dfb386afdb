"""Extensions: fields that a domain adds to a type of an earlier domain.

Of two related concepts the later one declares both ends of their relation, so that no concept imports a later
one. An extension is recorded when its module is imported; `complete` appends the fields of all extensions to
their owners, in the order of domains and modules, whatever the order of imports. A field's `origin` remains
the extending class, whose module names the domain that owns the field.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, fields
from itertools import count
from typing import Any, TypeVar, cast

import strawberry
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition
from strawberry.types.field import StrawberryField

from graph.declaring.source import Action, Column, Derived, columns_read
from resolvers.commands.command import Command
from settings.rooms import DOMAINS, modules

T = TypeVar("T")


class WrongExtension(Exception):  # noqa: N818 (it describes the mistake)
    """Raised at import if an extension is invalid."""


@dataclass(frozen=True, slots=True)
class Extension:
    """Fields to append to several owners; `place` is the sort key of extensions."""

    fields: list[StrawberryField]
    owners: list[StrawberryObjectDefinition]
    place: tuple[int, str, int]


class _Extensions:
    def __init__(self) -> None:
        self.recorded: list[Extension] = []
        self.is_complete = False
        self.numbers = count()


_extensions = _Extensions()


def extends(*owners: type) -> Callable[[type[T]], type[T]]:
    """Declare the fields of a class as additional fields of `owners`: entities, interfaces, root types.

    Raises `WrongExtension` for a column (columns belong to their owner), for a name that an owner already
    has, in a module outside the domains, and after the schema was built.
    """

    def record(of: type[T]) -> type[T]:
        if _extensions.is_complete:
            raise WrongExtension(f"{of.__name__} comes too late: the schema is built.")
        made = strawberry.type(of)
        declared = get_object_definition(made, strict=True).fields
        definitions = [get_object_definition(owner, strict=True) for owner in owners]
        for field in declared:
            if isinstance(field.metadata.get("source"), Column | Derived):
                raise WrongExtension(
                    f"{of.__name__}.{field.python_name} is a column: declare it in its owner."
                )
            if isinstance(source := field.metadata.get("source"), Action):
                _check_payload(field, source.command)
            for definition in definitions:
                if field.python_name in _names(definition):
                    raise WrongExtension(f"{definition.name} has a field {field.python_name!r} already.")
        place = (domain_rank(of.__module__), of.__module__, next(_extensions.numbers))
        _extensions.recorded.append(Extension(list(declared), definitions, place))
        return made

    return record


def _check_payload(field: StrawberryField, command: Command[Any, Any]) -> None:
    """Raise `WrongExtension` for a payload that reads a field its command does not return."""
    payload = get_object_definition(cast(type, field.type), strict=True)
    answered = {"user_errors", *(each.name for each in fields(command.answers))}
    if unknown := set(columns_read(payload.fields)) - answered:
        names = ", ".join(sorted(unknown))
        raise WrongExtension(f"{payload.name} reads {names}, which {command.name} does not return.")


def domain_rank(module: str) -> int:
    """Return the position of a graph module's domain; raise `WrongExtension` for a module outside the
    domains.
    """
    _, _, rest = module.partition(".")
    domain = rest.partition(".")[0]
    if domain not in DOMAINS:
        raise WrongExtension(f"{module} belongs to no domain: {', '.join(DOMAINS)}.")
    return DOMAINS.index(domain)


def _names(definition: StrawberryObjectDefinition) -> set[str]:
    recorded = (each for each in _extensions.recorded if any(owner is definition for owner in each.owners))
    return {
        field.python_name
        for fields in (definition.fields, *(each.fields for each in recorded))
        for field in fields
    }


def complete() -> None:
    """Import every module of every domain, then append all recorded fields to their owners; runs once."""
    if _extensions.is_complete:
        return
    for _ in modules("graph", *DOMAINS):
        pass
    for each in sorted(_extensions.recorded, key=lambda extension: extension.place):
        for owner in each.owners:
            owner.fields.extend(copy(field) for field in each.fields)
    _extensions.is_complete = True


def require_complete(of: type) -> None:
    """Raise `WrongExtension` until all fields of a type are known."""
    if not _extensions.is_complete:
        raise WrongExtension(f"Import graph.declaring.schema first: {of.__name__} is not complete.")
