"""Exercises that an LTI tool runs."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, Points, PrimaryId, Value


class LtiExercise(Base):
    """Exercise; points are the tool's score (ratio) times `weight`; `allowed_attempts` null is unlimited."""

    __tablename__ = "lti_exercises"

    id: Mapped[PrimaryId]
    item_id: Mapped[Id] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), unique=True)
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    instructions: Mapped[str | None]
    weight: Mapped[Points] = mapped_column(default=1.0)
    allowed_attempts: Mapped[int | None]
    launch_url: Mapped[str | None]
    parameters: Mapped[Value] = mapped_column(default=dict)
