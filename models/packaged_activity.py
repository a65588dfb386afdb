"""Activities that come as packages and run in a player: SCORM, AICC, Tin Can, cmi5."""

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, PrimaryId, Value, name_column


class LearningStandard(StrEnum):
    """The standard that a package follows (002: courseLearningStandard)."""

    SCORM_1_2 = "scorm_1_2"
    SCORM_2004 = "scorm_2004"
    AICC = "aicc"
    TIN_CAN = "tin_can"
    CMI5 = "cmi5"


class PackagedActivity(Base):
    """`identifier` is the activity's own in its manifest, `launch_path` relative to the package."""

    __tablename__ = "packaged_activities"

    id: Mapped[PrimaryId]
    item_id: Mapped[Id] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), unique=True)
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    standard: Mapped[LearningStandard] = mapped_column(name_column(LearningStandard))
    identifier: Mapped[str]
    launch_path: Mapped[str]
    parameters: Mapped[Value] = mapped_column(default=dict)
