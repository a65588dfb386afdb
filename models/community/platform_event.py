"""Platform events: what is new, told by the rows that are new (Xikolo: platform-events)."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Uuid, func, literal, null, select, type_coerce, union_all
from sqlalchemy.dialects.postgresql import JSONB

from models.community.announcement import Announcement
from models.community.topic import Comment, Topic
from models.postgres.base import Base


class PlatformEventType(StrEnum):
    """What is new."""

    ANNOUNCEMENT = "announcement"
    TOPIC = "topic"
    COMMENT = "comment"


def _said(text: Any) -> Any:
    """A text of nobody knows which language, as translations are kept."""
    return type_coerce(func.jsonb_build_object("und", text), JSONB)


_no_room = type_coerce(null(), Uuid(as_uuid=False))


class PlatformEvent(Base):
    """Every published announcement, topic and comment, under the row's own `id`; nothing is stored twice.

    `title` and `text` are translations in Markdown, a comment's title its topic's.
    """

    __table__ = union_all(
        select(
            Announcement.id,
            literal(PlatformEventType.ANNOUNCEMENT.value).label("type"),
            Announcement.course_id,
            _no_room.label("learning_room_id"),
            Announcement.title,
            Announcement.text,
            Announcement.published_at.label("created_at"),
        ).where(Announcement.published_at <= func.now()),
        select(
            Topic.id,
            literal(PlatformEventType.TOPIC.value),
            Topic.course_id,
            Topic.learning_room_id,
            _said(Topic.title),
            _said(Topic.text),
            Topic.created_at,
        ),
        select(
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
