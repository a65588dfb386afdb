"""Applications: programs that keep courses of their own."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, PrimaryId


class Application(Base):
    """`id` is the name under which it signs in; `secret_hash` the SHA-256 of the secret that it holds."""

    __tablename__ = "applications"

    id: Mapped[PrimaryId]
    name: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[CreatedAt]
