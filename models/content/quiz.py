"""Quizzes with their questions and options."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, Points, PrimaryId, name_column


class QuestionType(StrEnum):
    """Type of a question, by the expected answer."""

    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    FREE_TEXT = "free_text"
    NUMERICAL = "numerical"
    ESSAY = "essay"


class SolutionRule(StrEnum):
    """Rule for showing the solutions of a quiz to learners."""

    BY_DATE = "by_date"
    ALWAYS = "always"
    NEVER = "never"


class Quiz(Base):
    """Questions with a `time_limit` in seconds and a number of `allowed_attempts`, each null if unlimited."""

    __tablename__ = "quizzes"

    id: Mapped[PrimaryId]
    item_id: Mapped[Id] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), unique=True)
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    instructions: Mapped[str | None]
    time_limit: Mapped[int | None]
    allowed_attempts: Mapped[int | None]
    solution_rule: Mapped[SolutionRule] = mapped_column(
        name_column(SolutionRule), default=SolutionRule.BY_DATE
    )


class Question(Base):
    """Question; `tolerance` is the accepted difference of a numerical answer, in the unit of the answer."""

    __tablename__ = "questions"
    __table_args__ = (Index(None, "quiz_id", "position", "id"),)

    id: Mapped[PrimaryId]
    quiz_id: Mapped[Id] = mapped_column(ForeignKey("quizzes.id", ondelete="CASCADE"))
    type: Mapped[QuestionType] = mapped_column(name_column(QuestionType))
    position: Mapped[int]
    text: Mapped[str]
    explanation: Mapped[str | None]
    max_points: Mapped[Points] = mapped_column(default=1.0)
    tolerance: Mapped[Points | None]
    is_case_sensitive: Mapped[bool] = mapped_column(default=False)
    shuffle_options: Mapped[bool] = mapped_column(default=False)
    is_eligible_for_recap: Mapped[bool] = mapped_column(default=False)


class Option(Base):
    """Option; for free-text and numerical questions an accepted answer, visible only with the solution."""

    __tablename__ = "options"
    __table_args__ = (Index(None, "question_id", "position", "id"),)

    id: Mapped[PrimaryId]
    question_id: Mapped[Id] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str]
    is_correct: Mapped[bool] = mapped_column(default=False)
    explanation: Mapped[str | None]
