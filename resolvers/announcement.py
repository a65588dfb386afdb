"""Announcements as the graph reads them."""

from sqlalchemy import ColumnElement, Text, and_, cast, exists, false, func, or_, true

from models.announcement import Announcement, AnnouncementVisit
from resolvers.course import COURSE, FOREVER
from resolvers.entity import Entity, translated
from resolvers.page import Page
from resolvers.viewer import VIEWER, Role, teaches


def _published(role: Role) -> ColumnElement[bool]:
    """Drafts are known to the course's team, global ones to staff."""
    course_id = Announcement.__table__.c.course_id
    if role is Role.STAFF:
        return true()
    shown = or_(course_id.is_(None), COURSE.holds(course_id, role))
    return or_(and_(Announcement.published_at <= func.now(), shown), teaches(course_id, role))


def _visited(role: Role) -> ColumnElement[bool]:
    if role in (Role.ANONYMOUS, Role.APPLICATION):
        return false()
    own = exists().where(
        AnnouncementVisit.announcement_id == Announcement.id, AnnouncementVisit.user_id == VIEWER
    )
    return own.correlate(Announcement.__table__)


ANNOUNCEMENT = Entity(
    model=Announcement,
    rows=_published,
    expressions={
        "title": lambda _: func.coalesce(translated(Announcement.title), ""),
        "text": lambda _: func.coalesce(translated(Announcement.text), ""),
        "viewer_has_visited": _visited,
    },
    filters={
        "course": lambda value: Announcement.course_id == value,
        "is_global": lambda value: Announcement.course_id.is_(None) == value,
        "language": lambda value: Announcement.title.has_key(cast(value, Text)),
    },
    orders={"PUBLISHED_AT": (lambda _: func.coalesce(Announcement.published_at, FOREVER),)},
)

ALL = Page(target=ANNOUNCEMENT, order="PUBLISHED_AT", descending=True)
OF_COURSE = Page(target=ANNOUNCEMENT, by="course_id", order="PUBLISHED_AT", descending=True)
