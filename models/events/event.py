"""Events: what has happened, written with the change itself, for whoever subscribes in any process."""

from enum import StrEnum

from sqlalchemy import BigInteger, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, Moment, Value

CHANNEL = "events"
"""Where PostgreSQL tells the processes that events were committed."""


class EventKind(StrEnum):
    """What may happen; kept as plain text, so that a new kind needs no migration."""

    ITEM_VISITED = "item_visited"
    SUBMISSION_SCORED = "submission_scored"
    ANNOUNCEMENT_PUBLISHED = "announcement_published"
    IMPORT_JOB_CHANGED = "import_job_changed"


class StoredEvent(Base):
    """That something happened to `subject_id`, in a course if `course_id` is set.

    Where `user_id` is set it concerns that user, and who may see what is theirs. `transaction` is the one
    that wrote it: ids are given before transactions end, so that it takes both to tell what a reader has seen
    (`resolvers.events.snapshot`). No row is referred to: an event may outlive what it is about.
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
