"""Announcements to the learners of a course or to all users."""

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, Moment, PrimaryId, Translations


class Announcement(Base):
    """Announcement, global if `course_id` is null; a draft until `published_at`. `text` is Markdown.

    `is_told` is true once its event is recorded, or if the publication was too old for an event.
    """

    __tablename__ = "announcements"
    __table_args__ = (
        Index(None, "course_id", "published_at"),
        Index("ix_announcements_due", "published_at", postgresql_where=text("not is_told")),
        Index("ix_announcements_event_id", text("(md5('announcement|' || id::text)::uuid)")),
    )

    id: Mapped[PrimaryId]
    course_id: Mapped[Id | None] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    source_key: Mapped[str | None]
    title: Mapped[Translations]
    text: Mapped[Translations]
    image_url: Mapped[str | None]
    published_at: Mapped[Moment | None]
    is_told: Mapped[bool] = mapped_column(server_default=false())


class AnnouncementVisit(Base):
    """Visit of a user to an announcement."""

    __tablename__ = "announcement_visits"

    announcement_id: Mapped[Id] = mapped_column(
        ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[Id] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    visited_at: Mapped[CreatedAt]
