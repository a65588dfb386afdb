"""Subgraphs: a schema with the root fields that routers need."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
)

from graph.execution.execute import PUT_OFF
from graph.federation.entities import entities_field
from graph.federation.key import Reference
from graph.federation.sdl import NEWEST, Applied, sdl


def federated(
    schema: GraphQLSchema,
    references: Mapping[str, Reference],
    applied: Applied,
    links: Collection[str] = (),
    version: str = NEWEST,
) -> GraphQLSchema:
    """Return `schema` with `_entities` for the types in `references`, and `_service` with the SDL.

    The types are the same objects as in `schema`. `applied` and `links` are directives only for the SDL
    (`graph.federation.sdl`); the directives for keys are added.
    """
    keys = {
        name: " ".join(f'@key(fields: "{key.fields}")' for key in reference.keys)
        for name, reference in references.items()
    }
    directives = {**applied, **{name: f"{text} {applied.get(name, '')}" for name, text in keys.items()}}
    query = schema.query_type
    assert query is not None  # noqa: S101 (no schema of ours is without)
    given: Any = schema.to_kwargs()
    fields = {
        **query.fields,
        "_entities": entities_field(schema, references),
        "_service": _service_field(cache(lambda: sdl(schema, directives, links, version))),
    }
    whole: Any = {**query.to_kwargs(), "fields": fields}
    given["query"] = GraphQLObjectType(**whole)
    given["description"] = None  # it is for clients, which read the supergraph's
    given["types"] = [of for of in given["types"] if of is not query]
    # A router handles `@defer` and `@stream` itself: it requests complete responses from subgraphs.
    given["directives"] = [each for each in given["directives"] if each.name not in PUT_OFF]
    made = GraphQLSchema(**given)
    made._strawberry_schema = getattr(schema, "_strawberry_schema", None)  # type: ignore[attr-defined]
    return made


def _service_field(text: Any) -> GraphQLField:
    service = GraphQLObjectType(
        "_Service",
        {
            "sdl": GraphQLField(
                GraphQLNonNull(GraphQLString),
                resolve=lambda *_: text(),
                description="Schema of the subgraph, as text.",
            )
        },
        description="Description of the subgraph for routers.",
    )
    return GraphQLField(
        GraphQLNonNull(service), resolve=lambda *_: (), description="Description of the subgraph for routers."
    )
