"""Our graph as a subgraph: by which keys a router names its objects, and what it may share with others."""

from collections.abc import Mapping
from functools import cache
from typing import Literal

from graphql import GraphQLSchema
from strawberry.types.base import get_object_definition

from graph.declaring.objects import TYPES
from graph.declaring.schema import public_schema
from graph.declaring.source import Action, source_of
from graph.federation.key import Key, Reference
from graph.federation.schema import federated
from graph.limits.weight import written
from resolvers.commands.text import as_text
from resolvers.loading.entity import Entity
from resolvers.loading.keyset import as_id
from resolvers.loading.relation import One

Rules = Literal["none", "authenticated", "scopes"]
"""What the SDL says of who may do what; it is enforced here whatever it says."""

SHARED = {"PageInfo": "@shareable", "Query.node": "@shareable", "Query.nodes": "@shareable"}
"""What every subgraph has that follows Relay's specifications."""


@cache
def subgraph_schema(rules: Rules = "none") -> GraphQLSchema:
    """The subgraph, its SDL with these rules: some routers refuse a supergraph that has any."""
    applied: dict[str, str] = {}
    for directives in (SHARED, written(public_schema), rules_of(rules)):
        for coordinate, text in directives.items():
            applied[coordinate] = f"{applied.get(coordinate, '')} {text}"
    return federated(public_schema, references(), applied)


def references() -> Mapping[str, Reference]:
    """How routers name objects of each type that has federation keys (`graph.declaring.declare.entity`)."""
    return {
        get_object_definition(of, strict=True).name: Reference(
            origin=of, keys=[_key(target, by) for by in keys]
        )
        for target, of in TYPES.items()
        if (keys := of.federation_keys)  # type: ignore[attr-defined]
    }


def _key(target: Entity, by: str) -> Key:
    return Key(fields=by, relation=One(target=target, by=by), check=as_id if by == "id" else as_text)


def rules_of(rules: Rules) -> Mapping[str, str]:
    """Directives of the mutations that need somebody signed in, or a token's scopes."""
    found: dict[str, str] = {}
    mutation = public_schema.mutation_type
    if rules == "none" or mutation is None:
        return found
    for name, field in mutation.fields.items():
        source = source_of(field)
        if isinstance(source, Action) and not source.command.is_open:
            verb = source.command.verb
            scopes = f' @requiresScopes(scopes: [["{verb}"], ["{verb}:course"]])' if rules == "scopes" else ""
            found[f"Mutation.{name}"] = f"@authenticated{scopes}"
    return found
