"""Objects by global id: ids are UUIDs unique over all tables, so one statement finds the type of each."""

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
"""Relations to entities with a global id, by table name; `graph/` adds those of its nodes."""


@cache
def _kinds() -> SqlStatement:
    ids = bindparam("keys", type_=ARRAY(Uuid(as_uuid=False)))
    tables = [one.target.table for one in NODES.values()]
    return compiled(union_all(*(select(t.c.id, literal(t.name)).where(t.c.id == any_(ids)) for t in tables)))


@dataclass(frozen=True, eq=False, kw_only=True)
class NodeById(Choice):
    """Object with an id, of any type; one statement more than a relation to a known type."""

    async def batch(self, context: Context, keys: Sequence[Any], columns: Any, **given: Any) -> list[Any]:
        kinds: Mapping[str, str] = dict(await context.fetch(_kinds(), {"keys": list(keys)}))
        known = [(kinds[key], key) for key in keys if key in kinds]
        found = await super().batch(context, known, columns, **given)
        rows = {key: row for (_, key), row in zip(known, found, strict=True)}
        return [rows.get(key) for key in keys]


NODE = NodeById(targets=NODES)
