"""Experiments: learners see a course in one of several ways, by chance (Xikolo: experiment-assignments)."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, PrimaryId, Words


class Experiment(Base):
    """`identifier` is what clients know it by, in a course or, where `course_id` is null, everywhere."""

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
    """In which of an experiment's groups a user is, for good."""

    __tablename__ = "experiment_assignments"
    __table_args__ = (UniqueConstraint("experiment_id", "user_id"),)

    id: Mapped[PrimaryId]
    experiment_id: Mapped[Id] = mapped_column(ForeignKey("experiments.id", ondelete="CASCADE"))
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    group: Mapped[str]
    assigned_at: Mapped[CreatedAt]
