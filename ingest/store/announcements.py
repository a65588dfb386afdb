"""Announcements of a course, by the source's keys; others have no key and stay."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ingest.outline import CourseOutline
from ingest.store.files import Links
from ingest.store.rows import put, remove
from models.community.announcement import Announcement
from models.postgres.base import new_id


async def put_announcements(
    session: AsyncSession, course_id: str, course: CourseOutline, links: Links
) -> int:
    """Write the announcements, delete missing ones; return the number of changed rows.

    An announcement without a date keeps its publication; a new one is published at the course's start, else
    now.
    """
    imported = select(Announcement.source_key, Announcement.id, Announcement.published_at)
    imported = imported.where(Announcement.course_id == course_id, Announcement.source_key.is_not(None))
    known = {key: (id_, moment) for key, id_, moment in await session.execute(imported)}
    rows = []
    for each in course.announcements:
        id_, moment = known.pop(each.key, (new_id(), course.starts_at or datetime.now(UTC)))
        rows.append(
            {
                "id": id_,
                "course_id": course_id,
                "source_key": each.key,
                "title": {course.language: each.title},
                "text": {course.language: links.text(each.text)},
                "published_at": each.published_at or moment,
            }
        )
    gone = await remove(session, Announcement, [id_ for id_, _ in known.values()])
    return gone + await put(session, Announcement, rows)
