"""Items: the leaves of a course."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, Ids, Moment, Points, PrimaryId, name_column


class ContentType(StrEnum):
    """What an item holds."""

    QUIZ = "quiz"
    VIDEO = "video"
    RICH_TEXT = "rich_text"
    LTI_EXERCISE = "lti_exercise"
    PACKAGED_ACTIVITY = "packaged_activity"
    GADGET = "gadget"
    PEER_ASSESSMENT = "peer_assessment"


class ExerciseType(StrEnum):
    """How an item counts (Xikolo: course-items.exercise_type)."""

    MAIN = "main"
    BONUS = "bonus"
    SELFTEST = "selftest"
    SURVEY = "survey"


class Item(Base):
    """One leaf; the row of its content names the item by `item_id`.

    `path`, `lineage`, `top_position`, `is_current`, `is_visible`, `opens_at` and `closes_at` join the item's
    own place and state with its section's and its course's; kept by `resolvers.catalogue.arrangement`.
    `time_effort` is in seconds.
    """

    __tablename__ = "items"
    __table_args__ = (
        Index(
            None,
            "course_id",
            "version_id",
            "source_key",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("source_key IS NOT NULL"),
        ),
        Index(None, "version_id"),
        Index(None, "section_id", "position", "id"),
        Index(None, "course_id", "path"),
        Index(None, "lineage", postgresql_using="gin"),
    )

    id: Mapped[PrimaryId]
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    section_id: Mapped[Id] = mapped_column(ForeignKey("sections.id", ondelete="CASCADE"))
    version_id: Mapped[Id | None] = mapped_column(ForeignKey("course_versions.id", ondelete="CASCADE"))
    source_key: Mapped[str | None]
    title: Mapped[str]
    position: Mapped[int]
    content_type: Mapped[ContentType] = mapped_column(name_column(ContentType))
    exercise_type: Mapped[ExerciseType | None] = mapped_column(name_column(ExerciseType))
    icon: Mapped[str | None]
    max_points: Mapped[Points] = mapped_column(default=0.0)
    starts_at: Mapped[Moment | None]
    ends_at: Mapped[Moment | None]
    deadline: Mapped[Moment | None]
    solutions_at: Mapped[Moment | None]
    time_effort: Mapped[int | None]
    is_optional: Mapped[bool] = mapped_column(default=False)
    is_proctored: Mapped[bool] = mapped_column(default=False)
    is_published: Mapped[bool] = mapped_column(default=True)
    path: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    lineage: Mapped[Ids]
    top_position: Mapped[int] = mapped_column(default=0)
    is_current: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    is_visible: Mapped[bool] = mapped_column(default=False)
    opens_at: Mapped[Moment | None]
    closes_at: Mapped[Moment | None]
