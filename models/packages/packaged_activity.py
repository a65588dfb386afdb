"""Activities that come as packages and run in a player: SCORM, AICC, Tin Can, cmi5."""

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, PrimaryId, Translations, Value, name_column


class LearningStandard(StrEnum):
    """The standard that a package follows (SCORM Cloud: courseLearningStandard)."""

    SCORM_1_2 = "scorm_1_2"
    SCORM_2004_2ND_EDITION = "scorm_2004_2nd_edition"
    SCORM_2004_3RD_EDITION = "scorm_2004_3rd_edition"
    SCORM_2004_4TH_EDITION = "scorm_2004_4th_edition"
    AICC = "aicc"
    TIN_CAN = "tin_can"
    CMI5 = "cmi5"
    UNKNOWN = "unknown"


class ActivityKind(StrEnum):
    """What an activity can tell the player (SCORM Cloud: activityType)."""

    SCO = "sco"
    ASSIGNABLE_UNIT = "assignable_unit"
    ASSET = "asset"


class MoveOn(StrEnum):
    """What satisfies an assignable unit of cmi5 (cmi5, 10.2.4)."""

    PASSED = "passed"
    COMPLETED = "completed"
    COMPLETED_AND_PASSED = "completed_and_passed"
    COMPLETED_OR_PASSED = "completed_or_passed"
    NOT_APPLICABLE = "not_applicable"


class PackagedActivity(Base):
    """`identifier` is the activity's own in its manifest: an item's, an assignable unit's, an IRI.

    `launch_path` is a file of the package, or an address of the web; `launch_query` goes behind it, its `?`
    included. `mastery_score` is the ratio of points that is enough, from -1 for SCORM 2004; `time_limit` is
    in seconds. `launch_data` is what the activity gets at its start (SCORM's data from LMS, AICC's core
    vendor, cmi5's launch parameters). `parameters` hold what else its manifest says of it:
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
