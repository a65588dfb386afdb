"""Access to PostgreSQL: one psycopg pool, used directly for reads and by SQLAlchemy sessions for writes."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import orjson
from psycopg import DataError, OperationalError
from psycopg.errors import (
    CharacterNotInRepertoire,
    CheckViolation,
    DatetimeFieldOverflow,
    IntervalFieldOverflow,
    NumericValueOutOfRange,
    ReadOnlySqlTransaction,
    UntranslatableCharacter,
)
from psycopg.types.json import set_json_loads
from psycopg.types.string import TextLoader
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import NullPool, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from models.postgres.address import SESSION, conninfo
from models.postgres.connection import PostgresConnection, Question, ReadOnly, Rows, Silent
from models.postgres.value import TEXT, InvalidValue

RECONNECT_WAIT = 1.0
"""Seconds until a pool gives up connecting.

The next request makes the pool try again, so that a PostgreSQL that was down for long is found soon after its
return. Longer limits would double each pause.
"""

CHECK_WAIT = 1.0
"""Timeout in seconds of the check whether a connection is alive."""

BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"
"""Statement that begins a transaction; it names the level because a proxy may choose any session."""

Reading = tuple[Question, "asyncio.Future[Rows]"]
"""A statement and the future of its rows."""


class ConnectionPool(AsyncConnectionPool[PostgresConnection]):
    """psycopg's pool with a bounded check: a connection that does not respond delays it only briefly."""

    @staticmethod
    async def check_connection(conn: PostgresConnection) -> None:
        """Raise `OperationalError` if the connection is not alive."""
        patience, conn.patience = conn.patience, CHECK_WAIT
        try:
            await AsyncConnectionPool.check_connection(conn)
        finally:
            conn.patience = patience


class Database:
    """Connections to one database; `url` is a `postgresql://` URL for libpq.

    In seconds: a request waits at most `pool_wait` for a connection, a statement runs at most
    `statement_timeout`.
    """

    def __init__(
        self, url: str, pool_size: int = 8, *, pool_wait: float = 2.0, statement_timeout: float = 5.0
    ) -> None:
        self._pool = ConnectionPool(
            conninfo(url),
            min_size=1,
            max_size=pool_size,
            timeout=pool_wait,
            reconnect_timeout=RECONNECT_WAIT,
            open=False,
            connection_class=PostgresConnection,
            configure=partial(_configure, statement_timeout=statement_timeout),
        )
        engine = create_async_engine("postgresql+psycopg://", async_creator=self._take, poolclass=NullPool)
        event.listen(engine.sync_engine, "begin", _begin)
        event.listen(engine.sync_engine, "before_cursor_execute", _note)
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)
        self._idle: list[PostgresConnection] = []
        self._waiting = 0
        self._ending: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Connect; raise `psycopg_pool.PoolTimeout` if PostgreSQL does not respond within ten seconds."""
        await self._pool.open(wait=True, timeout=10)

    async def close(self) -> None:
        """Close all connections."""
        await asyncio.gather(*self._ending, return_exceptions=True)
        while self._idle:
            await self._pool.putconn(self._idle.pop())
        await self._pool.close()

    def figures(self) -> dict[str, int]:
        """Return the numbers of connections, of free connections, and of requests that wait for one."""
        told = self._pool.get_stats()
        return {
            "connections": told.get("pool_size", 0),
            "free": told.get("pool_available", 0) + len(self._idle),
            "waiting": told.get("requests_waiting", 0),
        }

    async def fetch(self, sql: str, parameters: Mapping[str, Any]) -> Rows:
        """Return all rows of one statement, as plain tuples."""
        return (await self.fetch_all([(sql, parameters)]))[0]

    async def fetch_all(self, questions: Sequence[Question]) -> list[Rows]:
        """Return one list of rows per statement, in order; the statements are sent in one batch.

        If one fails, all fail. If PostgreSQL has ended the connection (by a restart, for example), the
        statements are run again on another connection. If PostgreSQL does not respond, they are not repeated.
        """
        connection = await self._take()
        try:
            return await self._ask(connection, questions)
        except OperationalError as error:
            if isinstance(error, Silent) or not connection.broken:
                raise
        while self._idle:
            await self._pool.putconn(self._idle.pop())
        await self._pool.check()
        return await self._ask(await self._take(), questions)

    async def _ask(self, connection: PostgresConnection, questions: Sequence[Question]) -> list[Rows]:
        """Return one list of rows per statement; the connection is always returned."""
        try:
            rows = await connection.ask(questions)
        except asyncio.CancelledError:
            ending = asyncio.create_task(self._stop(connection))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
            raise
        except BaseException as error:
            await self._pool.putconn(connection)
            if isinstance(error, ReadOnlySqlTransaction):
                raise ReadOnly from error
            if is_unheld(error):
                raise InvalidValue(OUT_OF_RANGE) from error
            raise
        if self._waiting:
            await self._pool.putconn(connection)
        else:
            self._idle.append(connection)
        return rows

    async def _take(self) -> PostgresConnection:
        """Return a connection left by a read, else one of the pool."""
        if self._idle:
            return self._idle.pop()
        self._waiting += 1
        try:
            return await self._pool.getconn()
        finally:
            self._waiting -= 1

    async def _stop(self, connection: PostgresConnection) -> None:
        """Cancel statements whose result is no longer needed, and let the pool open a new connection."""
        await connection.abandon()
        await self._pool.putconn(connection)

    @asynccontextmanager
    async def transaction(self, noted: list[str] | None = None) -> AsyncIterator[AsyncSession]:
        """Open a session in one transaction: committed at the end of the block, rolled back on an exception.

        The text of each statement is appended to `noted`. A database that does not respond raises psycopg's
        errors, as reads do; a read-only database (a standby) raises `ReadOnly`. A value that no column holds
        raises `InvalidValue`, as in reads.
        """
        try:
            async with self._sessions.begin() as session:
                await session.connection(execution_options={"noted": noted})
                yield session
        except DBAPIError as error:
            if isinstance(error.orig, OperationalError):
                raise error.orig from error
            if isinstance(error.orig, ReadOnlySqlTransaction):
                raise ReadOnly from error
            if is_unheld(error.orig):
                raise InvalidValue(OUT_OF_RANGE) from error
            raise
        except UnicodeEncodeError as error:
            raise InvalidValue(TEXT) from error


UNHELD = (
    CharacterNotInRepertoire,
    CheckViolation,
    DatetimeFieldOverflow,
    IntervalFieldOverflow,
    NumericValueOutOfRange,
    UntranslatableCharacter,
)
OUT_OF_RANGE = "A value is out of the range that can be stored."


def is_unheld(error: BaseException | None) -> bool:
    """Return whether PostgreSQL or psycopg refuses a value from outside that no door has refused."""
    return isinstance(error, UNHELD) or type(error) is DataError  # psycopg's own, for a text with NUL


MOST_TOGETHER = 16
"""Maximum number of statements in a batch; more would wait for each other, so they get another connection."""


class BatchReader:
    """Reads of a request, or of several: statements requested in the same turn of the loop form one batch."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._others: list[Reading] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def fetch(self, sql: str, parameters: Mapping[str, Any]) -> Rows:
        """Return all rows of one statement, as plain tuples."""
        if self._others is not None and len(self._others) < MOST_TOGETHER - 1:
            return await self._with_others((sql, parameters), self._others)
        others: list[Reading] = []
        self._others = others
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            if others:
                self._send(others)
            raise
        finally:
            if self._others is others:
                self._others = None
        if not others:
            return await self._database.fetch(sql, parameters)
        answer = self._with_others((sql, parameters), others)
        self._send(others)
        return await answer

    def _with_others(self, question: Question, others: list[Reading]) -> "asyncio.Future[Rows]":
        answer: asyncio.Future[Rows] = asyncio.get_running_loop().create_future()
        others.append((question, answer))
        return answer

    def _send(self, together: Sequence[Reading]) -> None:
        """Run the batch in its own task; the task is cancelled when every caller has gone."""
        task = asyncio.create_task(self._answer(together))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

        def left(_: asyncio.Future[Rows]) -> None:
            if all(answer.cancelled() for _, answer in together):
                task.cancel()

        for _, answer in together:
            answer.add_done_callback(left)

    async def _answer(self, together: Sequence[Reading]) -> None:
        try:
            results = await self._database.fetch_all([question for question, _ in together])
        except Exception as error:  # noqa: BLE001 (it goes to whoever asked)
            # Only statements run one by one show which of them failed; a lost database fails all of them.
            if len(together) == 1 or isinstance(error, OperationalError):
                for _, answer in together:
                    _settle(answer, error)
                return
            for each in together:
                if not each[1].done():
                    await self._answer([each])
        else:
            for (_, answer), rows in zip(together, results, strict=True):
                if not answer.done():
                    answer.set_result(rows)


def _settle(answer: "asyncio.Future[Rows]", error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)


async def _configure(connection: PostgresConnection, statement_timeout: float) -> None:
    """Set up a connection: ids as text, JSON by the fast parser, no transaction for reads."""
    connection.statement_timeout = statement_timeout
    connection.adapters.register_loader("uuid", TextLoader)
    set_json_loads(orjson.loads, connection)
    connection.prepare_threshold = None  # after a rollback psycopg would drop all prepared statements
    await connection.set_autocommit(True)
    # Everything that matters for a plan is in the statement's text (`resolvers.loading.sql`). With custom
    # plans PostgreSQL would plan each time, because it assumes ten keys per list: a third of a deep read.
    own = (
        f"SET statement_timeout = {round(1000 * statement_timeout)}; SET plan_cache_mode = force_generic_plan"
    )
    await connection.execute(f"{SESSION}; {own}".encode())


def _begin(connection: SyncConnection) -> None:
    """Begin the transaction: connections do not by themselves, because most are lent for reads."""
    connection.exec_driver_sql(BEGIN)


def _note(connection: SyncConnection, _cursor: Any, sql: str, *_: Any) -> None:
    noted = connection.get_execution_options().get("noted")
    if noted is not None and sql != BEGIN:
        noted.append(sql)
