"""Objects with a global id: `Node`, and the root fields `node` and `nodes`."""

from typing import Any

import strawberry

from graph.declaring.declare import column, field_of, required
from graph.declaring.objects import Info, found_by_keys, maker, types_of
from graph.declaring.source import Arguments, Lookup, Lookups
from resolvers.loading.keyset import as_id
from resolvers.loading.node import NODE
from resolvers.loading.relation import Relation


@strawberry.interface(description="Object that can be refetched by its id.")
class Node:
    id: strawberry.ID = column("Globally unique id, a UUID; the same in the REST routes.")


def _choose(given: Arguments) -> tuple[Relation, str]:
    return NODE, as_id(given["id"], "id")


async def _node(info: Info, id: strawberry.ID) -> Any:  # noqa: A002
    relation, key = _choose({"id": id})
    make = maker(relation, info)
    found = await relation.one(info.context, key, make.columns)
    return None if found is None else make(found)


_NODES = Lookups(NODE, "ids", lambda value: as_id(value, "id"), lambda: types_of(NODE))


async def _nodes(info: Info, ids: list[strawberry.ID]) -> list[Any]:
    return await found_by_keys(_NODES, info.context, {"ids": ids})


@strawberry.type
class NodeQuery:
    node: Node | None = field_of(
        _node,
        "Object of any type by id; null if it is not visible to the viewer.",
        Lookup(NODE, _choose),
        id=required(strawberry.ID, "Id of the object."),
    )
    nodes: list[Node | None] = field_of(
        _nodes,
        "Objects by id, in the order of the ids; null for each that is not visible to the viewer.",
        _NODES,
        ids=required(list[strawberry.ID], "Ids of the objects."),
    )
