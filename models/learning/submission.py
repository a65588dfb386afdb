"""Submissions: a learner's attempts at a quiz, with answers and points."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, Ids, Moment, Points, PrimaryId


class Submission(Base):
    """Attempt at a quiz, a draft until `submitted_at` is set; `expires_at` is the end of the time limit."""

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("user_id", "quiz_id", "attempt"),
        CheckConstraint("(submitted_at is null) = (points is null)", name="points_when_submitted"),
        Index(None, "quiz_id", "submitted_at"),
        Index(None, "user_id", "item_id"),
        Index(
            "uq_submissions_draft",
            "user_id",
            "quiz_id",
            unique=True,
            postgresql_where=text("submitted_at is null"),
        ),
    )

    id: Mapped[PrimaryId]
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    quiz_id: Mapped[Id] = mapped_column(ForeignKey("quizzes.id", ondelete="CASCADE"))
    item_id: Mapped[Id] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), index=True)
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int]
    started_at: Mapped[CreatedAt]
    expires_at: Mapped[Moment | None]
    submitted_at: Mapped[Moment | None]
    points: Mapped[Points | None]


class Answer(Base):
    """Answer of a submission to one question: chosen options, or text."""

    __tablename__ = "answers"

    submission_id: Mapped[Id] = mapped_column(
        ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[Id] = mapped_column(
        ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    option_ids: Mapped[Ids] = mapped_column(default=list)
    text: Mapped[str | None]
    points: Mapped[Points | None]
