"""Versions of a course that came as packages."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.packages.packaged_activity import LearningStandard
from models.postgres.base import Base, CreatedAt, Id, PrimaryId, Translations, Value, Words, name_column


class CourseVersion(Base):
    """One package of a course, with sections, items and assets of its own.

    `number` counts from 1 in its course, and no number is given twice. Which version a course shows, its
    `version_id` tells, so that a new one is published by one write. `identifier` is the manifest's own.
    `edition` counts the changes of its files: an address with it leads to the same for good. `duration` and
    `typical_time` are ISO 8601 durations, `sequencing` the rules of SCORM 2004 by identifier of an activity,
    a cluster or the organization (`ingest.package.sequencing`).
    """

    __tablename__ = "course_versions"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    id: Mapped[PrimaryId]
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    number: Mapped[int]
    edition: Mapped[int] = mapped_column(default=1)
    standard: Mapped[LearningStandard] = mapped_column(name_column(LearningStandard))
    identifier: Mapped[str]
    title: Mapped[Translations]
    description: Mapped[Translations]
    keywords: Mapped[Words] = mapped_column(default=list)
    languages: Mapped[Words] = mapped_column(default=list)
    duration: Mapped[str | None]
    typical_time: Mapped[str | None]
    sequencing: Mapped[Value] = mapped_column(default=dict)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
