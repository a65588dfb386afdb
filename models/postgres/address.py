"""Address of a database, as libpq reads it, and the session that each connection to it begins with.

Everything that reaches a connection from outside passes here: the URL, libpq's environment variables, and
defaults of the server, of the database and of the role.
"""

import os
from collections.abc import Mapping

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo

from models.postgres.refusal import DatabaseRefused

SCHEMES = ("postgresql://", "postgres://")

WATCHED = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
"""Network timeouts used if the URL sets none; the kernel's own timeout is hours."""

SESSION = """
SET DateStyle = 'ISO, MDY';
SET IntervalStyle = 'postgres';
SET TimeZone = 'UTC';
SET standard_conforming_strings = on;
SET extra_float_digits = 1;
SET bytea_output = 'hex';
SET array_nulls = on;
SET transform_null_equals = off;
SET default_transaction_isolation = 'read committed'
"""
"""Statements that make a session independent of the defaults of its role, database and environment.

One round trip per connection. They are no startup parameters, because PgBouncer refuses these. The schema
stays as the URL or the role's `search_path` names it, and `default_transaction_read_only` as the operator
set it.
"""

OTHERS = (
    "PGDATESTYLE",
    "PGGEQO",
    "PGLOCALEDIR",
    "PGREALM",
    "PGREQUIRESSL",
    "PGSERVICEFILE",
    "PGSYSCONFDIR",
    "PGTZ",
)
"""libpq's environment variables that stand for no parameter of a connection."""

UNREADABLE = (
    "SCHOLAGRAPH_DATABASE_URL is not a URL that libpq can read: write "
    "postgresql://user:password@host:5432/database, and percent-encode special characters in its parts."
)
AMBIGUOUS = (
    "SCHOLAGRAPH_DATABASE_URL has an '@' or a '/' that may be part of the password: "
    "write '@' as %40 and '/' as %2F."
)


def conninfo(url: str) -> str:
    """Return a URL as libpq's connection string, in UTF-8 and with network timeouts.

    Raises `DatabaseRefused`, without any part of the URL: it may be part of the password.
    """
    url = url.strip()
    if not url.startswith(SCHEMES):
        raise DatabaseRefused(
            "SCHOLAGRAPH_DATABASE_URL must begin with postgresql://, such as "
            "postgresql://user:password@host:5432/database."
        )
    _check_password(url)
    try:
        given: dict[str, str] = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except ProgrammingError:
        raise DatabaseRefused(UNREADABLE) from None
    if not all(_is_port(port) for port in given.get("port", "").split(",")):
        raise DatabaseRefused(UNREADABLE)
    given["client_encoding"] = "UTF8"
    return make_conninfo("", **{**_watched(), **given})


def _watched() -> Mapping[str, str]:
    if "PGCONNECT_TIMEOUT" not in os.environ:
        return WATCHED
    return {name: value for name, value in WATCHED.items() if name != "connect_timeout"}


def _check_password(url: str) -> None:
    """Refuse a URL that libpq would split inside the password: the rest would be in its messages."""
    before, at, after = url.partition("://")[2].partition("@")
    is_in_query = "/" in before and "?" in before.partition("/")[2]
    if at and (("/" in before and not is_in_query) or (":" in before and "@" in after and not is_in_query)):
        raise DatabaseRefused(AMBIGUOUS)


def _is_port(port: str) -> bool:
    return not port or (port.isascii() and port.isdecimal() and 0 < int(port[:6]) <= 65535)


def forget_environment() -> None:
    """Remove libpq's variables from this process's environment: an embedded server needs none of them.

    libpq reads them for every connection, and some of them cannot be overruled by a connection string.
    """
    named = [each.envvar.decode() for each in Conninfo.get_defaults() if each.envvar]
    for name in (*named, *OTHERS):
        os.environ.pop(name, None)
