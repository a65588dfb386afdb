"""The public schema."""

from typing import Any

import strawberry
from graphql import GraphQLSchema, print_schema
from strawberry.schema.config import StrawberryConfig

from graph.declaring import policy
from graph.declaring.extending import complete
from graph.declaring.node import Node
from graph.declaring.objects import TYPES
from graph.declaring.roots import Mutation, Query, Subscription
from graph.execution.idempotency import IDEMPOTENT
from graph.values.scalars import SCALARS
from resolvers.loading.node import NODES
from resolvers.loading.relation import One


def read(source: Any, name: str) -> Any:
    """A field of an object, or of a value that came as JSON, where a missing field is null."""
    return source.get(name) if isinstance(source, dict) else getattr(source, name)


def _public() -> strawberry.Schema:
    complete()
    NODES.update(
        {target.table.name: One(target=target) for target, of in TYPES.items() if issubclass(of, Node)}
    )
    config = StrawberryConfig(
        default_resolver=read, scalar_map=SCALARS, enable_experimental_incremental_execution=True
    )
    return strawberry.Schema(Query, Mutation, Subscription, types=list(TYPES.values()), config=config)


public_schema: GraphQLSchema = _public()._schema
public_schema.directives = (*public_schema.directives, IDEMPOTENT)
policy.check(public_schema)


def sdl() -> str:
    """The public schema as text."""
    return print_schema(public_schema) + "\n"
