"""Organizations: who offers courses."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from models.postgres.base import Base, CreatedAt, PrimaryId


class Organization(Base):
    """An institution that offers courses (Open edX: organization)."""

    __tablename__ = "organizations"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[PrimaryId]
    slug: Mapped[str]
    name: Mapped[str]
    description: Mapped[str | None]
    logo_url: Mapped[str | None]
    created_at: Mapped[CreatedAt]
