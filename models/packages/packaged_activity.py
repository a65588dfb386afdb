"""Packaged activities, which run in the player: SCORM, AICC, Tin Can, cmi5."""

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, PrimaryId, Translations, Value, name_column


class LearningStandard(StrEnum):
    """Standard that a package follows (SCORM Cloud: courseLearningStandard)."""

    SCORM_1_2 = "scorm_1_2"
    SCORM_2004_2ND_EDITION = "scorm_2004_2nd_edition"
    SCORM_2004_3RD_EDITION = "scorm_2004_3rd_edition"
    SCORM_2004_4TH_EDITION = "scorm_2004_4th_edition"
    AICC = "aicc"
    TIN_CAN = "tin_can"
    CMI5 = "cmi5"
    UNKNOWN = "unknown"


class ActivityKind(StrEnum):
    """Kind of an activity, by its reports to the player (SCORM Cloud: activityType)."""

    SCO = "sco"
    ASSIGNABLE_UNIT = "assignable_unit"
    ASSET = "asset"


class MoveOn(StrEnum):
    """Condition that satisfies an assignable unit of cmi5 (cmi5, 10.2.4)."""

    PASSED = "passed"
    COMPLETED = "completed"
    COMPLETED_AND_PASSED = "completed_and_passed"
    COMPLETED_OR_PASSED = "completed_or_passed"
    NOT_APPLICABLE = "not_applicable"


class PackagedActivity(Base):
    """Activity of a package; `identifier` is that of an item or assignable unit in the manifest, or an IRI.

    `launch_path` is a file of the package or an absolute URL; `launch_query` is its suffix, with the `?`.
    `mastery_score` is the ratio of points needed, from -1 for SCORM 2004; `time_limit` is in seconds.
    The activity receives `launch_data` at its start (SCORM's data from LMS, AICC's core vendor, cmi5's
    launch parameters). `parameters` hold the other data of the manifest:
    `prerequisites timeLimitAction isVisible completionThreshold hideUi objectives sequencing` (SCORM),
    `prerequisites timeLimitAction type maxScore developerId passwordHash` (AICC; SHA-256 in hex),
    `launchMethod activityType entitlementKey objectives` (cmi5), `activityType` (Tin Can).
    """

    __tablename__ = "packaged_activities"

    id: Mapped[PrimaryId]
    item_id: Mapped[Id] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), unique=True)
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    standard: Mapped[LearningStandard] = mapped_column(name_column(LearningStandard))
    kind: Mapped[ActivityKind] = mapped_column(
        name_column(ActivityKind), default=ActivityKind.SCO, server_default=ActivityKind.SCO.value
    )
    identifier: Mapped[str]
    resource_identifier: Mapped[str | None]
    title: Mapped[Translations] = mapped_column(default=dict)
    description: Mapped[Translations] = mapped_column(default=dict)
    launch_path: Mapped[str]
    launch_query: Mapped[str] = mapped_column(default="", server_default="")
    launch_data: Mapped[str | None]
    move_on: Mapped[MoveOn | None] = mapped_column(name_column(MoveOn))
    mastery_score: Mapped[float | None]
    time_limit: Mapped[float | None]
    parameters: Mapped[Value] = mapped_column(default=dict)
