"""Versions of a packaged course."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.packages.packaged_activity import LearningStandard
from models.postgres.base import Base, CreatedAt, Id, PrimaryId, Translations, Value, Words, name_column


class CourseVersion(Base):
    """Version of a course, imported from one package, with its own sections, items and assets.

    `number` counts from 1 in the course; numbers are never reused. The course's `version_id` is the version
    that the course shows, so that one write publishes a new version. `identifier` is that of the manifest.
    `edition` counts changes of the files: the content at a URL with an edition never changes. `duration` and
    `typical_time` are ISO 8601 durations; `sequencing` holds the rules of SCORM 2004 by identifier of an
    activity, an activity cluster or the organization (`ingest.package.sequencing`).
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
