"""Registrations: attempts at courses that come as packages, with what their activities told the player."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, Moment, PrimaryId, Value, name_column


class Completion(StrEnum):
    """How far an activity, or all of them, got (SCORM 2004: cmi.completion_status)."""

    UNKNOWN = "unknown"
    INCOMPLETE = "incomplete"
    COMPLETED = "completed"


class Success(StrEnum):
    """Whether it was mastered (SCORM 2004: cmi.success_status)."""

    UNKNOWN = "unknown"
    PASSED = "passed"
    FAILED = "failed"


class Registration(Base):
    """One attempt of a learner at one version of a course; `id` is its registration in xAPI.

    The learner is a user, or, for a look at its own course, an application. Attempts count from 1; 0 is what
    runs behind links that are not tracked: nobody is shown it, and it goes when they have ended.

    `score` is a ratio from -1 to 1, `total_time` in seconds; both, and the two statuses, are worked out from
    the activities (`resolvers.packages.rollup`). `sequencing` is null but for SCORM 2004: `state` is what its
    sequencing tracked, a text of the player's own, and `whole` the `completion`, `success` and `score` that
    its rules roll up, null for a package that has none.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        UniqueConstraint(
            "version_id", "user_id", "application_id", "attempt", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint("num_nonnulls(user_id, application_id) = 1", name="one_learner"),
        Index(None, "course_id", "created_at"),
    )

    id: Mapped[PrimaryId]
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    version_id: Mapped[Id] = mapped_column(ForeignKey("course_versions.id", ondelete="CASCADE"))
    user_id: Mapped[Id | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    application_id: Mapped[Id | None] = mapped_column(
        ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    attempt: Mapped[int]
    completion: Mapped[Completion] = mapped_column(name_column(Completion), default=Completion.UNKNOWN)
    success: Mapped[Success] = mapped_column(name_column(Success), default=Success.UNKNOWN)
    score: Mapped[float | None]
    total_time: Mapped[float] = mapped_column(default=0.0)
    sequencing: Mapped[Value | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
    completed_at: Mapped[Moment | None]


class ActivityState(Base):
    """What one activity told of itself in one registration.

    `score` is a ratio from -1 to 1, `points`, `least_points` and `most_points` are as the activity counts
    them, `total_time` in seconds. `runtime` is its data model as the player left it (`cmi` of SCORM), from
    which the next launch goes on. `is_satisfied` is cmi5's: the activity's `move_on` is reached, or waived.
    """

    __tablename__ = "activity_states"

    registration_id: Mapped[Id] = mapped_column(
        ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True
    )
    activity_id: Mapped[Id] = mapped_column(
        ForeignKey("packaged_activities.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    completion: Mapped[Completion] = mapped_column(name_column(Completion), default=Completion.UNKNOWN)
    success: Mapped[Success] = mapped_column(name_column(Success), default=Success.UNKNOWN)
    score: Mapped[float | None]
    points: Mapped[float | None]
    least_points: Mapped[float | None]
    most_points: Mapped[float | None]
    total_time: Mapped[float] = mapped_column(default=0.0)
    is_satisfied: Mapped[bool] = mapped_column(default=False)
    runtime: Mapped[Value] = mapped_column(JSONB, default=dict)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
