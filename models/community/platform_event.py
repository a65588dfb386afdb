"""Platform events: news, derived from the new rows themselves (Xikolo: platform-events)."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Text, Uuid, cast, func, literal, literal_column, null, select, type_coerce, union_all
from sqlalchemy.dialects.postgresql import JSONB

from models.community.announcement import Announcement
from models.community.topic import Comment, Topic
from models.postgres.base import Base


class PlatformEventType(StrEnum):
    """Type of a platform event."""

    ANNOUNCEMENT = "announcement"
    TOPIC = "topic"
    COMMENT = "comment"


def _said(text: Any) -> Any:
    """Return a text of undetermined language (`und`) in the form of stored translations."""
    return type_coerce(func.jsonb_build_object("und", text), JSONB)


def _event_id(of: Any, type_: PlatformEventType) -> Any:
    """Return the id of a row's event, which differs from the row's own; an index has the same expression."""
    digest = func.md5(literal_column(f"'{type_.value}|'", Text) + cast(of.id, Text))
    return cast(digest, Uuid(as_uuid=False))


_no_room = type_coerce(null(), Uuid(as_uuid=False))


class PlatformEvent(Base):
    """Published announcement, topic or comment, by the id of its row, `resource_id`; nothing is stored twice.

    `title` and `text` are translations in Markdown; a comment has the title of its topic.
    """

    __table__ = union_all(
        select(
            _event_id(Announcement, PlatformEventType.ANNOUNCEMENT).label("id"),
            Announcement.id.label("resource_id"),
            literal(PlatformEventType.ANNOUNCEMENT.value).label("type"),
            Announcement.course_id,
            _no_room.label("learning_room_id"),
            Announcement.title,
            Announcement.text,
            Announcement.published_at.label("created_at"),
        ).where(Announcement.published_at <= func.now()),
        select(
            _event_id(Topic, PlatformEventType.TOPIC),
            Topic.id,
            literal(PlatformEventType.TOPIC.value),
            Topic.course_id,
            Topic.learning_room_id,
            _said(Topic.title),
            _said(Topic.text),
            Topic.created_at,
        ),
        select(
            _event_id(Comment, PlatformEventType.COMMENT),
            Comment.id,
            literal(PlatformEventType.COMMENT.value),
            Topic.course_id,
            Topic.learning_room_id,
            _said(Topic.title),
            _said(Comment.text),
            Comment.created_at,
        ).join(Topic, Topic.id == Comment.topic_id),
    ).subquery("platform_events")
    __mapper_args__ = {"primary_key": [__table__.c.id]}  # noqa: RUF012 (SQLAlchemy's own form)
