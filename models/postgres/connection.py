"""Statements sent by libpq's own calls: one round trip for a batch of statements, rows as plain tuples.

A psycopg cursor costs 100 µs of CPU per statement, this module 30 (decision 0007). It supports only what
reads need: parameters are sent as text that the statement casts, and every statement is prepared at first
use.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, TypeVar

from psycopg import AsyncConnection, OperationalError
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import (
    DuplicatePreparedStatement,
    FeatureNotSupported,
    InvalidSqlStatementName,
    _WaitTimeout,
    error_from_result,
)
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.waiting import wait_async

from models.postgres.value import TEXT, InvalidValue
from settings.bounds import cached_by_weight

MOST_PREPARED = 500
"""Maximum number of prepared statements per connection."""

PLACEHOLDER = re.compile(r"%\((\w+)\)s|%%")
SPECIAL = re.compile(r'(["\\])')

OIDS = {bool: 16, float: 701, datetime: 1184, timedelta: 1186}
"""OIDs of types that a statement need not cast; PostgreSQL infers all other types."""

PATIENCE = 60.0
"""Timeout in seconds of everything except reads, including the pipelined statements of an import."""

SILENCE = 1.0
"""Seconds added to the time limit of a read's statements; then the read is given up."""

CANCEL_WAIT = 1.0
"""Timeout in seconds of the request to cancel statements whose result is no longer needed."""

FORGOTTEN = (FeatureNotSupported, InvalidSqlStatementName, DuplicatePreparedStatement)
"""Errors of prepared statements: a migration has changed the columns of its result, or a proxy has chosen a
session that lacks the statement, or has it already.
"""

Rows = list[tuple[Any, ...]]
T = TypeVar("T")
Question = tuple[str, Mapping[str, Any]]
"""Text of a statement, with `%(name)s` for each of its parameters, and their values."""


class Silent(OperationalError):  # noqa: N818 (what PostgreSQL is)
    """Raised when PostgreSQL, or the network to it, does not respond in time."""


class ReadOnly(OperationalError):  # noqa: N818 (what PostgreSQL is)
    """Raised when a write is refused because the database is read-only, as a standby is."""

    def __init__(self) -> None:
        super().__init__("PostgreSQL is read-only.")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A statement in PostgreSQL's syntax, and the names of its parameters by number."""

    text: bytes
    names: tuple[str, ...]


def _weight(statement: Numbered) -> int:
    return 500 + 3 * len(statement.text)


@cached_by_weight(8_000_000, _weight)
def numbered(sql: str) -> Numbered:
    """Return a statement with `$1` in place of names."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return "%" if found[1] is None else f"${names.setdefault(found[1], len(names) + 1)}"

    return Numbered(PLACEHOLDER.sub(number, sql).encode(), tuple(names))


class PostgresConnection(AsyncConnection[Any]):
    """A psycopg connection that also runs batches of read statements.

    PostgreSQL ends a statement after `statement_timeout` seconds.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.statement_timeout = 0.0
        self.patience = PATIENCE
        self._read_names: OrderedDict[str, bytes] = OrderedDict()
        self._read_loaders: Any = None

    async def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:  # noqa: ASYNC109
        """Wait like psycopg, but in bounded time; raise `Silent` and close the connection after that."""
        try:
            return await wait_async(gen, self.pgconn.socket, interval, timeout or self.patience)
        except _WaitTimeout as error:
            self.pgconn.finish()
            raise Silent("PostgreSQL does not respond.") from error
        except asyncio.CancelledError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                await self.abandon()
            raise

    async def close(self) -> None:
        """Return the connection to its pool; close it if it has no pool.

        psycopg does not return a lost connection, so the pool would count it forever.
        """
        if (pool := getattr(self, "_pool", None)) is None:
            await super().close()
        else:
            await pool.putconn(self)

    async def abandon(self) -> None:
        """Cancel statements whose result is no longer needed, and close the connection.

        A connection whose results arrived just as it was cancelled looks idle, but may still be in pipeline
        mode: its next user would wait forever.
        """
        try:
            with suppress(OperationalError):
                await self.cancel_safe(timeout=CANCEL_WAIT)
        finally:
            self.pgconn.finish()

    async def ask(self, questions: Sequence[Question]) -> list[Rows]:
        """Return one list of rows per statement, in order; if one statement fails, raise the first error.

        Raises `Silent` if PostgreSQL does not end the statements within their time limit.
        """
        try:
            return await self._ask(questions)
        except Silent:
            self.pgconn.finish()
            raise
        except FORGOTTEN:
            return await self._ask_together(questions, anew=True)

    async def _ask(self, questions: Sequence[Question]) -> list[Rows]:
        if len(questions) == 1:
            ((sql, parameters),) = questions
            if (name := self._read_names.get(sql)) is not None:
                self._read_names.move_to_end(sql)
                self.pgconn.send_query_prepared(name, _bound(sql, parameters))
                return [self._rows(result) for result in await self._results(1, until_sync=False)]
        return await self._ask_together(questions)

    async def _ask_together(self, questions: Sequence[Question], *, anew: bool = False) -> list[Rows]:
        """Run the statements in a pipeline, and prepare new statements in it.

        `anew`: prepare all of them. A pipeline runs in one session, even behind a proxy, and closing a
        statement that the session does not have is no error: so every name stands for its own statement.
        """
        libpq = self.pgconn
        values = [_bound(sql, parameters) for sql, parameters in questions]
        if anew:
            for sql, _ in questions:
                self._read_names.pop(sql, None)
        libpq.enter_pipeline_mode()
        fresh = {sql: b"" for sql, _ in questions if sql not in self._read_names}
        closed = self._close(len(fresh), [sql for sql, _ in questions])
        sent: list[str | None] = [""] * closed  # the statement that is prepared; null for one that is run
        for (sql, parameters), bound in zip(questions, values, strict=True):
            name = self._read_names.get(sql) or fresh[sql]
            if not name:
                statement = numbered(sql)
                types = [OIDS.get(type(parameters[each]), 0) for each in statement.names]
                name = fresh[sql] = _name(sql, types)
                if anew:
                    libpq.send_close_prepared(name)
                    sent.append("")
                libpq.send_prepare(name, statement.text, types)
                sent.append(sql)
            libpq.send_query_prepared(name, bound)
            sent.append(None)
        libpq.pipeline_sync()
        results = await self._results(len(questions), until_sync=True)
        libpq.exit_pipeline_mode()
        answers = []
        for prepared, result in zip(sent, results, strict=False):
            rows = self._rows(result)
            if prepared is None:
                answers.append(rows)
            elif prepared:
                self._read_names[prepared] = fresh[prepared]
        return answers

    def _close(self, room: int, kept: Sequence[str]) -> int:
        """Close least recently used statements, except `kept`, to make room; return their number."""
        for sql in kept:
            if sql in self._read_names:
                self._read_names.move_to_end(sql)
        closed = max(0, len(self._read_names) + room - MOST_PREPARED)
        for _ in range(closed):
            self.pgconn.send_close_prepared(self._read_names.popitem(last=False)[1])
        return closed

    async def _results(self, statements: int, *, until_sync: bool) -> list[PGresult]:
        """Return the results of the sent statements; receives them while the rest is still being sent."""
        loop, libpq, socket = asyncio.get_running_loop(), self.pgconn, self.pgconn.socket
        results: list[PGresult] = []
        over: asyncio.Future[None] = loop.create_future()
        listens = True

        def receive() -> None:
            nonlocal listens
            try:
                libpq.consume_input()
                if _received(libpq, results, until_sync):
                    _settle(over)
                elif libpq.status == ConnStatus.BAD:
                    raise OperationalError("The connection is lost.")  # noqa: TRY301 (handled as what libpq raises)
                else:
                    # uvloop reports a reset socket only once, even if there is more to read.
                    loop.remove_reader(socket)
                    loop.add_reader(socket, receive)
            except OperationalError as error:
                # Remove immediately: libpq has closed the socket, and the next opened socket may get its
                # number.
                listens = False
                loop.remove_reader(socket)
                loop.remove_writer(socket)
                if not over.done():
                    over.set_exception(error)

        def give_up() -> None:
            if not over.done():
                over.set_exception(Silent("PostgreSQL does not respond."))

        silence = loop.call_later(self.statement_timeout * statements + SILENCE, give_up)
        loop.add_reader(socket, receive)
        try:
            if libpq.flush():
                await self._flushed(loop, over)
            await over
        finally:
            silence.cancel()
            if listens:
                loop.remove_reader(socket)
        return results

    async def _flushed(self, loop: asyncio.AbstractEventLoop, over: "asyncio.Future[None]") -> None:
        """Send the rest as the socket accepts it."""
        libpq, socket = self.pgconn, self.pgconn.socket
        while not over.done() and libpq.flush():
            writable: asyncio.Future[None] = loop.create_future()
            loop.add_writer(socket, _settle, writable)
            try:
                await asyncio.wait([writable, over], return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not over.done() or over.exception() is None:
                    loop.remove_writer(socket)

    def _rows(self, result: PGresult) -> Rows:
        status = result.status
        if status == ExecStatus.TUPLES_OK:
            if self._read_loaders is None:
                self._read_loaders = Transformer(self)
            self._read_loaders.set_pgresult(result)
            rows: Rows = self._read_loaders.load_rows(0, result.ntuples, tuple)
            return rows
        if status == ExecStatus.COMMAND_OK:
            return []
        raise error_from_result(result, encoding="utf-8")


def _name(sql: str, types: Sequence[int]) -> bytes:
    """Return the name of a prepared statement: a hash, so that a name never stands for another statement.

    A proxy such as PgBouncer in transaction mode runs the statements of a client in sessions that other
    clients have prepared statements in.
    """
    return b"r_" + blake2b(f"{sql}{types}".encode(), digest_size=16).hexdigest().encode()


def _received(libpq: Any, results: list[PGresult], until_sync: bool) -> bool:
    """Collect the received results; return whether all are there."""
    is_between = False
    while not libpq.is_busy():
        result = libpq.get_result()
        if result is None:
            if not until_sync:
                return True
            if is_between:
                return False
            is_between = True
        elif result.status == ExecStatus.PIPELINE_SYNC:
            return True
        else:
            is_between = False
            results.append(result)
    return False


def _bound(sql: str, parameters: Mapping[str, Any]) -> list[bytes | None]:
    return [encoded(parameters[name]) for name in numbered(sql).names]


def encoded(value: Any) -> bytes | None:
    """Return a parameter as PostgreSQL's text form; raise `InvalidValue` for text that it cannot store."""
    if value is None:
        return None
    text = value if type(value) is str else _text(value)
    try:
        raw = text.encode()
    except UnicodeEncodeError as error:
        raise InvalidValue(TEXT) from error
    if b"\0" in raw:
        raise InvalidValue(TEXT)
    return raw


def _text(value: Any) -> str:
    write = TEXTS.get(type(value))
    if write is not None:
        return write(value)
    if isinstance(value, str):
        return str(value)
    return bytes(Transformer().get_dumper(value, PyFormat.TEXT).dump(value) or b"").decode()


def _array(values: Sequence[Any]) -> str:
    return "{" + ",".join([_element(value) for value in values]) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list | tuple):
        return _array(value)
    text = value if type(value) is str else _text(value)
    if '"' in text or "\\" in text:
        text = SPECIAL.sub(r"\\\1", text)
    return f'"{text}"'


TEXTS: Mapping[type, Callable[[Any], str]] = {
    bool: lambda value: "t" if value else "f",
    int: str,
    float: str,
    datetime: datetime.isoformat,
    bytes: lambda value: f"\\x{value.hex()}",
    list: _array,
    tuple: _array,
}
"""Text form by type; psycopg converts all other types."""


def _settle(done: "asyncio.Future[None]") -> None:
    if not done.done():
        done.set_result(None)
