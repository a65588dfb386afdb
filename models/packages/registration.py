"""Registrations: attempts at packaged courses, with the states that activities reported."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, Moment, PrimaryId, Value, name_column


class Completion(StrEnum):
    """Completion status of an activity or registration (SCORM 2004: cmi.completion_status)."""

    UNKNOWN = "unknown"
    INCOMPLETE = "incomplete"
    COMPLETED = "completed"


class Success(StrEnum):
    """Success status of an activity or registration (SCORM 2004: cmi.success_status)."""

    UNKNOWN = "unknown"
    PASSED = "passed"
    FAILED = "failed"


class Registration(Base):
    """Attempt of one learner at one version of a course; `id` is the registration in xAPI.

    The learner is a user or, for the preview of its own course, an application. Attempts count from 1;
    attempt 0 is the registration of untracked links: hidden, and deleted after the links have ended.

    `score` is a ratio from -1 to 1, `total_time` in seconds; both, and the two statuses, are computed from
    the activities (`resolvers.packages.rollup`). `sequencing` is null unless the package is SCORM 2004:
    `state` is the sequencing state, a text in the player's own format; `whole` is the `completion`,
    `success` and `score` rolled up by the package's rules, null for a package without rules.
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
    """State that one activity reported in one registration.

    `score` is a ratio from -1 to 1; `points`, `least_points` and `most_points` are in points of the activity;
    `total_time` is in seconds. `runtime` is the data model as the player left it (`cmi` of SCORM); the next
    launch continues from it. `is_satisfied` (cmi5): the activity's `move_on` is reached or waived.
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
