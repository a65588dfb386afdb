"""Objects of the graph's types, made of rows for graphql-core's executor, and the type of each entity."""

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
    """Turns rows of an entity into objects of its type that hold just the columns they were read with."""

    def __init__(self, of: type) -> None:
        self.of = of
        self.columns: Any = columns_of(of)

    def __call__(self, row: Row) -> Any:
        return instance(self.of, dict(zip(self.columns, row, strict=True)))


class ChoiceMaker:
    """The same for a choice between types."""

    def __init__(self, types: Mapping[str, type]) -> None:
        self.makers = {name: Maker(of) for name, of in types.items()}
        self.columns: Any = {name: maker.columns for name, maker in self.makers.items()}

    def __call__(self, found: tuple[str, Row]) -> Any:
        choice, row = found
        return self.makers[choice](row)


def maker(relation: Relation, info: Info) -> Maker | ChoiceMaker:
    """What makes objects of the rows that `relation` finds."""
    if isinstance(relation, Choice):
        return _choice_maker(relation)
    target = getattr(relation, "target", None)
    return _maker(TYPES[target] if target is not None else named_origin(info))


_maker = cache(Maker)
_choice_maker = cache(lambda choice: ChoiceMaker(types_of(choice)))
_lookups_maker = cache(lambda lookups: ChoiceMaker(lookups.types()))


def types_of(choice: Choice) -> Mapping[str, type]:
    """The graph's types of what a choice finds."""
    return {name: TYPES[one.target] for name, one in choice.targets.items()}


def entity_of(of: type) -> Entity | None:
    """The entity whose type it is; nothing for what no table holds."""
    return next((target for target, each in TYPES.items() if each is of), None)


async def found_by_keys(lookups: Lookups, context: Context, given: Arguments) -> list[Any]:
    """Objects for all values of the list argument, in their order; an exception where one cannot be a key."""
    make = _lookups_maker(lookups)

    async def one(value: Any) -> Any:
        found = await lookups.relation.one(context, lookups.key(value), make.columns)
        return None if found is None else make(found)

    return await asyncio.gather(*map(one, given[lookups.argument]), return_exceptions=True)


def instance(of: type, values: Mapping[str, Any]) -> Any:
    """An object of a Strawberry type with these values and no others, made without its constructor."""
    made: Any = object.__new__(of)
    made.__dict__.update(values)
    return made


def named_origin(info: Info) -> type:
    """The Python class behind the named type of the field that is being resolved."""
    of: Any = info.return_type
    while hasattr(of, "of_type"):
        of = of.of_type
    return cast(type, of)


@cache
def columns_of(of: type) -> tuple[str, ...]:
    """All columns that a type's fields are read from or find others by."""
    require_complete(of)
    return columns_read(get_object_definition(of, strict=True).fields)
