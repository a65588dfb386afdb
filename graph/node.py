"""Objects with a global id."""

import asyncio
from typing import Any

import strawberry

from graph.declare import Info, column, field_of, maker, required
from graph.source import Arguments, Lookup, Lookups
from resolvers.keyset import as_id
from resolvers.node import NODE
from resolvers.relation import Relation


@strawberry.interface(description="Something that can be found again by its id.")
class Node:
    id: strawberry.ID = column("Globally unique id, a UUID; the same in the REST routes.")


def _choose(given: Arguments) -> tuple[Relation, str]:
    return NODE, as_id(given["id"], "id")


async def _node(info: Info, id: strawberry.ID) -> Any:  # noqa: A002
    relation, key = _choose({"id": id})
    make = maker(relation, info)
    found = await relation.one(info.context, key, make.columns)
    return None if found is None else make(found)


async def _nodes(info: Info, ids: list[strawberry.ID]) -> list[Any]:
    """An id that is none concerns its own place alone."""
    return await asyncio.gather(*(_node(info, each) for each in ids), return_exceptions=True)


@strawberry.type
class NodeQuery:
    node: Node | None = field_of(
        _node,
        "One object, whatever it is; null where there is none.",
        Lookup(NODE, _choose),
        id=required(strawberry.ID, "Its id."),
    )
    nodes: list[Node | None] = field_of(
        _nodes,
        "Several objects, in the order of their ids; null where there is none.",
        Lookups(),
        ids=required(list[strawberry.ID], "Their ids."),
    )
