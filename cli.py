"""The `scholagraph` command."""

import asyncio
import gc
import logging
import os
import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from errno import EACCES, EADDRINUSE, EDQUOT, ENOSPC, ENOTDIR, EPERM, EROFS
from pathlib import Path
from typing import TYPE_CHECKING, Any

from settings.environment import ROOT, WrongSetting, settings

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from ingest.store import Stored
    from models.postgres.database import Database
    from models.storage.objects import FileStore


def main(words: Sequence[str] | None = None) -> None:
    """Run a command; errors that an operator can fix exit with one line instead of a traceback.

    Ctrl-C exits with one line too, and output that is not read to its end (`| head`) with none.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        options = vars(parser().parse_args(words))
        run = options.pop("run")
        run(**options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        whisper("Stopped.")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at exit
        sys.exit(UNREAD)
    except Exception as error:
        if (line := explained(error)) is None:
            raise
        sys.exit(f"scholagraph: {line}")


INTERRUPTED, UNREAD = 128 + signal.SIGINT, 128 + signal.SIGPIPE
"""Exit codes of a command that its user or its reader ends."""


FIXABLE = {EACCES, EADDRINUSE, EDQUOT, ENOSPC, ENOTDIR, EPERM, EROFS}
"""Errors of the system that are not the program's: no space, no right, no folder, a port in use."""


def explained(error: Exception) -> str | None:
    """Return the sentence for an error that an operator can fix; null if the program is at fault.

    The imports are here because they take most of the time of a start, when Ctrl-C must be one line too.
    """
    import psycopg
    from psycopg_pool import PoolTimeout

    from models.postgres.cluster import ClusterError
    from models.postgres.refusal import DatabaseRefused, sentence
    from models.storage.objects import ObjectStoreError

    if isinstance(error, WrongSetting):
        return f"a setting is wrong: {error}."
    if isinstance(error, psycopg.OperationalError):
        return sentence(error)
    if isinstance(error, ClusterError | DatabaseRefused | ObjectStoreError | PoolTimeout):
        return str(error)
    if isinstance(error, OSError) and error.errno in FIXABLE:
        return ": ".join(str(part) for part in (error.filename, error.strerror) if part) + "."
    return None


def parser() -> ArgumentParser:
    """Return the argument parser; each command is a function of this module, described by its docstring."""
    made = ArgumentParser(prog="scholagraph", description="GraphQL server for the learning domain.")
    commands = made.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(
        run: Callable[..., None], *, name: str | None = None, among: Any = commands
    ) -> ArgumentParser:
        words = str(run.__doc__).partition("\n")[0]
        added: ArgumentParser = among.add_parser(name or run.__name__, help=words, description=words)
        added.set_defaults(run=run)
        return added

    def group(name: str, words: str) -> Any:
        added = commands.add_parser(name, help=words, description=words)
        return added.add_subparsers(title="commands", metavar="COMMAND", required=True)

    command(serve)
    command(worker).add_argument("--attached", action="store_true", help="exit when standard input closes")
    command(migrate)
    command(schema).add_argument(
        "--check", action="store_true", help="check that schema.graphql is current, without writing"
    )
    command(routes).add_argument("platform", nargs="?", help="list the routes of one platform only")
    command(validate)
    command(openapi).add_argument("platform", help="platform to describe")
    imports = group("import", "Import a course, or update an existing one.")
    olx_words = "folder, or tar.gz as exported by Studio"
    command(olx, among=imports).add_argument("path", type=Path, help=olx_words)
    packages = command(package, among=imports)
    packages.add_argument("path", type=Path, help="folder or zip: SCORM, AICC, Tin Can or cmi5")
    packages.add_argument("--reference", help="external id of the course; defaults to the id in the manifest")
    documents = group("documents", "Manage trusted operation documents.")
    loading = command(load_documents, name="load", among=documents)
    loading.add_argument("file", type=Path, help="manifest of Relay, graphql-codegen or Apollo")
    tokens = command(create_token, name="create", among=group("token", "Manage access tokens of users."))
    tokens.add_argument("username", help="user the token belongs to")
    tokens.add_argument("--label", default="Made on the command line", help="purpose of the token")
    applications = group("app", "Manage applications with their own courses.")
    command(create_application, name="create", among=applications).add_argument(
        "name", help="display name of the application"
    )
    return made


def say(line: str) -> None:
    """Print a line for the operator, unbuffered."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def whisper(line: str) -> None:
    """Print a line to standard error, separate from the output of the command."""
    sys.stderr.write(f"{line}\n")


def serve() -> None:
    """Run the server, by default on an embedded PostgreSQL with demo data."""
    gc.disable()  # loaded modules are never freed: scanning them repeatedly would take a quarter of the start
    from app import create_app
    from demo import load_demo, retire_demo
    from serving.server import serve as run

    gc.freeze()
    gc.enable()
    chosen = settings()
    run(chosen, say, create_app, load_demo if chosen.has_demo else retire_demo)


def worker(attached: bool) -> None:
    """Run queued jobs such as imports; `serve` starts a worker too, by default."""
    from ingest.fetch import Network
    from ingest.worker import Worker
    from models.storage.objects import FileStore
    from serving.server import reachable_database

    async def run(url: str) -> None:
        chosen = settings()
        async with opened(url, pool_size=4) as database:
            objects, network = FileStore(chosen.objects), Network(chosen.network)
            await Worker(url, database, objects, chosen.scratch, network).run(attached=attached)

    with reachable_database(settings(), say) as url:
        asyncio.run(run(url))


def migrate() -> None:
    """Migrate the database to the schema of this version."""
    from serving.server import running_database

    with running_database(settings(), say):
        say("The database is up to date.")


def schema(check: bool) -> None:
    """Write the public schema to schema.graphql."""
    from graph.declaring.schema import sdl

    path = ROOT / "schema.graphql"
    if not check:
        path.write_text(sdl())
    elif path.read_text() != sdl():
        sys.exit("schema.graphql is stale: run 'make format'.")


def routes(platform: str | None) -> None:
    """List the REST routes of the platforms with state, operation and purpose."""
    from graph.declaring.schema import public_schema
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


def validate() -> None:
    """Validate the documents of legacy routes and record their hashes, so that a start need not."""
    from graph.declaring.schema import public_schema
    from rest.document import load
    from rest.platform import PLATFORMS
    from rest.validated import record

    for each in PLATFORMS:
        for operation in load(each.folder, each.prefix, public_schema):
            each.dialect.verify(operation)
    record([each.folder for each in PLATFORMS])


def openapi(platform: str) -> None:
    """Print the OpenAPI description of a platform."""
    import orjson

    from graph.declaring.schema import public_schema
    from rest.openapi import description
    from rest.platform import PLATFORMS

    chosen = [each for each in PLATFORMS if each.name == platform]
    if not chosen:
        sys.exit(f"scholagraph: there is no platform {platform!r}.")
    say(orjson.dumps(description(chosen[0], public_schema), option=orjson.OPT_INDENT_2).decode())


def olx(path: Path) -> None:
    """Import an Open edX course (OLX)."""
    from ingest.job import import_olx

    _import(lambda database, objects: import_olx(database, objects, path))


def package(path: Path, reference: str | None) -> None:
    """Import a package as a new course or course version."""
    from ingest.job import import_package

    _import(lambda database, objects: import_package(database, objects, path, reference))


def _import(work: "Callable[[Database, FileStore], Awaitable[Stored]]") -> None:
    """Run an import and print its report."""
    from ingest.archive import ArchiveError
    from ingest.olx import OlxError
    from ingest.package import PackageError
    from ingest.store import StoreError
    from models.storage.objects import FileStore
    from serving.server import reachable_database

    async def run(url: str) -> "Stored":
        async with opened(url) as database:
            return await work(database, FileStore(settings().objects))

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


def create_token(username: str, label: str) -> None:
    """Create an access token for a user and print its secret, which is shown only once."""
    from sqlalchemy import select

    from models.people.user import User
    from resolvers.access.viewer import Viewer
    from resolvers.commands.problem import Refused
    from resolvers.people import token
    from serving.server import reachable_database

    async def run(url: str) -> str | None:
        async with opened(url) as database, database.transaction() as session:
            user_id = await session.scalar(select(User.id).where(User.username == username))
            if user_id is None:
                return None
            made = await token.create_token(session, Viewer(user_id), token.CreateToken(label=label))
            return made.secret

    try:
        with reachable_database(settings(), whisper) as url:
            secret = asyncio.run(run(url))
    except Refused as refused:
        sys.exit(f"scholagraph: {refused}")
    if secret is None:
        sys.exit(f"scholagraph: there is no user {username!r}.")
    say(secret)


def create_application(name: str) -> None:
    """Create an application and print its id and secret, which is shown only once."""
    from resolvers.access.viewer import Role, Viewer
    from resolvers.commands.problem import Refused
    from resolvers.people import application
    from serving.server import reachable_database

    async def run(url: str) -> tuple[str, str]:
        async with opened(url) as database, database.transaction() as session:
            given = application.CreateApplication(name=name)
            made = await application.create_application(session, Viewer(role=Role.STAFF), given)
            return made.application_id, made.secret

    try:
        with reachable_database(settings(), whisper) as url:
            id_, secret = asyncio.run(run(url))
    except Refused as refused:
        sys.exit(f"scholagraph: {refused}")
    say(f"{id_} {secret}")


def load_documents(file: Path) -> None:
    """Load trusted operation documents from a manifest; clients send their id as 'documentId'."""
    from graph.declaring.schema import public_schema
    from graph.http.manifest import ManifestError, check_documents, read_manifest
    from resolvers.operations.persisted_document import trust
    from serving.server import reachable_database

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
    """Open a small connection pool for one command."""
    from models.postgres.database import Database

    database = Database(url, pool_size)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


if __name__ == "__main__":
    main()
