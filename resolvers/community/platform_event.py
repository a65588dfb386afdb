"""Platform events: entity and relation; an event is visible to viewers who see its row."""

from sqlalchemy import ColumnElement, and_, func, or_

from models.community.platform_event import PlatformEvent, PlatformEventType
from resolvers.access.participation import enrolled
from resolvers.access.viewer import Role, teaches
from resolvers.community.announcement import ANNOUNCEMENT
from resolvers.community.topic import COMMENT, TOPIC
from resolvers.loading.entity import Entity, translated
from resolvers.loading.page import Page

LONGEST_PREVIEW = 300
"""Maximum number of characters of a preview."""

EVENTS = PlatformEvent.__table__.c
SOURCES = {
    PlatformEventType.ANNOUNCEMENT: ANNOUNCEMENT,
    PlatformEventType.TOPIC: TOPIC,
    PlatformEventType.COMMENT: COMMENT,
}


def _concerning(role: Role) -> ColumnElement[bool]:
    """Whether the event is global or in a course that the viewer takes or teaches, and its row is visible."""
    concerns = or_(
        EVENTS.course_id.is_(None), enrolled(EVENTS.course_id, role), teaches(EVENTS.course_id, role)
    )
    seen = (
        and_(EVENTS.type == type_.value, of.holds(EVENTS.resource_id, role)) for type_, of in SOURCES.items()
    )
    return and_(concerns, or_(*seen))


PLATFORM_EVENT = Entity(
    model=PlatformEvent,
    rows=_concerning,
    expressions={
        "title": lambda _: func.coalesce(translated(EVENTS.title), ""),
        "preview": lambda _: func.left(func.coalesce(translated(EVENTS.text), ""), LONGEST_PREVIEW),
    },
    filters={
        "course": lambda value: EVENTS.course_id == value,
        "learning_room": lambda value: EVENTS.learning_room_id == value,
        "is_in_learning_room": lambda value: EVENTS.learning_room_id.is_not(None) == value,
    },
    orders={"CREATED_AT": (lambda _: EVENTS.created_at, lambda _: EVENTS.resource_id)},
)

ALL = Page(target=PLATFORM_EVENT, order="CREATED_AT", descending=True)
