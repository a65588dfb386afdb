"""What PostgreSQL writes as JSON is what the graph answers, errors included."""

from typing import Any

import orjson
import pytest
from sqlalchemy import text

from graph.declaring.schema import public_schema
from graph.execution.execute import prepare, run, run_by_fields
from models.catalogue.item import ContentType
from models.postgres.database import Database
from resolvers.access.viewer import Role, Viewer
from resolvers.operations.context import Context
from tests.conftest import UNLIMITED
from tests.world import World

GADGETS = """
query ($id: ID!) { section(id: $id) { items { title content { ... on Gadget { id settings } } } } }
"""


async def both(database: Database, document: str, **variables: Any) -> tuple[Any, Any]:
    """Data and errors of an operation by rows, and with JSON that PostgreSQL writes."""
    answers = []
    for as_text in (False, True):
        context = Context(database, Viewer(role=Role.STAFF))
        prepared = prepare(public_schema, document, UNLIMITED)
        result = await run(public_schema, prepared, context, variables, as_text=as_text)
        errors = [(error.message, error.path) for error in result.errors or ()]
        answers.append((orjson.loads(orjson.dumps(result.data)), errors))
    node = prepared.node
    assert node is not None
    context = Context(database, Viewer(role=Role.STAFF))
    oracle = await run_by_fields(public_schema, node, context, variables)
    errors = [(error.message, error.path) for error in oracle.errors or ()]
    assert (orjson.loads(orjson.dumps(oracle.data)), errors) == answers[0]
    return answers[0], answers[1]


@pytest.mark.parametrize("settings", ["null", "{}", '{"a": null, "b": [1, 2.5, "\\u00fc\\n\\""]}', '"text"'])
async def test_json_that_is_null_is_no_value(database: Database, world: World, settings: str) -> None:
    section = await world.section(await world.course())
    gadget = await world.content(await world.item(section, ContentType.GADGET))
    async with database.transaction() as session:
        change = text("UPDATE gadgets SET settings = CAST(:settings AS jsonb) WHERE id = :id")
        await session.execute(change, {"settings": settings, "id": gadget.id})
    rows, written = await both(database, GADGETS, id=section.id)
    assert written == rows
    assert bool(rows[1]) is (settings == "null")


VIDEOS = """
query ($id: ID!) { section(id: $id) { __typename items { t: __typename title contentType exerciseType
    maxPoints deadline
    content { __typename ... on Video { id summary duration thumbnailUrl encodings { url size }
        single { url: hdUrl hdUrl hdSize sdSize thumbnailUrl } lecturer { hdUrl } } } } } }
"""

ODD_VALUES = {
    "items": [
        (
            "title",
            r"'quotes \" and \\ and / and ' || chr(9) || chr(10) || chr(127) || chr(8232) || U&'\+01F331'",
        ),
        ("title", "''"),
        ("exercise_type", "'main'"),
        ("max_points", "1e100"),
        ("max_points", "-1e100"),
        ("max_points", "123456789012345680000"),
        ("max_points", "-0.1"),
        ("max_points", "1e-7"),
        ("deadline", "'0999-12-31 23:59:59.000001Z'"),
        ("deadline", "'2026-03-29 02:30:00.5+02:00'"),
        ("deadline", "'9999-12-31 23:59:59Z'"),
        ("deadline", "'0001-01-01 00:00:00Z'"),
        ("deadline", "'9999-12-31 23:59:59.999999Z'"),
    ],
    "videos": [
        ("duration", "1e-300"),
        ("duration", "60.0"),
        ("thumbnail_url", "NULL"),
        ("summary", "chr(1) || '</script>'"),
        ("single", "NULL"),
        ("single", "'null'"),
        ("single", "'[]'"),
        ("single", "'{}'"),
        (
            "single",
            """'{"hd_url": null, "hd_size": 2, "sd_size": 20000000000, "thumbnail_url": "\\u00fc\\n"}'""",
        ),
        ("single", """'{"hd_url": 7}'"""),
        ("single", """'{"hd_size": 1.5}'"""),
        ("single", """'{"hd_size": 1.0}'"""),
        ("single", """'{"hd_size": 1234567890123456789}'"""),
        ("single", """'{"hd_size": 9223372036854775808}'"""),
        ("single", """'{"hd_size": "9"}'"""),
        ("single", """'{"hd_size": true}'"""),
        ("single", """'{"hd_size": 123456789012345678901234567890}'"""),
        ("encodings", "'{}'"),
        ("encodings", "'[null]'"),
        ("encodings", """'[{"url": "/a"}]'"""),
        ("encodings", """'[{"url": "/a", "size": 1}, {"size": 2}]'"""),
    ],
}
"""Values in SQL, right ones and others, by table and column."""


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [(table, *each) for table, listed in ODD_VALUES.items() for each in listed],
    ids=lambda given: given,
)
async def test_any_value_is_written_as_it_is_answered(
    database: Database, world: World, table: str, column: str, value: str
) -> None:
    section = await world.section(await world.course())
    video = await world.content(await world.item(section, ContentType.VIDEO, title="Odd"))
    id_ = video.id if table == "videos" else video.item_id
    async with database.transaction() as session:
        literal = value.replace(":", "\\:")
        await session.execute(
            text(f"UPDATE {table} SET {column} = {literal} WHERE id = :id"),  # noqa: S608 (values of our own)
            {"id": id_},
        )
    rows, written = await both(database, VIDEOS, id=section.id)
    assert written == rows
