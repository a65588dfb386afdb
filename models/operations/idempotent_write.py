"""Mutations that were carried out under a key, so that nobody carries them out again."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Value


class IdempotentWrite(Base):
    """`viewer` names whose `key` it is. `input` is a hash of the command and what it was given.

    `changes` are what the command answered; `answer` is the JSON text of the payload that was sent first, and
    `selection` a hash of what that payload was asked for.
    """

    __tablename__ = "idempotent_writes"

    viewer: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    input: Mapped[bytes] = mapped_column(LargeBinary)
    changes: Mapped[Value | None]
    selection: Mapped[bytes | None] = mapped_column(LargeBinary)
    answer: Mapped[str | None]
    created_at: Mapped[CreatedAt] = mapped_column(index=True)
