"""The `scholagraph` command."""

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import psycopg
import typer
from psycopg_pool import PoolTimeout

from models.cluster import ClusterError
from settings import ROOT, WrongSetting, settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ingest.store import Stored
    from models.database import Database
    from models.objects import Objects

app = typer.Typer(no_args_is_help=True, add_completion=False, help="One graph over the learning domain.")
import_app = typer.Typer(no_args_is_help=True, help="Import a course; one that is here already is updated.")
application_app = typer.Typer(no_args_is_help=True, help="Applications that keep courses of their own.")
documents_app = typer.Typer(no_args_is_help=True, help="Trusted GraphQL documents.")
token_app = typer.Typer(no_args_is_help=True, help="Access tokens.")
app.add_typer(import_app, name="import")
app.add_typer(documents_app, name="documents")
app.add_typer(token_app, name="token")
app.add_typer(application_app, name="app")


def main() -> None:
    """Run the command; what an operator can mend ends with one line, not with a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except (ClusterError, PoolTimeout, psycopg.OperationalError) as error:
        sys.exit(f"scholagraph: {error}")
    except WrongSetting as error:
        sys.exit(f"scholagraph: a setting is wrong: {error}.")


def say(line: str) -> None:
    """Tell the operator something, at once."""
    typer.echo(line)
    sys.stdout.flush()


@app.command()
def serve() -> None:
    """Serve the graph, by default on a PostgreSQL of its own with demo data."""
    from server import serve as run

    run(settings(), say)


@app.command()
def worker(
    attached: Annotated[bool, typer.Option(hidden=True, help="End when the standard input does.")] = False,
) -> None:
    """Do what waits in the queue, such as imports; `serve` does it too unless told otherwise."""
    from ingest.fetch import Network
    from ingest.worker import Worker
    from models.objects import Objects
    from server import reachable_database

    async def run(url: str) -> None:
        chosen = settings()
        async with opened(url, pool_size=4) as database:
            objects, network = Objects(chosen.objects), Network(chosen.network)
            await Worker(url, database, objects, chosen.scratch, network).run(attached=attached)

    with reachable_database(settings(), say) as url:
        asyncio.run(run(url))


@app.command()
def migrate() -> None:
    """Bring the database to the form that this version needs."""
    from server import running_database

    with running_database(settings(), say):
        say("The database is up to date.")


@app.command()
def schema(
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether schema.graphql is up to date.")
    ] = False,
) -> None:
    """Print the public schema into schema.graphql."""
    from graph.schema import sdl

    path = ROOT / "schema.graphql"
    if not check:
        path.write_text(sdl())
    elif path.read_text() != sdl():
        sys.exit("schema.graphql is stale: run 'make format'.")


@app.command()
def routes(
    platform: Annotated[str | None, typer.Argument(help="One platform's routes alone.")] = None,
) -> None:
    """List the documented legacy routes: whether they are served, by which operation, and their purpose."""
    from graph.schema import public_schema
    from rest.coverage import by_operation
    from rest.document import load
    from rest.platform import PLATFORMS

    chosen = [each for each in PLATFORMS if platform in (None, each.name)]
    if not chosen:
        sys.exit(f"scholagraph: there is no platform {platform!r}.")
    for each in chosen:
        for row, operation in by_operation(each.rows, load(each.folder, each.prefix, public_schema)):
            name = operation.name if operation else "-"
            say("\t".join((each.name, row.method, row.path, row.state.value, name, row.purpose)))
    for each in chosen:
        say(f"{each.title}: {each.coverage.served} of {each.coverage.documented} routes served.")


@app.command()
def openapi(platform: Annotated[str, typer.Argument(help="Whose routes to describe.")]) -> None:
    """Print the OpenAPI description of a platform's routes."""
    import orjson

    from graph.schema import public_schema
    from rest.openapi import description
    from rest.platform import PLATFORMS

    chosen = [each for each in PLATFORMS if each.name == platform]
    if not chosen:
        sys.exit(f"scholagraph: there is no platform {platform!r}.")
    say(orjson.dumps(description(chosen[0], public_schema), option=orjson.OPT_INDENT_2).decode())


@import_app.command()
def olx(path: Annotated[Path, typer.Argument(help="A folder, or a tar.gz as Studio exports it.")]) -> None:
    """Import an Open edX course."""
    from ingest.job import import_olx

    _import(lambda database, objects: import_olx(database, objects, path))


@import_app.command()
def package(
    path: Annotated[Path, typer.Argument(help="A folder or a zip: SCORM, AICC, Tin Can or cmi5.")],
    reference: Annotated[
        str | None, typer.Option(help="Id of the course that it is a version of; else its manifest's own.")
    ] = None,
) -> None:
    """Import a package as a course, or as a new version of one."""
    from ingest.job import import_package

    _import(lambda database, objects: import_package(database, objects, path, reference))


def _import(work: "Callable[[Database, Objects], Awaitable[Stored]]") -> None:
    """Import something into the database, and tell what came of it."""
    from ingest.archive import ArchiveError
    from ingest.olx import OlxError
    from ingest.package import PackageError
    from ingest.store import StoreError
    from models.objects import Objects
    from server import reachable_database

    async def run(url: str) -> "Stored":
        async with opened(url) as database:
            return await work(database, Objects(settings().objects))

    started = time.monotonic()
    try:
        with reachable_database(settings(), say) as url:
            stored = asyncio.run(run(url))
    except (ArchiveError, OlxError, PackageError, StoreError) as error:
        sys.exit(f"scholagraph: {error}")
    for line in stored.report.lines():
        say(line)
    written = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in stored.written.items())
    say(f"Rows that are new or changed: {written or 'none'}")
    what = "is here now" if stored.is_new else "is up to date"
    version = f" as version {stored.version}" if stored.version else ""
    say(f"Course {stored.slug} (id {stored.id}) {what}{version}, after {time.monotonic() - started:.1f} s.")


@token_app.command()
def create(
    username: Annotated[str, typer.Argument(help="Whose token it is.")],
    label: Annotated[str, typer.Option(help="What it is for.")] = "Made on the command line",
) -> None:
    """Make an access token and print its secret, which nothing can tell again."""
    from sqlalchemy import select

    from models.user import User
    from resolvers.errors import Refused
    from resolvers.token import create_token
    from resolvers.viewer import Viewer
    from server import reachable_database

    async def run(url: str) -> str | None:
        async with opened(url) as database, database.transaction() as session:
            user_id = await session.scalar(select(User.id).where(User.username == username))
            if user_id is None:
                return None
            made = await create_token(session, Viewer(user_id), label)
            return str(made["secret"])

    try:
        with reachable_database(settings(), lambda line: typer.echo(line, err=True)) as url:
            secret = asyncio.run(run(url))
    except Refused as refused:
        sys.exit(f"scholagraph: {refused}")
    if secret is None:
        sys.exit(f"scholagraph: there is no user {username!r}.")
    say(secret)


@application_app.command("create")
def create_application(name: Annotated[str, typer.Argument(help="What people call it.")]) -> None:
    """Make an application and print its id and its secret, which nothing can tell again."""
    from resolvers import application
    from resolvers.errors import Refused
    from resolvers.viewer import Role, Viewer
    from server import reachable_database

    async def run(url: str) -> tuple[str, str]:
        async with opened(url) as database, database.transaction() as session:
            made = await application.create_application(session, Viewer(role=Role.STAFF), name)
            return made["application_id"], made["secret"]

    try:
        with reachable_database(settings(), lambda line: typer.echo(line, err=True)) as url:
            id_, secret = asyncio.run(run(url))
    except Refused as refused:
        sys.exit(f"scholagraph: {refused}")
    say(f"{id_} {secret}")


@documents_app.command("load")
def load_documents(
    file: Annotated[Path, typer.Argument(help="A manifest of Relay, graphql-codegen or Apollo.")],
) -> None:
    """Trust the documents of a manifest: clients name them by 'documentId'."""
    from graph.http.manifest import ManifestError, check_documents, read_manifest
    from graph.schema import public_schema
    from resolvers.persisted_document import trust
    from server import reachable_database

    async def run(url: str, documents: dict[str, str]) -> int:
        async with opened(url) as database, database.transaction() as session:
            fresh, others = await trust(session, documents)
            if others:
                raise ManifestError(f"has ids that stand for other documents already: {', '.join(others)}.")
            return fresh

    try:
        documents = read_manifest(file.read_bytes())
        check_documents(public_schema, documents)
        with reachable_database(settings(), say) as url:
            fresh = asyncio.run(run(url, documents))
    except OSError as error:
        sys.exit(f"scholagraph: {file}: {error.strerror}.")
    except ManifestError as error:
        sys.exit(f"scholagraph: {file} {error}")
    say(f"{len(documents):,} documents, {fresh:,} of them new.")


@asynccontextmanager
async def opened(url: str, pool_size: int = 2) -> AsyncIterator["Database"]:
    """A few connections to a database, for the time of a command."""
    from models.database import Database

    database = Database(url, pool_size)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


if __name__ == "__main__":
    main()
