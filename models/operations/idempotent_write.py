"""Mutations that ran under an idempotency key, so that a retry does not run them again."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Value


class IdempotentWrite(Base):
    """First result under `viewer` and `key`; `input` is a hash of the command and its input.

    `changes` is the command's result; `answer` is the JSON text of the payload that was sent first, and
    `selection` a hash of the fields that were selected in it.
    """

    __tablename__ = "idempotent_writes"

    viewer: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    input: Mapped[bytes] = mapped_column(LargeBinary)
    changes: Mapped[Value | None]
    selection: Mapped[bytes | None] = mapped_column(LargeBinary)
    answer: Mapped[str | None]
    created_at: Mapped[CreatedAt] = mapped_column(index=True)
