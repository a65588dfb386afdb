"""Objects of the graph's types, created from rows for graphql-core, and the type of each entity."""

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

import strawberry
from strawberry.types.base import get_object_definition

from graph.declaring.extending import require_complete
from graph.declaring.source import Arguments, Lookups, columns_read
from resolvers.loading.entity import Entity
from resolvers.loading.relation import Choice, Relation, Row
from resolvers.operations.context import Context

Info = strawberry.Info[Context, None]
TYPES: dict[Entity, type] = {}
"""The graph's type of each entity."""


class Maker:
    """Creates objects of an entity's type from rows; they have only the columns that were read."""

    def __init__(self, of: type) -> None:
        self.of = of
        self.columns: Any = columns_of(of)

    def __call__(self, row: Row) -> Any:
        return instance(self.of, dict(zip(self.columns, row, strict=True)))


class ChoiceMaker:
    """Creates objects from the rows of a choice between types."""

    def __init__(self, types: Mapping[str, type]) -> None:
        self.makers = {name: Maker(of) for name, of in types.items()}
        self.columns: Any = {name: maker.columns for name, maker in self.makers.items()}

    def __call__(self, found: tuple[str, Row]) -> Any:
        choice, row = found
        return self.makers[choice](row)


def maker(relation: Relation, info: Info) -> Maker | ChoiceMaker:
    """Return the maker of objects for the rows that `relation` loads."""
    if isinstance(relation, Choice):
        return _choice_maker(relation)
    target = getattr(relation, "target", None)
    return _maker(TYPES[target] if target is not None else named_origin(info))


_maker = cache(Maker)
_choice_maker = cache(lambda choice: ChoiceMaker(types_of(choice)))
_lookups_maker = cache(lambda lookups: ChoiceMaker(lookups.types()))


def types_of(choice: Choice) -> Mapping[str, type]:
    """Return the graph's types of a choice by name."""
    return {name: TYPES[one.target] for name, one in choice.targets.items()}


def entity_of(of: type) -> Entity | None:
    """Return the entity of a type; None for a type without a table."""
    return next((target for target, each in TYPES.items() if each is of), None)


async def found_by_keys(lookups: Lookups, context: Context, given: Arguments) -> list[Any]:
    """Return objects for all values of the list argument, in their order; an exception for an invalid key."""
    make = _lookups_maker(lookups)

    async def one(value: Any) -> Any:
        found = await lookups.relation.one(context, lookups.key(value), make.columns)
        return None if found is None else make(found)

    return await asyncio.gather(*map(one, given[lookups.argument]), return_exceptions=True)


def instance(of: type, values: Mapping[str, Any]) -> Any:
    """Return an object of a Strawberry type with exactly these values, created without its constructor."""
    made: Any = object.__new__(of)
    made.__dict__.update(values)
    return made


def named_origin(info: Info) -> type:
    """Return the Python class behind the named type of the field that is being resolved."""
    of: Any = info.return_type
    while hasattr(of, "of_type"):
        of = of.of_type
    return cast(type, of)


@cache
def columns_of(of: type) -> tuple[str, ...]:
    """Return all columns that a type's fields read or use as keys."""
    require_complete(of)
    return columns_read(get_object_definition(of, strict=True).fields)
