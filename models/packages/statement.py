"""Statements: who did what, as the Experience API tells it (xAPI 1.0.3, part two); documents beside them."""

from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, Moment, PrimaryId, Value, name_column


class Statement(Base):
    """One statement; `document` is the whole of it, and the other columns say by what it is found.

    `statement_id` is what xAPI calls its id: chosen by who sends it, unique within the application that keeps
    it (null for the platform's own). `actor_key` and `activity` are the actor's identifier and the object's
    IRI as text, the latter null where the object is no activity. `user_id`, `item_id` and `course_id` name
    what of the platform these are, where they are known. `happened_at` is xAPI's `timestamp`, `stored_at`
    its `stored`. A voided statement is there no more, but for who asks for voided ones.
    """

    __tablename__ = "statements"
    __table_args__ = (
        UniqueConstraint("application_id", "statement_id", postgresql_nulls_not_distinct=True),
        Index(None, "application_id", "stored_at", "id"),
        Index(None, "actor_key", "stored_at"),
        Index(None, "activity", "stored_at"),
        Index(None, "user_id", "happened_at"),
        Index(None, "course_id", "happened_at"),
        Index(None, "registration"),
    )

    id: Mapped[PrimaryId]
    statement_id: Mapped[Id]
    application_id: Mapped[Id | None] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    user_id: Mapped[Id | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    course_id: Mapped[Id | None] = mapped_column(ForeignKey("courses.id", ondelete="SET NULL"))
    item_id: Mapped[Id | None] = mapped_column(ForeignKey("items.id", ondelete="SET NULL"), index=True)
    actor_key: Mapped[str]
    verb: Mapped[str] = mapped_column(index=True)
    activity: Mapped[str | None]
    registration: Mapped[Id | None]
    is_voided: Mapped[bool] = mapped_column(default=False)
    happened_at: Mapped[Moment]
    stored_at: Mapped[CreatedAt]
    document: Mapped[Value]


class StatementAttachment(Base):
    """A file that came with statements of an application, or of the platform's player (null).

    `sha2` is the hash in hex by which statements name it, `digest` its SHA-256, under which the object store
    has it, `size` in bytes.
    """

    __tablename__ = "statement_attachments"
    __table_args__ = (UniqueConstraint("application_id", "sha2", postgresql_nulls_not_distinct=True),)

    id: Mapped[PrimaryId]
    application_id: Mapped[Id | None] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    sha2: Mapped[str]
    digest: Mapped[str] = mapped_column(index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[CreatedAt]


class DocumentKind(StrEnum):
    """What a document of xAPI is about (1.0.3, part three, 2.2)."""

    STATE = "state"
    ACTIVITY_PROFILE = "activity_profile"
    AGENT_PROFILE = "agent_profile"


class StatementDocument(Base):
    """What an activity keeps beside its statements: of a learner in it, of itself, or of a learner.

    `activity` and `actor_key` are empty where its kind has none. `name` is what xAPI calls its state's or
    profile's id; the other columns say the same as those of `Statement`.
    """

    __tablename__ = "statement_documents"
    __table_args__ = (
        UniqueConstraint(
            "application_id",
            "kind",
            "activity",
            "actor_key",
            "registration",
            "name",
            name="uq_statement_documents_place",
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[PrimaryId]
    application_id: Mapped[Id | None] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    kind: Mapped[DocumentKind] = mapped_column(name_column(DocumentKind))
    activity: Mapped[str] = mapped_column(default="")
    actor_key: Mapped[str] = mapped_column(default="")
    registration: Mapped[Id | None]
    name: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[CreatedAt]
