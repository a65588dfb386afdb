"""Sections: the tree between a course and its items."""

from sqlalchemy import ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, Ids, Moment, PrimaryId


class Section(Base):
    """Chapter, sequential or vertical of Open edX, section of Xikolo; `parent_id` is null at the top level.

    In a course of packages a section belongs to one version, `version_id`, and `is_current` is true if the
    course shows that version; in other courses all sections are current.

    `resolvers.catalogue.arrangement` computes `path`, `lineage`, `is_current`, `is_visible`, `opens_at` and
    `closes_at` from the tree whenever sections change, so that no read needs recursion: positions and ids
    from the top level down to the section itself, whether all of these sections are current and published,
    their latest start and their earliest end.
    """

    __tablename__ = "sections"
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
        Index(None, "course_id", "path"),
        Index(None, "parent_id", "position", "id"),
    )

    id: Mapped[PrimaryId]
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    parent_id: Mapped[Id | None] = mapped_column(ForeignKey("sections.id", ondelete="CASCADE"))
    version_id: Mapped[Id | None] = mapped_column(ForeignKey("course_versions.id", ondelete="CASCADE"))
    source_key: Mapped[str | None]
    title: Mapped[str]
    description: Mapped[str | None]
    position: Mapped[int]
    starts_at: Mapped[Moment | None]
    ends_at: Mapped[Moment | None]
    deadline: Mapped[Moment | None]
    assignment_type: Mapped[str | None]
    is_graded: Mapped[bool] = mapped_column(default=False)
    is_published: Mapped[bool] = mapped_column(default=True)
    is_optional: Mapped[bool] = mapped_column(default=False)
    has_alternatives: Mapped[bool] = mapped_column(default=False)
    path: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    lineage: Mapped[Ids]
    is_current: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    is_visible: Mapped[bool] = mapped_column(default=False)
    opens_at: Mapped[Moment | None]
    closes_at: Mapped[Moment | None]
