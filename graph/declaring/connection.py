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
    """Declare a field of what carries a list."""
    return strawberry.field(description=description, metadata={"source": Part()})


async def _total_count(root: "Connection[Any]", info: strawberry.Info[Context, None]) -> int:
    total, key, where = root.counted
    count: int = await total.one(info.context, key, (), where=where)
    return count


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    has_next_page: bool = part("Whether more follows.")
    has_previous_page: bool = part("Whether something comes before.")
    start_cursor: str | None = part("Cursor of the first object; null when empty.")
    end_cursor: str | None = part("Cursor of the last object; null when empty.")


@strawberry.type(description="One object of a list, with its place.")
class Edge(Generic[N]):
    cursor: str = part("Place in the list, for `after` and `before`.")
    node: N = part("What stands there.")


@strawberry.type(description="Page of a list.")
class Connection(Generic[N]):
    edges: list[Edge[N]] = part("Objects of the page with their places.")
    nodes: list[N] = part("Objects of the page.")
    page_info: PageInfo = part("Where the page lies in the list.")
    counted: strawberry.Private[tuple[Total, Any, Mapping[str, Any]]]

    total_count: int = strawberry.field(
        resolver=_total_count,
        description="How many objects the whole list has, as the viewer sees it.",
        metadata={"source": Part(), "limits": (Cost(1),)},
    )


_totals: dict[Page, Total] = {}


def connection(page: Page, key: Any, where: Mapping[str, Any], nodes: list[Any], part: Slice) -> Any:
    """The connection over a page of objects."""
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
