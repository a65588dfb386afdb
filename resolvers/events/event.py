"""Events: recorded by commands, read by the feed of each process and by subscriptions that resume."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    delete,
    false,
    func,
    insert,
    literal,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import UserDefinedType, Uuid

from models.events.event import CHANNEL, EventKind, StoredEvent
from models.postgres.database import Database
from resolvers.events.snapshot import NOW, Snapshot
from resolvers.loading.keyset import decode_cursor, encode_cursor
from resolvers.loading.sql import SqlStatement, compiled, interval
from resolvers.operations.errors import BadUserInput, CodedError

KEPT = timedelta(hours=24)
"""Retention of events for subscriptions that resume."""

SWEPT = KEPT + timedelta(hours=1)
"""Maximum age of events; the extra hour is for transactions that write early and commit late."""

MOST_MISSED = 1000
"""Maximum number of events when a subscription resumes; with more, the client must read the state again."""

NO_PAYLOAD: Mapping[str, Any] = MappingProxyType({})


class CursorExpired(CodedError):  # noqa: N818 (what a cursor is)
    """Raised when a cursor is too old, is from before a restore, or has too many events after it.

    The client must read the state again, and subscribe without the cursor.
    """

    code = "CURSOR_EXPIRED"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event as subscribers receive it; a subscription that resumes at `cursor` continues after it."""

    kind: str
    subject_id: str
    course_id: str | None
    user_id: str | None
    payload: Mapping[str, Any]
    cursor: str


@dataclass(frozen=True, slots=True)
class Position:
    """Position of a resuming subscriber: after all that `seen` sees, and after `id` within `transaction`."""

    seen: Snapshot
    transaction: int
    id: int
    at: datetime

    def cursor(self) -> str:
        """Return the position as an opaque cursor."""
        return encode_cursor("event", [str(self.seen), self.transaction, self.id, self.at])

    @classmethod
    def parse(cls, cursor: str, argument: str) -> "Position":
        """Return the position of a cursor; raise `BadUserInput` if invalid, `CursorExpired` if too old."""
        types = (Text(), BigInteger(), BigInteger(), DateTime())
        seen, transaction, id_, at = decode_cursor(cursor, "event", types, argument)
        try:
            position = cls(Snapshot.parse(seen), transaction, id_, at)
        except ValueError as error:
            raise BadUserInput(f"The cursor in '{argument}' does not belong to an event.") from error
        if at < datetime.now(UTC) - KEPT:
            raise CursorExpired(f"The cursor in '{argument}' is too old: read the state again.")
        return position


async def record(
    session: AsyncSession,
    kind: EventKind,
    subject_id: str,
    *,
    course_id: str | None = None,
    user_id: str | None = None,
    payload: Mapping[str, Any] = NO_PAYLOAD,
) -> None:
    """Store an event in the transaction of the change; subscribers receive it after the commit."""
    event = insert(StoredEvent).values(
        kind=kind.value,
        subject_id=subject_id,
        course_id=course_id,
        user_id=user_id,
        payload=dict(payload),
    )
    await session.execute(event.returning(func.pg_notify(CHANNEL, "")))


class _Xid(UserDefinedType[int]):
    """Type of PostgreSQL's 64-bit transaction ids."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


class _PgSnapshot(UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "pg_snapshot"


SEEN = bindparam("seen", type_=Text)
START = bindparam("start", type_=BigInteger)
COLUMNS = (
    StoredEvent.transaction,
    StoredEvent.id,
    StoredEvent.kind,
    StoredEvent.subject_id,
    StoredEvent.course_id,
    StoredEvent.user_id,
    StoredEvent.payload,
    StoredEvent.happened_at,
)


def _visible(snapshot: ColumnElement[Any]) -> ColumnElement[bool]:
    transaction = cast(cast(StoredEvent.transaction, Text), _Xid)
    visible: ColumnElement[bool] = func.pg_visible_in_snapshot(transaction, snapshot)
    return visible


def _unseen() -> ColumnElement[bool]:
    """Condition for events of transactions that the snapshot `seen` does not see; none is below `start`."""
    return and_(StoredEvent.transaction >= START, not_(_visible(cast(SEEN, _PgSnapshot))))


@cache
def _news() -> SqlStatement:
    # Rows restored from another cluster's dump may have transaction ids that are still to come here.
    always = select(literal(1).label("one")).subquery("always")
    found = and_(_unseen(), _visible(func.pg_current_snapshot()))
    statement: Any = select(literal_column(NOW), *COLUMNS).select_from(always.outerjoin(StoredEvent, found))
    return compiled(statement.order_by(StoredEvent.transaction, StoredEvent.id))


async def snapshot_now(database: Database) -> Snapshot:
    """Return the snapshot of all transactions that have ended by now."""
    ((text,),) = await database.fetch(f"SELECT {NOW}", {})
    return Snapshot.parse(text)


async def news(database: Database, seen: Snapshot) -> tuple[Snapshot, list[Occurrence]]:
    """Return the current snapshot, and the events that `seen` does not see, in order."""
    rows = await database.fetch(_news().sql, {**_news().constants, **_since(seen)})
    now = Snapshot.parse(rows[0][0])
    return now, _occurrences([row[1:] for row in rows if row[1] is not None], seen, now)


@dataclass(frozen=True, slots=True)
class Scope:
    """Filter of a subscription: these kinds, about one course or subject if set.

    Of events that concern a user: those of `user_id`, of users in the courses in `teaches`, or all for staff.
    """

    kinds: frozenset[EventKind]
    course_id: str | None = None
    subject_id: str | None = None
    user_id: str | None = None
    teaches: frozenset[str] = frozenset()
    is_staff: bool = False

    def holds(self, event: Occurrence) -> bool:
        """Check whether an event passes whose kind and subject already match."""
        return (
            event.user_id is None
            or event.user_id == self.user_id
            or self.is_staff
            or event.course_id in self.teaches
        )

    def condition(self) -> ColumnElement[bool]:
        """Return the same as an SQL condition, including kind and subject."""
        wanted = [StoredEvent.kind == any_(literal([kind.value for kind in sorted(self.kinds)], ARRAY(Text)))]
        if self.course_id is not None:
            wanted.append(StoredEvent.course_id == self.course_id)
        if self.subject_id is not None:
            wanted.append(StoredEvent.subject_id == self.subject_id)
        if not self.is_staff:
            taught = StoredEvent.course_id == any_(literal(sorted(self.teaches), ARRAY(Uuid(as_uuid=False))))
            own = StoredEvent.user_id == self.user_id if self.user_id is not None else false()
            wanted.append(or_(StoredEvent.user_id.is_(None), own, taught))
        return and_(*wanted)


async def missed(database: Database, scope: Scope, since: Position, until: Snapshot) -> list[Occurrence]:
    """Return events of a scope after `since` that `until` sees.

    Raises `CursorExpired` if there are too many, and if the cursor is from another server or from before a
    restore.
    """
    if not since.seen.is_before(until) and not since.seen.is_before(await snapshot_now(database)):
        raise CursorExpired("The database was restored after the cursor was made: read the state again.")
    taken = and_(StoredEvent.transaction == since.transaction, StoredEvent.id <= since.id)
    wanted = select(*COLUMNS).where(
        _unseen(), _visible(cast(literal(until.sql), _PgSnapshot)), not_(taken), scope.condition()
    )
    statement = compiled(wanted.order_by(StoredEvent.transaction, StoredEvent.id).limit(MOST_MISSED + 1))
    rows = await database.fetch(statement.sql, {**statement.constants, **_since(since.seen)})
    if len(rows) > MOST_MISSED:
        raise CursorExpired("Too many events since the cursor: read the state again.")
    return _occurrences(rows, since.seen, until)


def _since(seen: Snapshot) -> dict[str, Any]:
    return {"seen": seen.sql, "start": min(seen.running, default=seen.end)}


def _occurrences(rows: Sequence[Any], before: Snapshot, after: Snapshot) -> list[Occurrence]:
    """Return the events of rows sorted by transaction and id, each with the cursor after it."""
    found = []
    for transaction, id_, *values, happened_at in rows:
        position = Position(before.until(after, transaction), transaction, id_, happened_at)
        kind, subject_id, course_id, user_id, payload = values
        found.append(Occurrence(kind, subject_id, course_id, user_id, payload, position.cursor()))
    return found


@cache
def _old() -> SqlStatement:
    gone = (
        delete(StoredEvent)
        .where(StoredEvent.happened_at < func.now() - interval(SWEPT))
        .returning(StoredEvent.id)
        .cte("gone")
    )
    return compiled(select(func.count()).select_from(gone))


async def sweep(database: Database) -> int:
    """Delete events that no subscription can resume at, and return their number."""
    ((count,),) = await database.fetch(_old().sql, _old().constants)
    return int(count)
