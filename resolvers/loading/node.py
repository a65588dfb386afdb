"""Objects by their global id: ids are UUIDs unique over all tables, so one statement tells what each is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import any_, bindparam, literal, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from resolvers.loading.relation import Choice, One
from resolvers.loading.sql import SqlStatement, compiled
from resolvers.operations.context import Context

NODES: dict[str, One] = {}
"""Relations to entities with a global id, by the name of their table; `graph/` adds those of its nodes."""


@cache
def _kinds() -> SqlStatement:
    ids = bindparam("keys", type_=ARRAY(Uuid(as_uuid=False)))
    tables = [one.target.table for one in NODES.values()]
    return compiled(union_all(*(select(t.c.id, literal(t.name)).where(t.c.id == any_(ids)) for t in tables)))


@dataclass(frozen=True, eq=False, kw_only=True)
class NodeById(Choice):
    """The object that an id names, whatever it is: one statement more than where its kind is known."""

    async def batch(self, context: Context, keys: Sequence[Any], columns: Any, **given: Any) -> list[Any]:
        kinds: Mapping[str, str] = dict(await context.fetch(_kinds(), {"keys": list(keys)}))
        known = [(kinds[key], key) for key in keys if key in kinds]
        found = await super().batch(context, known, columns, **given)
        rows = {key: row for (_, key), row in zip(known, found, strict=True)}
        return [rows.get(key) for key in keys]


NODE = NodeById(targets=NODES)
