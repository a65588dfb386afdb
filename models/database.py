"""The way to PostgreSQL: one psycopg pool, used directly for reads and by SQLAlchemy sessions for writes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
from psycopg import AsyncConnection
from psycopg.types.json import set_json_loads
from psycopg.types.string import TextLoader
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import Connection, NullPool, event, make_url
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

POOL_WAIT = 2.0
"""Seconds that a request waits for a connection before it is refused."""

STATEMENT_TIMEOUT = 5000
"""Milliseconds after which PostgreSQL ends a statement."""


async def _configure(connection: AsyncConnection[Any]) -> None:
    """Ids come as text, as clients see them; JSON by the fast parser; a read needs no transaction."""
    connection.adapters.register_loader("uuid", TextLoader)
    set_json_loads(orjson.loads, connection)
    await connection.set_autocommit(True)
    await connection.execute(f"SET statement_timeout = {STATEMENT_TIMEOUT}")
    await connection.execute("SET timezone = 'UTC'")


async def _reset(connection: AsyncConnection[Any]) -> None:
    """Give a connection back as reads expect it, whatever a session did with it."""
    if not connection.autocommit:
        await connection.set_autocommit(True)


def _note(connection: Connection, _cursor: Any, sql: str, *_: Any) -> None:
    if (noted := connection.get_execution_options().get("noted")) is not None:
        noted.append(sql)


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
            configure=_configure,
            reset=_reset,
            check=AsyncConnectionPool.check_connection,
            close_returns=True,
        )
        engine = create_async_engine(
            "postgresql+psycopg://", async_creator=self._connection_for_writing, poolclass=NullPool
        )
        event.listen(engine.sync_engine, "before_cursor_execute", _note)
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def open(self) -> None:
        """Connect, or raise `psycopg_pool.PoolTimeout` when PostgreSQL does not answer within ten seconds."""
        await self._pool.open(wait=True, timeout=10)

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close()

    async def fetch(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows of one statement, as plain tuples."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(sql, parameters)
            return await cursor.fetchall()

    @asynccontextmanager
    async def transaction(self, noted: list[str] | None = None) -> AsyncIterator[AsyncSession]:
        """One session in one transaction: committed at the end of the block, rolled back by an exception.

        The text of each statement is appended to `noted`.
        """
        async with self._sessions.begin() as session:
            await session.connection(execution_options={"noted": noted})
            yield session

    async def _connection_for_writing(self) -> AsyncConnection[Any]:
        connection = await self._pool.getconn()
        await connection.set_autocommit(False)
        return connection
