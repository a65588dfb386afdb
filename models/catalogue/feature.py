"""Features: named switches of the platform or of a course, for clients (Xikolo: features)."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, PrimaryId


class Feature(Base):
    """One switch that is on: for a course, or for the whole platform where `course_id` is null."""

    __tablename__ = "features"
    __table_args__ = (UniqueConstraint("course_id", "name", postgresql_nulls_not_distinct=True),)

    id: Mapped[PrimaryId]
    course_id: Mapped[Id | None] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    name: Mapped[str]
