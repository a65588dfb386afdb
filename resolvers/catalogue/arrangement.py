"""Arrangement: computed columns of sections and items, so that reads need neither recursion nor rules.

Writers call `arrange` in their own transaction after any update of a course's status or start, of its
sections or of its items.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolvers.catalogue.course import TAUGHT_HERE

_SECTIONS = text("""
    WITH RECURSIVE course AS (
        SELECT id, version_id, status = ANY(:taught_here) AS is_published, starts_at
        FROM courses WHERE id = :course
    ), tree AS (
        SELECT s.id, ARRAY[s.position] AS path, ARRAY[s.id] AS lineage,
            s.version_id IS NOT DISTINCT FROM c.version_id AS is_current,
            c.is_published AND s.is_published
                AND s.version_id IS NOT DISTINCT FROM c.version_id AS is_visible,
            greatest(c.starts_at, s.starts_at) AS opens_at, s.ends_at AS closes_at
        FROM sections s JOIN course c ON s.course_id = c.id WHERE s.parent_id IS NULL
        UNION ALL
        SELECT s.id, t.path || s.position, t.lineage || s.id, t.is_current, t.is_visible AND s.is_published,
            greatest(t.opens_at, s.starts_at), least(t.closes_at, s.ends_at)
        FROM sections s JOIN tree t ON s.parent_id = t.id
    )
    UPDATE sections s SET path = t.path, lineage = t.lineage, is_current = t.is_current,
        is_visible = t.is_visible, opens_at = t.opens_at, closes_at = t.closes_at
    FROM tree t WHERE s.id = t.id
""")

_ITEMS = text("""
    UPDATE items i SET path = s.path || i.position, lineage = s.lineage, top_position = p.place,
        is_current = s.is_current, is_visible = s.is_visible AND i.is_published,
        opens_at = greatest(s.opens_at, i.starts_at), closes_at = least(s.closes_at, i.ends_at)
    FROM sections s, (
        SELECT i.id,
            row_number() OVER (PARTITION BY s.lineage[1] ORDER BY s.path || i.position, i.id) AS place
        FROM items i JOIN sections s ON i.section_id = s.id WHERE i.course_id = :course
    ) p
    WHERE i.section_id = s.id AND i.id = p.id AND i.course_id = :course
""")


async def arrange(session: AsyncSession, course_id: str) -> None:
    """Update the computed columns of the course's sections and items: order, visibility, dates of access."""
    await session.execute(_SECTIONS, {"course": course_id, "taught_here": [*TAUGHT_HERE]})
    await session.execute(_ITEMS, {"course": course_id})
