"""Federated traces, read back by a reader of Protocol Buffers that knows nothing of how they are written."""

from base64 import b64decode
from typing import Any

from graph.execution.execute import prepare, run
from graph.federation.subgraph import subgraph_schema
from graph.federation.trace import Trace, tracing
from models.postgres.base import new_id
from resolvers.operations.context import Context
from tests.world import World

DOCUMENT = """
query($them: [_Any!]!) {
  all: _entities(representations: $them) { ... on Course { name: title sections { title } } }
  __typename
}
"""


def fields(message: bytes) -> dict[int, list[Any]]:
    """Numbers of a message's fields to their values, in order."""
    found: dict[int, list[Any]] = {}
    rest = memoryview(message)

    def varint() -> int:
        nonlocal rest
        value = shift = 0
        while True:
            byte, rest = rest[0], rest[1:]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while rest:
        number, kind = divmod(varint(), 8)
        value: Any = varint()
        if kind == 2:
            value, rest = bytes(rest[:value]), rest[value:]
        found.setdefault(number, []).append(value)
    return found


def node(message: bytes) -> dict[str, Any]:
    """What matters of a `Trace.Node`."""
    told = fields(message)
    found = {
        name: told[number][0].decode() if isinstance(told[number][0], bytes) else told[number][0]
        for number, name in ((1, "name"), (2, "index"), (3, "type"), (13, "parent"), (14, "original"))
        if number in told
    }
    if 8 in told:
        assert 0 < told[8][0] <= told[9][0]
    if 11 in told:
        found["errors"] = [fields(each)[1][0].decode() for each in told[11]]
    return {**found, "children": [node(each) for each in told.get(12, [])]}


async def test_a_trace_tells_of_each_field_and_error(world: World) -> None:
    course = await world.course()
    await world.section(course)
    them = [{"__typename": "Course", "id": course.id}, {"__typename": "Nothing", "id": new_id()}]
    schema, trace = subgraph_schema(), Trace()
    token = tracing.set(trace)
    try:
        context = Context(world.database, await world.learner(course))
        result = await run(schema, prepare(schema, DOCUMENT), context, {"them": them})
    finally:
        tracing.reset(token)
    told = fields(b64decode(trace.encoded(result.errors or ())))
    assert set(told) == {3, 4, 11, 14}
    assert fields(told[4][0])[1][0] <= fields(told[3][0])[1][0]
    (entities,) = node(told[14][0])["children"]
    title = {"type": "String!", "children": []}
    assert entities == {
        "name": "all",
        "original": "_entities",
        "type": "[_Entity]!",
        "parent": "Query",
        "children": [
            {
                "index": 0,
                "children": [
                    {**title, "name": "name", "original": "title", "parent": "Course"},
                    {
                        "name": "sections",
                        "type": "[Section!]!",
                        "parent": "Course",
                        "children": [
                            {"index": 0, "children": [{**title, "name": "title", "parent": "Section"}]}
                        ],
                    },
                ],
            },
            {
                "index": 1,
                "errors": ["A representation needs the '__typename' of an entity of this subgraph."],
                "children": [],
            },
        ],
    }
