"""Enrollments of users in courses."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, Moment, PrimaryId, Values


class Enrollment(Base):
    """One row per user and course; kept on unenrolling (`is_active` false) and reused on enrolling again.

    Entries of `certificates` have `kind url issued_at`; `issued_at` is text (ISO 8601).
    """

    __tablename__ = "enrollments"
    __table_args__ = (UniqueConstraint("user_id", "course_id"), Index(None, "course_id", "created_at"))

    id: Mapped[PrimaryId]
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    mode: Mapped[str] = mapped_column(default="audit")
    is_active: Mapped[bool] = mapped_column(default=True)
    is_proctored: Mapped[bool] = mapped_column(default=False)
    completed_at: Mapped[Moment | None]
    reactivated_until: Mapped[Moment | None]
    certificates: Mapped[Values] = mapped_column(default=list)
    created_at: Mapped[CreatedAt]
