"""Events: recorded by the commands that make them, read by the process's feed and by who resumes."""

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
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import UserDefinedType, Uuid

from models.events.event import CHANNEL, EventKind, StoredEvent
from models.postgres.database import Database
from resolvers.events.snapshot import Snapshot
from resolvers.loading.keyset import decode_cursor, encode_cursor
from resolvers.loading.sql import SqlStatement, compiled, interval
from resolvers.operations.errors import BadUserInput, CodedError

KEPT = timedelta(hours=24)
"""For how long a subscription can be resumed."""

SWEPT = KEPT + timedelta(hours=1)
"""Age at which events go; the hour more is for transactions that write early and commit late."""

MOST_MISSED = 1000
"""Events with which a subscription resumes; who missed more reads the state anew."""

NO_PAYLOAD: Mapping[str, Any] = MappingProxyType({})


class CursorExpired(CodedError):  # noqa: N818 (what a cursor is)
    """Too much has happened since a cursor, or too long ago: read the state anew, subscribe without it."""

    code = "CURSOR_EXPIRED"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event as subscribers take it; a subscription that resumes at `cursor` goes on after it."""

    kind: str
    subject_id: str
    course_id: str | None
    user_id: str | None
    payload: Mapping[str, Any]
    cursor: str


@dataclass(frozen=True, slots=True)
class Position:
    """What who resumes has taken: all that `seen` sees, and of `transaction` the events up to `id`."""

    seen: Snapshot
    transaction: int
    id: int
    at: datetime

    def cursor(self) -> str:
        """It as opaque text."""
        return encode_cursor("event", [str(self.seen), self.transaction, self.id, self.at])

    @classmethod
    def parse(cls, cursor: str, argument: str) -> "Position":
        """A position from its text; `BadUserInput` where it is none, `CursorExpired` where it is too old."""
        types = (Text(), BigInteger(), BigInteger(), DateTime())
        seen, transaction, id_, at = decode_cursor(cursor, "event", types, argument)
        try:
            position = cls(Snapshot.parse(seen), transaction, id_, at)
        except ValueError as error:
            raise BadUserInput(f"The cursor given as '{argument}' is none of an event.") from error
        if at < datetime.now(UTC) - KEPT:
            raise CursorExpired(f"The cursor given as '{argument}' is too old: read the state anew.")
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
    """Note in the change's own transaction that it happened; subscribers hear of it once it is committed."""
    event = insert(StoredEvent).values(
        kind=kind.value,
        subject_id=subject_id,
        course_id=course_id,
        user_id=user_id,
        payload=dict(payload),
    )
    await session.execute(event.returning(func.pg_notify(CHANNEL, "")))


class _Xid(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction ids."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


class _PgSnapshot(UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "pg_snapshot"


NOW = func.pg_current_snapshot()
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
    """Events of transactions that the snapshot `seen` does not see; none of them is below `start`."""
    return and_(StoredEvent.transaction >= START, not_(_visible(cast(SEEN, _PgSnapshot))))


@cache
def _news() -> SqlStatement:
    # What a dump brought from another cluster may name transactions that are still to come here.
    always = select(literal(1).label("one")).subquery("always")
    found = and_(_unseen(), _visible(NOW))
    statement = select(cast(NOW, Text), *COLUMNS).select_from(always.outerjoin(StoredEvent, found))
    return compiled(statement.order_by(StoredEvent.transaction, StoredEvent.id))


async def snapshot_now(database: Database) -> Snapshot:
    """What is over by now."""
    ((text,),) = await database.fetch("SELECT pg_current_snapshot()::text", {})
    return Snapshot.parse(text)


async def news(database: Database, seen: Snapshot) -> tuple[Snapshot, list[Occurrence]]:
    """What is over by now, and the events that `seen` does not see, in their order."""
    rows = await database.fetch(_news().sql, {**_news().constants, **_since(seen)})
    now = Snapshot.parse(rows[0][0])
    return now, _occurrences([row[1:] for row in rows if row[1] is not None], seen, now)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which events are wanted: of these kinds, about a course or a subject where one is named.

    Of those that concern a user, `user_id`'s own, of the users of courses that are in `teaches`, or all.
    """

    kinds: frozenset[EventKind]
    course_id: str | None = None
    subject_id: str | None = None
    user_id: str | None = None
    teaches: frozenset[str] = frozenset()
    is_staff: bool = False

    def holds(self, event: Occurrence) -> bool:
        """Whether it wants an event whose kind and place are right already."""
        return (
            event.user_id is None
            or event.user_id == self.user_id
            or self.is_staff
            or event.course_id in self.teaches
        )

    def condition(self) -> ColumnElement[bool]:
        """The same in SQL, kind and place included."""
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
    """Events of a scope after `since` that `until` sees; `CursorExpired` where they are too many."""
    taken = and_(StoredEvent.transaction == since.transaction, StoredEvent.id <= since.id)
    wanted = select(*COLUMNS).where(
        _unseen(), _visible(cast(literal(str(until)), _PgSnapshot)), not_(taken), scope.condition()
    )
    statement = compiled(wanted.order_by(StoredEvent.transaction, StoredEvent.id).limit(MOST_MISSED + 1))
    rows = await database.fetch(statement.sql, {**statement.constants, **_since(since.seen)})
    if len(rows) > MOST_MISSED:
        raise CursorExpired("Too much has happened since the cursor: read the state anew.")
    return _occurrences(rows, since.seen, until)


def _since(seen: Snapshot) -> dict[str, Any]:
    return {"seen": str(seen), "start": min(seen.running, default=seen.end)}


def _occurrences(rows: Sequence[Any], before: Snapshot, after: Snapshot) -> list[Occurrence]:
    """Rows in the order of transaction and id, each with the cursor of who has taken all up to it."""
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
    """Remove events that no subscription can resume at any more, and say how many they were."""
    ((count,),) = await database.fetch(_old().sql, _old().constants)
    return int(count)
