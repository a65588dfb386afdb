"""Writing of the demo's courses and people."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from demo import bees, garden, sky
from demo.account import DemoAccount
from demo.catalogue import furnish, organization
from demo.life import enliven
from demo.people import populate
from demo.roses import import_roses
from ingest.report import ReportBuilder as ReportAccount
from ingest.store import keep_files, store_course
from models.catalogue.item import Item
from models.storage.objects import FileStore


async def write(session: AsyncSession, objects: FileStore) -> tuple[list[DemoAccount], Mapping[str, Any]]:
    """Write all demo data; return the accounts and the variable values of the examples."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    session.add(organization())
    await session.flush()
    course_ids: dict[str, str] = {}
    for course in (garden.garden(now), sky.sky(now), bees.bees(now)):
        files = await keep_files(objects, course.assets)
        stored = await store_course(session, course, files, ReportAccount().closed())
        course_ids[course.key] = stored.id
    await furnish(session, course_ids, now)
    accounts = await populate(session, course_ids, now)
    await enliven(session, course_ids, now)
    # The first learner of the menu is enrolled in the first course and can enroll in the second.
    garden_id = course_ids[garden.KEY]
    first = select(Item.id).where(Item.course_id == garden_id, Item.is_visible).order_by(Item.path).limit(1)
    examples = {
        "slug": garden.garden(now).slug,
        "input": {"courseId": course_ids[sky.KEY]},
        "courseId": garden_id,
        "itemId": await session.scalar(first),
        "packageId": await import_roses(session, objects),
    }
    return accounts, examples
