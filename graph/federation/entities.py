"""`_entities`: objects by their representations, one batch per type and key."""

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

ANY = GraphQLScalarType("_Any", description="Representation of an entity, as sent by a router.")


@dataclass(frozen=True, eq=False, kw_only=True)
class Entities(Relation):
    """Loads the row of a representation through the relation of its key."""

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
    """Return the root field `_entities`: null for objects that are not visible, an error per invalid key."""
    types: list[Any] = [schema.type_map[name] for name in references]
    union = GraphQLUnionType(
        "_Entity", types, resolve_type=_type_name, description="Any entity of the subgraph."
    )
    origins = {name: reference.origin for name, reference in references.items()}
    representations = Representations(schema, references)
    source = Lookups(Entities(references=references), ARGUMENT, representations.read, lambda: origins)
    return GraphQLField(
        GraphQLNonNull(GraphQLList(union)),
        {ARGUMENT: GraphQLArgument(GraphQLNonNull(GraphQLList(GraphQLNonNull(ANY))))},
        lambda _, info, **given: found_by_keys(source, info.context, given),
        description="Entities for the representations, in their order; null for each that is not visible "
        "to the viewer.",
        extensions={"source": source},
    )


def _type_name(value: Any, *_: Any) -> str:
    return get_object_definition(type(value), strict=True).name
