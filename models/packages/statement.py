"""Statements, attachments and documents of the Experience API (xAPI 1.0.3, parts two and three)."""

from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, Moment, PrimaryId, Value, name_column


class Statement(Base):
    """One statement; `document` is the complete statement, the other columns serve to find it.

    `statement_id` is the id in xAPI: chosen by the sender, unique within the application that owns the
    statement (null for the platform's own). `actor_key` and `activity` are the actor's identifier and the
    object's IRI as text; `activity` is null unless the object is an activity. `user_id`, `item_id` and
    `course_id` refer to the matching rows of the platform, null if unknown. `happened_at` is xAPI's
    `timestamp`, `stored_at` its `stored`. A voided statement is hidden from all requests but those for
    voided statements.
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
    """File attached to statements of an actor in the store of an application, or of the player (null).

    `sha2` is the hash in hex that statements refer to, `digest` the SHA-256, which is the key in the object
    store; `size` is in bytes. `actor_key` is that of the statements that the file was sent with: a learner
    who names the hash of another's file does not get the file.
    """

    __tablename__ = "statement_attachments"
    __table_args__ = (
        UniqueConstraint("application_id", "actor_key", "sha2", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[PrimaryId]
    application_id: Mapped[Id | None] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    actor_key: Mapped[str] = mapped_column(default="", server_default="")
    sha2: Mapped[str]
    digest: Mapped[str] = mapped_column(index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[CreatedAt]


class DocumentKind(StrEnum):
    """Kind of an xAPI document (1.0.3, part three, 2.2)."""

    STATE = "state"
    ACTIVITY_PROFILE = "activity_profile"
    AGENT_PROFILE = "agent_profile"


class StatementDocument(Base):
    """xAPI document: state of a learner in an activity, profile of an activity, or profile of a learner.

    `activity` and `actor_key` are empty if the kind has none. `name` is xAPI's state id or profile id; the
    other columns have the same meaning as those of `Statement`.
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
