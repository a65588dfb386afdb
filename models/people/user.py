"""Users; the graph exposes their private data as a profile."""

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, PrimaryId
from models.postgres.trigrams import trigram_index


class User(Base):
    """`name` and `avatar_url` are public; `full_name`, `email` and the columns after them are private."""

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("username"),
        Index("uq_users_email", text("lower(email)"), unique=True),
        trigram_index("users", "name"),
        trigram_index("users", "username"),
    )

    id: Mapped[PrimaryId]
    username: Mapped[str]
    name: Mapped[str]
    avatar_url: Mapped[str | None]
    full_name: Mapped[str | None]
    email: Mapped[str]
    language: Mapped[str | None]
    country: Mapped[str | None]
    bio: Mapped[str | None]
    password_hash: Mapped[str | None]
    is_staff: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt]
