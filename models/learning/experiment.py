"""Experiments: each learner sees a random variant of a course (Xikolo: experiment-assignments)."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, PrimaryId, Words


class Experiment(Base):
    """Experiment, found by `identifier` within a course, or platform-wide if `course_id` is null."""

    __tablename__ = "experiments"
    __table_args__ = (
        UniqueConstraint("course_id", "identifier", postgresql_nulls_not_distinct=True),
        CheckConstraint("cardinality(groups) > 0", name="has_groups"),
    )

    id: Mapped[PrimaryId]
    course_id: Mapped[Id | None] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    identifier: Mapped[str]
    groups: Mapped[Words]
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[CreatedAt]


class ExperimentAssignment(Base):
    """Permanent assignment of a user to a group of an experiment."""

    __tablename__ = "experiment_assignments"
    __table_args__ = (UniqueConstraint("experiment_id", "user_id"),)

    id: Mapped[PrimaryId]
    experiment_id: Mapped[Id] = mapped_column(ForeignKey("experiments.id", ondelete="CASCADE"))
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    group: Mapped[str]
    assigned_at: Mapped[CreatedAt]
