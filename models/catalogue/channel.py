"""Channels: shelves on which a platform groups its courses (Xikolo: channels)."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, PrimaryId, Translations, Value


class Channel(Base):
    """Named by its `code` in legacy URLs; title and texts may be in several languages."""

    __tablename__ = "channels"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[PrimaryId]
    code: Mapped[str]
    title: Mapped[Translations]
    description: Mapped[Translations]
    color: Mapped[str | None]
    position: Mapped[int] = mapped_column(default=0)
    is_public: Mapped[bool] = mapped_column(default=True)
    mobile_image_url: Mapped[str | None]
    stage_logo_url: Mapped[str | None]
    stage_image_url: Mapped[str | None]
    stage_statement: Mapped[Translations]
    stage_stream: Mapped[Value | None] = mapped_column(JSONB(none_as_null=True))
