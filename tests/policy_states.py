"""States of the policy table's rows: values of their columns, and platform events of what is published."""

from hashlib import md5
from typing import Any
from uuid import UUID

from models.catalogue.course import CourseStatus
from models.community.announcement import Announcement
from models.community.platform_event import PlatformEvent, PlatformEventType
from models.community.topic import Comment, Topic
from models.postgres.base import Base
from tests.world import TOMORROW, YESTERDAY

COURSE_VALUES_BY_STATE: dict[str, dict[str, Any]] = {
    "open": {},
    "left": {},
    "hidden": {"is_hidden": True},
    "hidden, left": {"is_hidden": True},
    "hidden, elsewhere": {"is_hidden": True},
    "in preparation": {"status": CourseStatus.PREPARATION},
    "announced": {"status": CourseStatus.ANNOUNCED},
    "not begun": {"starts_at": TOMORROW},
    "elsewhere": {},
    "of an application": {},
    "of another application": {},
}
"""Courses by state; the learner has left those that say so, and takes none that is elsewhere."""

SECTION_VALUES_BY_STATE: dict[str, dict[str, Any]] = {
    "section unpublished": {"is_published": False},
    "section not open yet": {"starts_at": TOMORROW},
    "section closed": {"ends_at": YESTERDAY},
}
ITEM_VALUES_BY_STATE: dict[str, dict[str, Any]] = {
    "item unpublished": {"is_published": False},
    "item not open yet": {"starts_at": TOMORROW},
    "item closed": {"ends_at": YESTERDAY},
}
"""Sections and items in the open course, by state."""

PUBLISHED_AT_BY_STATE: dict[str, Any] = {"published": YESTERDAY, "draft": None, "not yet published": TOMORROW}

TABLES_IN_WRITE_ORDER = [table.name for table in Base.metadata.sorted_tables]
"""Names of tables in an order in which their rows can be written."""


def event_of(row: Announcement | Topic | Comment, course_id: str | None) -> PlatformEvent:
    """The platform event of a row."""
    type_ = PlatformEventType(type(row).__name__.lower())
    digest = md5(f"{type_.value}|{row.id}".encode(), usedforsecurity=False).hexdigest()
    values: dict[str, Any] = {"type": type_, "course_id": course_id, "resource_id": row.id}
    return PlatformEvent(id=str(UUID(digest)), **values)
