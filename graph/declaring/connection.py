"""Relay connections: pages of a list with cursors and a total count."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import strawberry

from graph.declaring.source import Part
from graph.limits.weight import Cost
from resolvers.loading.page import Page, Slice, Total
from resolvers.operations.context import Context

N = TypeVar("N")


def part(description: str) -> Any:
    """Declare a field of a connection, edge or page info."""
    return strawberry.field(description=description, metadata={"source": Part()})


async def _total_count(root: "Connection[Any]", info: strawberry.Info[Context, None]) -> int:
    total, key, where = root.counted
    count: int = await total.one(info.context, key, (), where=where)
    return count


@strawberry.type(description="Position of a page in its list.")
class PageInfo:
    has_next_page: bool = part("Whether nodes follow the page.")
    has_previous_page: bool = part("Whether nodes precede the page.")
    start_cursor: str | None = part("Cursor of the first edge; null if the page is empty.")
    end_cursor: str | None = part("Cursor of the last edge; null if the page is empty.")


@strawberry.type(description="Edge of a connection: one object of the list and its cursor.")
class Edge(Generic[N]):
    cursor: str = part("Cursor of the edge, for `after` and `before`.")
    node: N = part("Item at the end of the edge.")


@strawberry.type(description="Page of a list, as a Relay connection.")
class Connection(Generic[N]):
    edges: list[Edge[N]] = part("Edges of the page, in list order.")
    nodes: list[N] = part("Nodes of the page, without cursors.")
    page_info: PageInfo = part("Position of the page in the list.")
    counted: strawberry.Private[tuple[Total, Any, Mapping[str, Any]]]

    total_count: int = strawberry.field(
        resolver=_total_count,
        description="Number of nodes in the whole list that are visible to the viewer; costs 1.",
        metadata={"source": Part(), "limits": (Cost(1),)},
    )


_totals: dict[Page, Total] = {}


def connection(page: Page, key: Any, where: Mapping[str, Any], nodes: list[Any], part: Slice) -> Any:
    """Return the connection over a page of objects."""
    return Connection(
        edges=[Edge(cursor=cursor, node=node) for cursor, node in zip(part.cursors, nodes, strict=True)],
        nodes=nodes,
        page_info=PageInfo(
            has_next_page=part.has_next,
            has_previous_page=part.has_previous,
            start_cursor=part.cursors[0] if part.cursors else None,
            end_cursor=part.cursors[-1] if part.cursors else None,
        ),
        counted=(_totals.setdefault(page, Total(page=page)), key, where),
    )
