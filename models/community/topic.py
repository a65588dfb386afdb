"""Topics: discussions of learners, with comments (Xikolo: pinboard-topics)."""

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, PrimaryId


class Topic(Base):
    """Discussion in a course, on one of its items or in one of its learning rooms.

    `text` is the opening text, in Markdown; `video_position` is the position in the item's video that the
    topic is about, in seconds from the start.
    """

    __tablename__ = "topics"
    __table_args__ = (
        Index(None, "course_id", "created_at"),
        Index(None, "item_id", "created_at"),
        Index(None, "learning_room_id", "created_at"),
        Index("ix_topics_event_id", text("(md5('topic|' || id::text)::uuid)")),
    )

    id: Mapped[PrimaryId]
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    item_id: Mapped[Id | None] = mapped_column(ForeignKey("items.id", ondelete="SET NULL"))
    learning_room_id: Mapped[Id | None] = mapped_column(ForeignKey("learning_rooms.id", ondelete="CASCADE"))
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    title: Mapped[str]
    text: Mapped[str]
    video_position: Mapped[float | None]
    is_closed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt]


class Comment(Base):
    """Comment of a user on a topic, in Markdown."""

    __tablename__ = "comments"
    __table_args__ = (
        Index(None, "topic_id", "created_at"),
        Index("ix_comments_event_id", text("(md5('comment|' || id::text)::uuid)")),
    )

    id: Mapped[PrimaryId]
    topic_id: Mapped[Id] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    created_at: Mapped[CreatedAt]
