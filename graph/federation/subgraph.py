"""The graph as a subgraph: federation keys of its objects, and types shared with other subgraphs."""

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
"""Access rules that the SDL declares; they are enforced here in every case."""

SHARED = {"PageInfo": "@shareable", "Query.node": "@shareable", "Query.nodes": "@shareable"}
"""Coordinates that every subgraph with Relay's specifications has."""


@cache
def subgraph_schema(rules: Rules = "none") -> GraphQLSchema:
    """Return the subgraph, its SDL with these rules; some routers refuse a supergraph with rules."""
    applied: dict[str, str] = {}
    for directives in (SHARED, written(public_schema), rules_of(rules)):
        for coordinate, text in directives.items():
            applied[coordinate] = f"{applied.get(coordinate, '')} {text}"
    return federated(public_schema, references(), applied)


def references() -> Mapping[str, Reference]:
    """Return the reference of each type that has federation keys (`graph.declaring.declare.entity`)."""
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
    """Return directives for the mutations that need a signed-in viewer, or scopes of a token."""
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
