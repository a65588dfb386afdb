"""Documents: files to take along that belong to courses, in one or several languages (Xikolo: documents)."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, PrimaryId, Words


class Document(Base):
    """Known to the teams of its courses alone until it is public."""

    __tablename__ = "documents"
    __table_args__ = (Index(None, "title", "id"), Index(None, "tags", postgresql_using="gin"))

    id: Mapped[PrimaryId]
    title: Mapped[str]
    description: Mapped[str | None]
    tags: Mapped[Words] = mapped_column(default=list)
    is_public: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt]


class DocumentLocalization(Base):
    """The file of a document in one language; `revision` counts its versions from 1."""

    __tablename__ = "document_localizations"
    __table_args__ = (UniqueConstraint("document_id", "language"),)

    id: Mapped[PrimaryId]
    document_id: Mapped[Id] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    language: Mapped[str]
    title: Mapped[str]
    description: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=1)
    file_url: Mapped[str]


class CourseDocument(Base):
    """That a document belongs to a course."""

    __tablename__ = "course_documents"

    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True)
    document_id: Mapped[Id] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, index=True
    )
