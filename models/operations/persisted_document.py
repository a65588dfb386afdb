"""GraphQL documents that clients name by an id."""

from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt


class PersistedDocument(Base):
    """`id` is the SHA-256 of `text` in hexadecimal, or for a trusted one whatever its manifest says.

    Documents that are not trusted were sent by a client (automatic persisted queries).
    """

    __tablename__ = "persisted_documents"

    id: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    is_trusted: Mapped[bool]
    created_at: Mapped[CreatedAt]
