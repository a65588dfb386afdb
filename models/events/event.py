"""Events: stored facts, written in the transaction of the change, for subscriptions in any process."""

from enum import StrEnum

from sqlalchemy import BigInteger, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, Moment, Value

CHANNEL = "events"
"""PostgreSQL's channel for notifications of committed events."""


class EventKind(StrEnum):
    """Kinds of events; stored as plain text, so that a new kind needs no migration."""

    ITEM_VISITED = "item_visited"
    SUBMISSION_SCORED = "submission_scored"
    ANNOUNCEMENT_PUBLISHED = "announcement_published"
    IMPORT_JOB_CHANGED = "import_job_changed"


class StoredEvent(Base):
    """One event about `subject_id`, in a course if `course_id` is set.

    If `user_id` is set, only that user and viewers who may see the user's data receive it. `transaction` is
    the writing transaction: ids are assigned before transactions end, so a reader needs both to find new rows
    (`resolvers.events.snapshot`). There is no foreign key: an event may outlive its subject.
    """

    __tablename__ = "events"
    __table_args__ = (Index(None, "kind", "course_id", "transaction"), Index(None, "happened_at"))

    transaction: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, server_default=text("pg_current_xact_id()::text::bigint")
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[Id]
    course_id: Mapped[Id | None]
    user_id: Mapped[Id | None]
    payload: Mapped[Value] = mapped_column(server_default="{}")
    happened_at: Mapped[Moment] = mapped_column(server_default=func.clock_timestamp())
