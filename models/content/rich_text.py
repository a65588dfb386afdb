"""Rich texts to read."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, PrimaryId


class RichText(Base):
    """Text to read; `text` is Markdown that may contain sanitized HTML."""

    __tablename__ = "rich_texts"

    id: Mapped[PrimaryId]
    item_id: Mapped[Id] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), unique=True)
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
