"""Work for later: put into PostgreSQL's queue in the transaction of the change that asks for it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

SCHEMA = "jobs"
"""Schema of the database that holds the queue (procrastinate's)."""


class Task(StrEnum):
    """What a worker can be asked to do; its name, which is the queue's too."""

    IMPORT = "import"
    POST_BACK = "post_back"


_DEFER = text(f"""
    SELECT {SCHEMA}.procrastinate_defer_jobs_v1(ARRAY[ROW(
        CAST(:task AS varchar), CAST(:task AS varchar), 0,
        CAST(:lock AS text), NULL, CAST(:given AS jsonb), NULL
    )::{SCHEMA}.procrastinate_job_to_defer_v1])
""")


async def defer(session: AsyncSession, task: Task, lock: str | None = None, **given: Any) -> None:
    """Have a worker do it once the transaction is committed; what has the same `lock` is done in turn."""
    values: Mapping[str, Any] = {"task": task.value, "lock": lock, "given": orjson.dumps(given).decode()}
    await session.execute(_DEFER, values)
