"""“Bees and Networks”: a course visible only to its team and its learners."""

from datetime import datetime, timedelta

from demo.making import item, page, section
from ingest.outline import CourseOutline

KEY = "course-v1:Hillside+BEES+pilot"


def bees(now: datetime) -> CourseOutline:
    """Return the course, which is hidden and invite-only."""
    dance = page("A bee that found clover *dances* the way to it. The hive is a network that votes.")
    return CourseOutline(
        key=KEY,
        slug="bees-and-networks",
        organization="Hillside",
        number="BEES",
        run="pilot",
        title="Bees and Networks",
        abstract="A pilot for invited learners: how ten thousand bees decide.",
        starts_at=now - timedelta(days=3),
        teachers="Grace Lindqvist",
        is_hidden=True,
        is_listed=False,
        is_invite_only=True,
        sections=(section("hive", "section", "The hive", 1, items=(item("dance", "The dance", dance, 1),)),),
    )
