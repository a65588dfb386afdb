"""GraphQL operation documents that clients send by id."""

from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt


class PersistedDocument(Base):
    """One operation document; `id` is its SHA-256 in hex, or the manifest's id if it is trusted.

    Documents that are not trusted were sent by a client (automatic persisted queries).
    """

    __tablename__ = "persisted_documents"

    id: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    is_trusted: Mapped[bool]
    created_at: Mapped[CreatedAt]
