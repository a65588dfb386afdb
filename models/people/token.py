"""Access tokens, of which only a hash is kept."""

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, Moment, PrimaryId, Words


class Token(Base):
    """A user's, or an application's, which alone has `scopes` (`resolvers.access.scope`).

    `hash` is the SHA-256 of the secret that the client holds; `expires_at` null never expires.
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
