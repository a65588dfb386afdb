"""Reasons why a database cannot be used, each one sentence for the operator."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors
from sqlalchemy.exc import DBAPIError

from models.postgres.server_account import ClusterError


class DatabaseRefused(ClusterError):  # noqa: N818 (what is done to the database)
    """Raised when a database cannot be used as it is; the message is one sentence, without passwords."""


TAKEN = (errors.DuplicateTable, errors.DuplicateObject, errors.DuplicateFunction, errors.DuplicateSchema)


@contextmanager
def refusing() -> Iterator[None]:
    """Turn errors of PostgreSQL into `DatabaseRefused`."""
    try:
        yield
    except psycopg.Error as error:
        raise DatabaseRefused(sentence(error)) from error
    except DBAPIError as error:
        if not isinstance(error.orig, psycopg.Error):
            raise
        raise DatabaseRefused(sentence(error.orig)) from error


def sentence(error: psycopg.Error) -> str:
    """Return an error of PostgreSQL or libpq as one sentence."""
    said = _message(error)
    match error:
        case errors.InsufficientPrivilege():
            return f"The role of SCHOLAGRAPH_DATABASE_URL lacks a privilege: {said}."
        case errors.ReadOnlySqlTransaction():
            return f"The database is read-only: {said}."
        case _ if isinstance(error, TAKEN):
            return (
                f"The database has objects of another program: {said}; "
                "give Scholagraph a schema or a database of its own."
            )
        case psycopg.OperationalError() if error.sqlstate is None:
            return f"The database cannot be reached: {said}."
    return f"PostgreSQL refuses: {said}."


def _message(error: psycopg.Error) -> str:
    """Return the message in one line; of several attempts to connect, all."""
    if error.diag.message_primary:
        return error.diag.message_primary.rstrip(".")
    lines = [" ".join(line.split()) for line in str(error).splitlines() if line.strip()] or ["no reason"]
    attempts = [line.rpartition("connection failed: ")[2] for line in lines if line.startswith("- host: ")]
    told = "; ".join(attempts or lines[:1])
    return told.removeprefix("connection failed: ").removeprefix("connection is bad: ").rstrip(".")
