"""Whether a database suits: version, encoding, schema, privileges, and tables of other programs."""

import re
from dataclasses import dataclass, replace

import psycopg
from psycopg.errors import UndefinedColumn, UndefinedTable
from psycopg.rows import class_row

from models import Base
from models.postgres.refusal import DatabaseRefused
from models.postgres.server_binaries import OLDEST

VERSION = "SELECT version_num FROM alembic_version"

OWN_REVISION = re.compile(r"\d{4}", re.ASCII)

JOBS = "jobs"
"""Schema of the queue, which a migration creates."""

FACTS = """
SELECT current_database() AS database, current_schema() AS schema, current_user AS role,
    current_setting('transaction_read_only')::bool AS is_read_only,
    has_schema_privilege(quote_ident(current_schema())::regnamespace, 'CREATE') AS creates_tables,
    has_database_privilege(current_database(), 'CREATE') AS creates_schemas,
    to_regnamespace(%(jobs)s) IS NOT NULL AS has_jobs,
    ARRAY(
        SELECT relname::text FROM pg_class
        WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relname = ANY(%(tables)s)
            AND relkind <> 'i'
        ORDER BY 1
    ) AS tables
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFacts:
    """Facts of a database: `tables` that have names of Scholagraph's; `schema` is null if there is none."""

    database: str
    schema: str | None
    role: str
    is_read_only: bool
    creates_tables: bool | None
    creates_schemas: bool
    has_jobs: bool
    tables: list[str]
    revision: str | None = None

    def unknown_revision(self) -> str:
        """Return why a revision that is none of this version is refused."""
        if self.revision and OWN_REVISION.fullmatch(self.revision):
            return (
                f"Database {self.database} is at revision {self.revision}, which a newer version of "
                "Scholagraph has made: start that version."
            )
        return self._foreign("alembic_version")

    def check_writable(self) -> None:
        """Raise `DatabaseRefused` if the migrations cannot be run."""
        if self.is_read_only:
            raise DatabaseRefused(
                f"Database {self.database} is read-only and lacks migrations: migrate it where it can be "
                "written to."
            )
        if self.schema is None:
            raise DatabaseRefused(
                f'The search_path of role "{self.role}" has no schema that exists in database '
                f"{self.database}: create one."
            )
        if self.revision is None and self.tables:
            raise DatabaseRefused(self._foreign(self.tables[0]))
        if self.revision is None and self.has_jobs:
            raise DatabaseRefused(
                f'Schema "{JOBS}" of database {self.database} belongs to another program: give Scholagraph a '
                "database of its own."
            )
        if not self.creates_tables:
            raise DatabaseRefused(
                f'Role "{self.role}" may not create tables in schema "{self.schema}" of database '
                f'{self.database}: GRANT CREATE ON SCHEMA "{self.schema}" TO "{self.role}".'
            )
        if not self.has_jobs and not self.creates_schemas:
            raise DatabaseRefused(
                f'Role "{self.role}" may not create schema "{JOBS}" in database {self.database}: '
                f'GRANT CREATE ON DATABASE "{self.database}" TO "{self.role}".'
            )

    def _foreign(self, table: str) -> str:
        return (
            f'Table "{table}" in schema "{self.schema}" of database {self.database} belongs to another '
            "program: give Scholagraph a schema or a database of its own."
        )


def examine(connection: psycopg.Connection) -> DatabaseFacts:
    """Return the facts of a database; raise `DatabaseRefused` if its version or encoding does not suit."""
    told = connection.info
    if told.server_version < OLDEST * 10_000:
        printed = told.parameter_status("server_version")
        raise DatabaseRefused(f"PostgreSQL {OLDEST} or newer is needed, but the server is {printed}.")
    if (encoding := told.parameter_status("server_encoding")) != "UTF8":
        raise DatabaseRefused(f"The database needs encoding UTF8, but {told.dbname} has {encoding}.")
    revision, is_foreign = _revision(connection)
    asked = {"jobs": JOBS, "tables": [*Base.metadata.tables]}
    with connection.cursor(row_factory=class_row(DatabaseFacts)) as cursor:
        found = cursor.execute(FACTS, asked).fetchone()
    assert found is not None  # noqa: S101 (a SELECT without FROM)
    if is_foreign:
        raise DatabaseRefused(found.unknown_revision())
    return replace(found, revision=revision)


def _revision(connection: psycopg.Connection) -> tuple[str | None, bool]:
    """Return the revision, null if there is none, and whether the table of revisions is not Alembic's."""
    try:
        with connection.transaction():
            row = connection.execute(VERSION).fetchone()
    except UndefinedTable:
        return None, False
    except UndefinedColumn:
        return None, True
    return (str(row[0]) if row else None), False
