"""`_entities`: objects by what a router sends of them, one batch per type and key."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
)
from strawberry.types.base import get_object_definition

from graph.declaring.objects import found_by_keys
from graph.declaring.source import Lookups
from graph.federation.key import Reference
from graph.federation.representation import Named, Representations
from resolvers.loading.relation import Relation
from resolvers.operations.context import Context

ARGUMENT = "representations"

ANY = GraphQLScalarType("_Any", description="Representation of an entity, as a router sends it.")


@dataclass(frozen=True, eq=False, kw_only=True)
class Entities(Relation):
    """The row that a representation names: found by the relation of the key by which it does."""

    references: Mapping[str, Reference]

    async def batch(self, context: Context, keys: Sequence[Named], columns: Any, **given: Any) -> list[Any]:
        """`columns` maps each type to its columns; a result is `(type name, row)`, null or an exception."""
        groups: dict[tuple[str, int], list[Named]] = {}
        for key in keys:
            groups.setdefault((key.type_name, key.key), []).append(key)
        found = await asyncio.gather(
            *(
                self.references[name]
                .keys[place]
                .relation.batch(context, [each.value for each in named], columns[name])
                for (name, place), named in groups.items()
            )
        )
        results: dict[Named, Any] = {}
        for (name, _), named, rows in zip(groups, groups.values(), found, strict=True):
            for key, row in zip(named, rows, strict=True):
                results[key] = row if row is None or isinstance(row, Exception) else (name, row)
        return [results[key] for key in keys]


def entities_field(schema: GraphQLSchema, references: Mapping[str, Reference]) -> GraphQLField:
    """The root field: null where there is nothing or the viewer may not see it; what is wrong fails alone."""
    types: list[Any] = [schema.type_map[name] for name in references]
    union = GraphQLUnionType("_Entity", types, resolve_type=_type_name, description="Any entity.")
    origins = {name: reference.origin for name, reference in references.items()}
    representations = Representations(schema, references)
    source = Lookups(Entities(references=references), ARGUMENT, representations.read, lambda: origins)
    return GraphQLField(
        GraphQLNonNull(GraphQLList(union)),
        {ARGUMENT: GraphQLArgument(GraphQLNonNull(GraphQLList(GraphQLNonNull(ANY))))},
        lambda _, info, **given: found_by_keys(source, info.context, given),
        description="Objects that representations name, in their order.",
        extensions={"source": source},
    )


def _type_name(value: Any, *_: Any) -> str:
    return get_object_definition(type(value), strict=True).name
