"""The public schema, and its text."""

from copy import copy
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

DESCRIPTION = """\
Learning domain: courses and their content, learners, progress, assessment, and packages.

Authentication: send `Authorization: Bearer <token>` for a user, or `Basic` with the id and secret of an
application. Requests without the header act for an anonymous viewer. Each field returns only objects that are
visible to the viewer; hidden objects are null or absent.

Limits: operations are limited in depth, number of fields and cost by kind of viewer; errors name the limit in
`extensions.code`. An object costs 1, multiplied by the length of the lists around it, and a mutation 10. Each
viewer has a budget that refills continuously; the headers `RateLimit` and `RateLimit-Policy` report it, and a
spent budget results in the code `RATE_LIMITED` with `Retry-After`.

Paging: lists that may be long are Relay connections with `first`/`after` and `last`/`before`. A page has 20
entries unless `first` or `last` is given, and at most 100 (50 for anonymous viewers, 250 for staff and for
trusted documents).

Idempotency: a mutation with `@idempotent(key:)` runs once; for 24 hours, the same key with the same input
returns the first result."""
"""Description of the schema, for readers of introspection and of the printed schema."""


def read(source: Any, name: str) -> Any:
    """Return a field of an object, or of a value stored as JSON, where a missing field is null."""
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
public_schema.description = DESCRIPTION
public_schema.directives = (*public_schema.directives, IDEMPOTENT)
policy.check(public_schema)


def sdl() -> str:
    """Return the public schema as text: types sorted by name, fields in the order of their declaration."""
    shown = copy(public_schema)
    shown.type_map = dict(sorted(shown.type_map.items()))
    return print_schema(shown) + "\n"
