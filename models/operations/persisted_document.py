"""GraphQL operation documents that clients send by id."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt


class PersistedDocument(Base):
    """One operation document; `id` is its SHA-256 in hex, or the manifest's id if it is trusted.

    Documents that are not trusted were sent by a client (automatic persisted queries): `sender` is the
    SHA-256 of the client's budget account, to bound what one client stores.
    """

    __tablename__ = "persisted_documents"

    id: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    is_trusted: Mapped[bool]
    sender: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    created_at: Mapped[CreatedAt]
