"""Imports that run in the background, and how far they are."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, Moment, PrimaryId, Value, Words, name_column


class ImportStatus(StrEnum):
    """How far an import is (SCORM Cloud: importJobResult.status)."""

    RUNNING = "running"
    COMPLETE = "complete"
    ERROR = "error"


class ImportSource(StrEnum):
    """Where the file comes from: sent before, fetched by its address, or only referred to by it."""

    UPLOAD = "upload"
    FETCH = "fetch"
    REFERENCE = "reference"


class ImportJob(Base):
    """One import; kept for a week after its end.

    `reference` is the course's, `location` the name of an upload in the object store or an address, and
    `details` what its sender says of a media file: `title description language duration` (seconds).
    `progress` is a ratio; `attempts` counts how often a worker began. `warnings` are the reader's.
    """

    __tablename__ = "import_jobs"
    __table_args__ = (
        Index(None, "application_id", "created_at"),
        Index(None, "user_id", "created_at"),
        Index(None, "finished_at"),
    )

    id: Mapped[PrimaryId]
    application_id: Mapped[Id | None] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    user_id: Mapped[Id | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    reference: Mapped[str]
    source: Mapped[ImportSource] = mapped_column(name_column(ImportSource))
    location: Mapped[str]
    media_type: Mapped[str | None]
    details: Mapped[Value] = mapped_column(default=dict)
    is_new_version_allowed: Mapped[bool]
    tags: Mapped[Words]
    postback_url: Mapped[str | None]
    status: Mapped[ImportStatus] = mapped_column(name_column(ImportStatus), default=ImportStatus.RUNNING)
    progress: Mapped[float] = mapped_column(default=0.0)
    attempts: Mapped[int] = mapped_column(default=0)
    message: Mapped[str | None]
    warnings: Mapped[Words]
    course_id: Mapped[Id | None] = mapped_column(ForeignKey("courses.id", ondelete="SET NULL"), index=True)
    version_id: Mapped[Id | None] = mapped_column(
        ForeignKey("course_versions.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[Moment | None]
