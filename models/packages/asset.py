"""Assets: files of courses, stored in the object store by the hash of their content."""

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, PrimaryId


class Asset(Base):
    """File of a course. `digest` is the SHA-256 of the content in hex, `size` in bytes, `path` in the course.

    A file of a package belongs to one version of the course, `version_id`.
    """

    __tablename__ = "assets"
    __table_args__ = (
        UniqueConstraint("course_id", "version_id", "path", postgresql_nulls_not_distinct=True),
        Index(None, "version_id"),
        Index(None, "digest"),
    )

    id: Mapped[PrimaryId]
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    version_id: Mapped[Id | None] = mapped_column(ForeignKey("course_versions.id", ondelete="CASCADE"))
    path: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str]
    created_at: Mapped[CreatedAt]
