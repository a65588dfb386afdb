"""Job queue in PostgreSQL: jobs are added in the transaction of the write that needs them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

SCHEMA = "jobs"
"""Schema of the database that contains the queue (procrastinate's)."""


class Task(StrEnum):
    """Tasks of the worker, by name; the name is the queue's, too."""

    IMPORT = "import"
    POST_BACK = "post_back"


_DEFER = text(f"""
    SELECT {SCHEMA}.procrastinate_defer_jobs_v1(ARRAY[ROW(
        CAST(:task AS varchar), CAST(:task AS varchar), 0,
        CAST(:lock AS text), NULL, CAST(:given AS jsonb), NULL
    )::{SCHEMA}.procrastinate_job_to_defer_v1])
""")


async def defer(session: AsyncSession, task: Task, lock: str | None = None, **given: Any) -> None:
    """Add a job, which a worker runs after the commit; jobs with the same `lock` run one after the other."""
    values: Mapping[str, Any] = {"task": task.value, "lock": lock, "given": orjson.dumps(given).decode()}
    await session.execute(_DEFER, values)
