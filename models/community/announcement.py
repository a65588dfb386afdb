"""Announcements to a course's learners or to everybody."""

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, Moment, PrimaryId, Translations


class Announcement(Base):
    """Global where `course_id` is null; a draft until `published_at` has passed. `text` is Markdown.

    `is_told` says that subscribers were told of its publication, or that it was too old for that.
    """

    __tablename__ = "announcements"
    __table_args__ = (
        Index(None, "course_id", "published_at"),
        Index("ix_announcements_due", "published_at", postgresql_where=text("not is_told")),
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
    """That a user has seen an announcement."""

    __tablename__ = "announcement_visits"

    announcement_id: Mapped[Id] = mapped_column(
        ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[Id] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    visited_at: Mapped[CreatedAt]
