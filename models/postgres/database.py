"""The way to PostgreSQL: one psycopg pool, used directly for reads and by SQLAlchemy sessions for writes."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import orjson
from psycopg import OperationalError
from psycopg.errors import ReadOnlySqlTransaction
from psycopg.types.json import set_json_loads
from psycopg.types.string import TextLoader
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import NullPool, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from models.postgres.connection import PostgresConnection, Question, Rows, Silent, conninfo

RECONNECT_WAIT = 1.0
"""Seconds after which a pool gives up to connect: who asks next makes it try again, so that a PostgreSQL that
was away for long is found a moment after it is back. Pauses would double each time otherwise."""

CHECK_WAIT = 1.0
"""Seconds in which a connection has to say whether it lives."""

Reading = tuple[Question, "asyncio.Future[Rows]"]
"""A statement, and who waits for its rows."""


class ConnectionPool(AsyncConnectionPool[PostgresConnection]):
    """psycopg's pool, which is not kept long by a connection that is silent."""

    @staticmethod
    async def check_connection(conn: PostgresConnection) -> None:
        """Raise an `OperationalError` where the connection does not live."""
        patience, conn.patience = conn.patience, CHECK_WAIT
        try:
            await AsyncConnectionPool.check_connection(conn)
        finally:
            conn.patience = patience


class Database:
    """Connections to one database; `url` is a `postgresql://` URL as libpq reads it.

    In seconds, a request waits at most `pool_wait` for a connection, a statement takes `statement_timeout`.
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
        """Connect, or raise `psycopg_pool.PoolTimeout` when PostgreSQL does not answer within ten seconds."""
        await self._pool.open(wait=True, timeout=10)

    async def close(self) -> None:
        """Close all connections."""
        await asyncio.gather(*self._ending, return_exceptions=True)
        while self._idle:
            await self._pool.putconn(self._idle.pop())
        await self._pool.close()

    def figures(self) -> dict[str, int]:
        """How many connections there are, how many of them are free, and how many requests wait for one."""
        told = self._pool.get_stats()
        return {
            "connections": told.get("pool_size", 0),
            "free": told.get("pool_available", 0) + len(self._idle),
            "waiting": told.get("requests_waiting", 0),
        }

    async def fetch(self, sql: str, parameters: Mapping[str, Any]) -> Rows:
        """All rows of one statement, as plain tuples."""
        return (await self.fetch_all([(sql, parameters)]))[0]

    async def fetch_all(self, questions: Sequence[Question]) -> list[Rows]:
        """Rows of several statements, which go to PostgreSQL together.

        Where one fails, all do. A connection that PostgreSQL has ended meanwhile (by a restart, say) is not
        the request's fault: what it was to read is read again on another. Where PostgreSQL is silent it is
        not asked twice.
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
        """Rows of each statement; the connection is given back whatever comes of it."""
        try:
            rows = await connection.ask(questions)
        except asyncio.CancelledError:
            ending = asyncio.create_task(self._stop(connection))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
            raise
        except BaseException:
            await self._pool.putconn(connection)
            raise
        if self._waiting:
            await self._pool.putconn(connection)
        else:
            self._idle.append(connection)
        return rows

    async def _take(self) -> PostgresConnection:
        """A connection: one that a read has left, else of the pool."""
        if self._idle:
            return self._idle.pop()
        self._waiting += 1
        try:
            return await self._pool.getconn()
        finally:
            self._waiting -= 1

    async def _stop(self, connection: PostgresConnection) -> None:
        """Have PostgreSQL stop what nobody waits for any more, and let the pool have a new connection."""
        await connection.abandon()
        await self._pool.putconn(connection)

    @asynccontextmanager
    async def transaction(self, noted: list[str] | None = None) -> AsyncIterator[AsyncSession]:
        """One session in one transaction: committed at the end of the block, rolled back by an exception.

        The text of each statement is appended to `noted`. A database that does not answer raises what psycopg
        raises, as reads do; one that only reads (a standby, a full disk) an `OperationalError` as well.
        """
        try:
            async with self._sessions.begin() as session:
                await session.connection(execution_options={"noted": noted})
                yield session
        except DBAPIError as error:
            if isinstance(error.orig, OperationalError):
                raise error.orig from error
            if isinstance(error.orig, ReadOnlySqlTransaction):
                raise OperationalError("PostgreSQL takes no writes now.") from error
            raise


MOST_TOGETHER = 16
"""Statements that go together: others get a connection of their own, as these come one after the other."""


class BatchReader:
    """The reads of a request, or of several: statements that are asked for at the same moment go together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._others: list[Reading] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def fetch(self, sql: str, parameters: Mapping[str, Any]) -> Rows:
        """All rows of one statement, as plain tuples."""
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
        """Ask, in a task of its own; when nobody waits for any answer any more, it ends."""
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
            # Of several, only asking one by one tells whose error it is; a database that is away tells all.
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
    """Ids come as text, as clients see them; JSON by the fast parser; a read needs no transaction."""
    connection.statement_timeout = statement_timeout
    connection.adapters.register_loader("uuid", TextLoader)
    set_json_loads(orjson.loads, connection)
    connection.prepare_threshold = None  # after a rollback psycopg would drop what is prepared, ours too
    await connection.set_autocommit(True)
    await connection.execute(f"SET statement_timeout = {round(1000 * statement_timeout)}")
    await connection.execute("SET timezone = 'UTC'")
    # What matters for a plan stands in the statement's text (`resolvers.loading.sql`). PostgreSQL would plan
    # anew each time, since it takes a list of keys for ten: a third of what a deep read costs.
    await connection.execute("SET plan_cache_mode = force_generic_plan")


def _begin(connection: SyncConnection) -> None:
    """Connections do not begin transactions by themselves, because most are lent for reads."""
    connection.exec_driver_sql("BEGIN")


def _note(connection: SyncConnection, _cursor: Any, sql: str, *_: Any) -> None:
    noted = connection.get_execution_options().get("noted")
    if noted is not None and sql != "BEGIN":
        noted.append(sql)
