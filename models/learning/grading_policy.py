"""Grading policies: how points become a grade (Open edX: grading policy)."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, PrimaryId, Values


class GradingPolicy(Base):
    """`assignment_types` hold `name short_name weight minimum_count drop_count`, `cutoffs` `grade ratio`.

    `grace_period` is in seconds.
    """

    __tablename__ = "grading_policies"

    id: Mapped[PrimaryId]
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), unique=True)
    assignment_types: Mapped[Values] = mapped_column(default=list)
    cutoffs: Mapped[Values] = mapped_column(default=list)
    grace_period: Mapped[int | None]
