"""Peer assessments: tasks whose results learners grade for each other (Xikolo: peer-assessments)."""

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, PrimaryId, Values, name_column


class PeerAssessmentType(StrEnum):
    """Mode of submission to a peer assessment."""

    SOLO = "solo"
    TEAM = "team"


class PeerAssessmentStepType(StrEnum):
    """Type of a step in a peer assessment."""

    SUBMISSION = "submission"
    TRAINING = "training"
    PEER_GRADING = "peer_grading"
    SELF_ASSESSMENT = "self_assessment"
    RESULTS = "results"


class PeerAssessment(Base):
    """Task; `steps` stores `type starts_at deadline is_optional` in order, timestamps as text (ISO 8601)."""

    __tablename__ = "peer_assessments"

    id: Mapped[PrimaryId]
    item_id: Mapped[Id] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), unique=True)
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    type: Mapped[PeerAssessmentType] = mapped_column(
        name_column(PeerAssessmentType), default=PeerAssessmentType.SOLO
    )
    instructions: Mapped[str | None]
    steps: Mapped[Values] = mapped_column(default=list)
