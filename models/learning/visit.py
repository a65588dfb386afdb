"""Visits: items that a user has opened."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id


class Visit(Base):
    """One row per user and item; each visit updates `visited_at`."""

    __tablename__ = "visits"
    __table_args__ = (Index(None, "user_id", "course_id", "visited_at"),)

    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[Id] = mapped_column(
        ForeignKey("items.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    first_visited_at: Mapped[CreatedAt]
    visited_at: Mapped[CreatedAt]
