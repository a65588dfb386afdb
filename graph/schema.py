"""The two schemas: the public one, and the same as a federated subgraph."""

from typing import Any, Literal

import strawberry
from graphql import GraphQLSchema, print_schema
from strawberry.schema.config import StrawberryConfig

from graph import policy
from graph.declare import TYPES
from graph.federation import Subgraph, set_keys
from graph.mutation import Mutation
from graph.query import Query
from graph.scalars import SCALARS
from graph.subscription import Subscription

FEDERATION_VERSION: Literal["2.9"] = "2.9"
"""The newest that all composers of supergraphs know."""


def read(source: Any, name: str) -> Any:
    """A field of an object, or of a value that came as JSON, where a missing field is null."""
    return source.get(name) if isinstance(source, dict) else getattr(source, name)


def _config() -> StrawberryConfig:
    return StrawberryConfig(default_resolver=read, scalar_map=SCALARS)


def _public() -> strawberry.Schema:
    return strawberry.Schema(Query, Mutation, Subscription, types=list(TYPES.values()), config=_config())


def _subgraph() -> Subgraph:
    """The public types, each with its keys; they are set only now, so that the public schema has none."""
    set_keys()
    return Subgraph(
        Query,
        Mutation,
        Subscription,
        types=list(TYPES.values()),
        config=_config(),
        federation_version=FEDERATION_VERSION,
    )


public_schema: GraphQLSchema = _public()._schema
subgraph_schema: GraphQLSchema = _subgraph()._schema
policy.check(public_schema)


def sdl() -> str:
    """The public schema as text."""
    return print_schema(public_schema) + "\n"
