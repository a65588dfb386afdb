"""Access tokens; only the hash of a secret is stored."""

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, Moment, PrimaryId, Words

ACCESS_CHANNEL = "access"
"""PostgreSQL's channel for ids of users and applications whose access has changed (migration 0029)."""


class Token(Base):
    """Token of a user or an application; only applications' tokens have `scopes` (`resolvers.access.scope`).

    `hash` is the SHA-256 of the client's secret; a token with `expires_at` null does not expire.
    """

    __tablename__ = "tokens"
    __table_args__ = (
        UniqueConstraint("hash"),
        CheckConstraint("num_nonnulls(user_id, application_id) = 1", name="one_owner"),
    )

    id: Mapped[PrimaryId]
    user_id: Mapped[Id | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    application_id: Mapped[Id | None] = mapped_column(
        ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    scopes: Mapped[Words] = mapped_column(default=list)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    label: Mapped[str]
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Moment | None]
    revoked_at: Mapped[Moment | None]
