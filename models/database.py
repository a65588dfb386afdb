"""The way to PostgreSQL: one psycopg pool, used directly for reads and by SQLAlchemy sessions for writes."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
from psycopg import OperationalError
from psycopg.types.json import set_json_loads
from psycopg.types.string import TextLoader
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import NullPool, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from models.connection import Connection, Question, Rows

POOL_WAIT = 2.0
"""Seconds that a request waits for a connection before it is refused."""

CANCEL_WAIT = 1.0
"""Seconds for which PostgreSQL is asked to stop what nobody waits for any more."""

STATEMENT_TIMEOUT = 5000
"""Milliseconds after which PostgreSQL ends a statement."""

Reading = tuple[Question, "asyncio.Future[Rows]"]
"""A statement, and who waits for its rows."""


class Database:
    """Connections to one database; `url` is a `postgresql://` URL as libpq reads it."""

    def __init__(self, url: str, pool_size: int = 8) -> None:
        conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._pool = AsyncConnectionPool(
            conninfo,
            min_size=1,
            max_size=pool_size,
            timeout=POOL_WAIT,
            open=False,
            connection_class=Connection,
            configure=_configure,
            close_returns=True,
        )
        engine = create_async_engine(
            "postgresql+psycopg://", async_creator=self._pool.getconn, poolclass=NullPool
        )
        event.listen(engine.sync_engine, "begin", _begin)
        event.listen(engine.sync_engine, "before_cursor_execute", _note)
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def open(self) -> None:
        """Connect, or raise `psycopg_pool.PoolTimeout` when PostgreSQL does not answer within ten seconds."""
        await self._pool.open(wait=True, timeout=10)

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close()

    def figures(self) -> dict[str, int]:
        """How many connections there are, how many of them are free, and how many requests wait for one."""
        told = self._pool.get_stats()
        return {
            "connections": told.get("pool_size", 0),
            "free": told.get("pool_available", 0),
            "waiting": told.get("requests_waiting", 0),
        }

    async def fetch(self, sql: str, parameters: Mapping[str, Any]) -> Rows:
        """All rows of one statement, as plain tuples."""
        return (await self.fetch_all([(sql, parameters)]))[0]

    async def fetch_all(self, questions: Sequence[Question], loan: "Loan | None" = None) -> list[Rows]:
        """Rows of several statements, which go to PostgreSQL together on the connection of `loan`.

        Where one fails, all do. A connection that PostgreSQL has ended meanwhile (by a restart, say) is not
        the request's fault: what it was to read is read again on another.
        """
        loan = loan or Loan()
        connection = await self._pool.getconn()
        try:
            return await loan.ask(connection, questions)
        except Exception as error:
            is_gone = isinstance(error, OperationalError) and connection.broken
            if not is_gone:
                raise
        finally:
            await self._pool.putconn(connection)
        await self._pool.check()
        async with self._pool.connection() as another:
            return await loan.ask(another, questions)

    @asynccontextmanager
    async def transaction(self, noted: list[str] | None = None) -> AsyncIterator[AsyncSession]:
        """One session in one transaction: committed at the end of the block, rolled back by an exception.

        The text of each statement is appended to `noted`. A database that does not answer raises what psycopg
        raises, as reads do.
        """
        try:
            async with self._sessions.begin() as session:
                await session.connection(execution_options={"noted": noted})
                yield session
        except DBAPIError as error:
            if isinstance(error.orig, OperationalError):
                raise error.orig from error
            raise


class Loan:
    """A connection while it works for some statements, so that others can have it stop."""

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._cancelling: asyncio.Task[None] | None = None

    async def ask(self, connection: Connection, questions: Sequence[Question]) -> list[Rows]:
        """Rows of each statement; a cancellation under way is over before the connection goes back."""
        self._connection = connection
        try:
            return await connection.ask(questions)
        finally:
            self._connection = None
            if self._cancelling is not None:
                await self._cancelling

    def cancel(self) -> None:
        """Have PostgreSQL stop. The work itself goes on: a pipeline left half way spoils its connection."""
        if self._connection is not None and self._cancelling is None:
            self._cancelling = asyncio.create_task(self._connection.cancel_safe(timeout=CANCEL_WAIT))


class Reader:
    """The reads of one request: statements that are asked for at the same moment go together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[Reading] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def fetch(self, sql: str, parameters: Mapping[str, Any]) -> Rows:
        """All rows of one statement, as plain tuples."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._send)
        answer: asyncio.Future[Rows] = loop.create_future()
        self._waiting.append(((sql, parameters), answer))
        return await answer

    def _send(self) -> None:
        """Ask, in a task of its own; when nobody waits for any answer any more, PostgreSQL stops working."""
        together, self._waiting = self._waiting, []
        loan = Loan()
        task = asyncio.create_task(self._answer(together, loan))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

        def left(_: asyncio.Future[Rows]) -> None:
            if all(answer.cancelled() for _, answer in together):
                loan.cancel()

        for _, answer in together:
            answer.add_done_callback(left)

    async def _answer(self, together: Sequence[Reading], loan: Loan) -> None:
        try:
            results = await self._database.fetch_all([question for question, _ in together], loan)
        except Exception as error:  # noqa: BLE001 (it goes to whoever asked)
            # Of several, only asking one by one tells whose error it is; a database that is away tells all.
            if len(together) == 1 or isinstance(error, OperationalError):
                for _, answer in together:
                    _settle(answer, error)
                return
            for each in together:
                if not each[1].done():
                    await self._answer([each], loan)
        else:
            for (_, answer), rows in zip(together, results, strict=True):
                if not answer.done():
                    answer.set_result(rows)


def _settle(answer: asyncio.Future[Rows], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)


async def _configure(connection: Connection) -> None:
    """Ids come as text, as clients see them; JSON by the fast parser; a read needs no transaction."""
    connection.adapters.register_loader("uuid", TextLoader)
    set_json_loads(orjson.loads, connection)
    connection.prepare_threshold = None  # after a rollback psycopg would drop what is prepared, ours too
    await connection.set_autocommit(True)
    await connection.execute(f"SET statement_timeout = {STATEMENT_TIMEOUT}")
    await connection.execute("SET timezone = 'UTC'")


def _begin(connection: SyncConnection) -> None:
    """Connections do not begin transactions by themselves, because most are lent for reads."""
    connection.exec_driver_sql("BEGIN")


def _note(connection: SyncConnection, _cursor: Any, sql: str, *_: Any) -> None:
    noted = connection.get_execution_options().get("noted")
    if noted is not None and sql != "BEGIN":
        noted.append(sql)
