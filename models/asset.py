"""Assets: files that belong to a course, kept in the asset store by the hash of what they hold."""

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, CreatedAt, Id, PrimaryId


class Asset(Base):
    """`digest` is the SHA-256 of the content in hex, `size` in bytes, `path` the file's in its course."""

    __tablename__ = "assets"
    __table_args__ = (UniqueConstraint("course_id", "path"),)

    id: Mapped[PrimaryId]
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    path: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str]
    created_at: Mapped[CreatedAt]
