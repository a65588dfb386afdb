"""Topics: what learners discuss, with comments (Xikolo: pinboard-topics)."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, PrimaryId


class Topic(Base):
    """One discussion in a course, on one of its items or in one of its learning rooms.

    `text` is what it begins with, in Markdown; `video_position` the moment of the item's video of which it
    speaks, in seconds from the start.
    """

    __tablename__ = "topics"
    __table_args__ = (
        Index(None, "course_id", "created_at"),
        Index(None, "item_id", "created_at"),
        Index(None, "learning_room_id", "created_at"),
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
    """What somebody says to a topic, in Markdown."""

    __tablename__ = "comments"
    __table_args__ = (Index(None, "topic_id", "created_at"),)

    id: Mapped[PrimaryId]
    topic_id: Mapped[Id] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    created_at: Mapped[CreatedAt]
