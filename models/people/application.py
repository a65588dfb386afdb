"""Applications: API clients with their own courses."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, PrimaryId


class Application(Base):
    """`id` is the user name for signing in; `secret_hash` is the SHA-256 of the application's secret."""

    __tablename__ = "applications"

    id: Mapped[PrimaryId]
    name: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[CreatedAt]
