"""Peer assessments: tasks whose results learners grade for each other (openHPI: peer-assessments)."""

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, PrimaryId, Values, name_column


class PeerAssessmentType(StrEnum):
    """Who hands in."""

    SOLO = "solo"
    TEAM = "team"


class PeerAssessmentStepType(StrEnum):
    """What is to be done in a step."""

    SUBMISSION = "submission"
    TRAINING = "training"
    PEER_GRADING = "peer_grading"
    SELF_ASSESSMENT = "self_assessment"
    RESULTS = "results"


class PeerAssessment(Base):
    """`steps` hold `type starts_at deadline is_optional` in their order, moments as text (ISO 8601)."""

    __tablename__ = "peer_assessments"

    id: Mapped[PrimaryId]
    item_id: Mapped[Id] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), unique=True)
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    type: Mapped[PeerAssessmentType] = mapped_column(
        name_column(PeerAssessmentType), default=PeerAssessmentType.SOLO
    )
    instructions: Mapped[str | None]
    steps: Mapped[Values] = mapped_column(default=list)
