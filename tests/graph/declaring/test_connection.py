"""Connections: every order that an entity offers can be walked by its cursors, from either end."""

import pytest

from resolvers.loading.keyset import as_id
from resolvers.loading.node import NODES
from resolvers.loading.page import ROOT, Page, Slice, Span
from resolvers.operations.context import Context
from tests.conftest import Ask
from tests.policy_rows import Stage
from tests.policy_table import NODES_BY_TYPE, TYPE_NAMES, visible

ENTITIES_IN_ORDER = [each.target for each in NODES.values()]
ORDERS = [(TYPE_NAMES[target], order) for target in ENTITIES_IN_ORDER for order in ("ID", *target.orders)]


async def read(context: Context, page: Page, span: Span, down: bool) -> Slice:
    (part,) = await page.batch(context, [ROOT], ("id",), span=span, descending=down)
    assert isinstance(part, Slice)
    return part


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize(("type_", "order"), ORDERS)
async def test_every_order_is_walked_from_either_end(
    stage: Stage, type_: str, order: str, down: bool
) -> None:
    context = Context(stage.database, stage.viewers["S"])
    page = Page(target=NODES_BY_TYPE[type_], order=order)
    size = max(1, len(visible(stage, type_, "S")) // 3)
    forwards: list[str] = []
    after, more = None, True
    while more:
        part = await read(context, page, Span(size, False, after, None), down)
        forwards += [row[0] for row in part.rows]
        after, more = part.cursors[-1] if part.cursors else None, part.has_next
    backwards: list[str] = []
    before, more = None, True
    while more:
        part = await read(context, page, Span(size, True, None, before), down)
        backwards[:0] = [row[0] for row in part.rows]
        before, more = part.cursors[0] if part.cursors else None, part.has_previous
    assert forwards == backwards
    assert len(forwards) == len(set(forwards))
    if type_ != "Token":  # even staff see only their own
        assert set(forwards) == visible(stage, type_, "S")
    assert [as_id(each, "id") for each in forwards] == forwards


EDGES = """
query($first: Int) {
  courses(first: $first) {
    edges { cursor node { id title } }
    nodes { id title }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}
"""


async def test_edges_and_nodes_tell_the_same(stage: Stage) -> None:
    found = (await Ask(stage.database).data(EDGES, stage.viewers["S"], first=3))["courses"]
    assert [edge["node"] for edge in found["edges"]] == found["nodes"]
    assert found["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": found["edges"][0]["cursor"],
        "endCursor": found["edges"][2]["cursor"],
    }
    assert found["totalCount"] == len(stage.ids("Course"))


async def test_an_empty_list_is_a_page_of_nothing(stage: Stage) -> None:
    document = "{ users { nodes { id } edges { cursor } pageInfo { hasNextPage endCursor } totalCount } }"
    data = await Ask(stage.database).data(document)
    page = {"hasNextPage": False, "endCursor": None}
    assert data["users"] == {"nodes": [], "edges": [], "pageInfo": page, "totalCount": 0}
