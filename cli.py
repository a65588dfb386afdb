"""The `scholagraph` command."""

import asyncio
import gc
import logging
import sys
import time
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg_pool import PoolTimeout

from models.postgres.cluster import ClusterError
from settings.environment import ROOT, WrongSetting, settings

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from ingest.store import Stored
    from models.postgres.database import Database
    from models.storage.objects import Objects


def main(words: Sequence[str] | None = None) -> None:
    """Run the command; what an operator can mend ends with one line, not with a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    options = vars(parser().parse_args(words))
    run = options.pop("run")
    try:
        run(**options)
    except (ClusterError, PoolTimeout, psycopg.OperationalError) as error:
        sys.exit(f"scholagraph: {error}")
    except WrongSetting as error:
        sys.exit(f"scholagraph: a setting is wrong: {error}.")


def parser() -> ArgumentParser:
    """What may be said on the command line: each command is a function here, told of by its docstring."""
    made = ArgumentParser(prog="scholagraph", description="One graph over the learning domain.")
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
    command(worker).add_argument("--attached", action="store_true", help="end when the standard input does")
    command(migrate)
    command(schema).add_argument(
        "--check", action="store_true", help="only say whether schema.graphql is up to date"
    )
    command(routes).add_argument("platform", nargs="?", help="one platform's routes alone")
    command(validate)
    command(openapi).add_argument("platform", help="whose routes to describe")
    imports = group("import", "Import a course; one that is here already is updated.")
    olx_words = "a folder, or a tar.gz as Studio exports it"
    command(olx, among=imports).add_argument("path", type=Path, help=olx_words)
    packages = command(package, among=imports)
    packages.add_argument("path", type=Path, help="a folder or a zip: SCORM, AICC, Tin Can or cmi5")
    packages.add_argument(
        "--reference", help="id of the course that it is a version of; else its manifest's own"
    )
    documents = group("documents", "Trusted GraphQL documents.")
    loading = command(load_documents, name="load", among=documents)
    loading.add_argument("file", type=Path, help="a manifest of Relay, graphql-codegen or Apollo")
    tokens = command(create_token, name="create", among=group("token", "Access tokens."))
    tokens.add_argument("username", help="whose token it is")
    tokens.add_argument("--label", default="Made on the command line", help="what it is for")
    applications = group("app", "Applications that keep courses of their own.")
    command(create_application, name="create", among=applications).add_argument(
        "name", help="what people call it"
    )
    return made


def say(line: str) -> None:
    """Tell the operator something, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def whisper(line: str) -> None:
    """Tell it beside what the command prints."""
    sys.stderr.write(f"{line}\n")


def serve() -> None:
    """Serve the graph, by default on a PostgreSQL of its own with demo data."""
    gc.disable()  # what is loaded stays: to look through it again and again would be a fourth of the start
    from app import create_app
    from demo import load_demo
    from serving.server import serve as run

    gc.freeze()
    gc.enable()
    run(settings(), say, create_app, load_demo)


def worker(attached: bool) -> None:
    """Do what waits in the queue, such as imports; `serve` does it too unless told otherwise."""
    from ingest.fetch import Network
    from ingest.worker import Worker
    from models.storage.objects import Objects
    from serving.server import reachable_database

    async def run(url: str) -> None:
        chosen = settings()
        async with opened(url, pool_size=4) as database:
            objects, network = Objects(chosen.objects), Network(chosen.network)
            await Worker(url, database, objects, chosen.scratch, network).run(attached=attached)

    with reachable_database(settings(), say) as url:
        asyncio.run(run(url))


def migrate() -> None:
    """Bring the database to the form that this version needs."""
    from serving.server import running_database

    with running_database(settings(), say):
        say("The database is up to date.")


def schema(check: bool) -> None:
    """Print the public schema into schema.graphql."""
    from graph.declaring.schema import sdl

    path = ROOT / "schema.graphql"
    if not check:
        path.write_text(sdl())
    elif path.read_text() != sdl():
        sys.exit("schema.graphql is stale: run 'make format'.")


def routes(platform: str | None) -> None:
    """List the documented legacy routes: whether they are served, by which operation, and their purpose."""
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
    """Print the OpenAPI description of a platform's routes."""
    import orjson

    from graph.declaring.schema import public_schema
    from rest.openapi import description
    from rest.platform import PLATFORMS

    chosen = [each for each in PLATFORMS if each.name == platform]
    if not chosen:
        sys.exit(f"scholagraph: there is no platform {platform!r}.")
    say(orjson.dumps(description(chosen[0], public_schema), option=orjson.OPT_INDENT_2).decode())


def olx(path: Path) -> None:
    """Import an Open edX course."""
    from ingest.job import import_olx

    _import(lambda database, objects: import_olx(database, objects, path))


def package(path: Path, reference: str | None) -> None:
    """Import a package as a course, or as a new version of one."""
    from ingest.job import import_package

    _import(lambda database, objects: import_package(database, objects, path, reference))


def _import(work: "Callable[[Database, Objects], Awaitable[Stored]]") -> None:
    """Import something into the database, and tell what came of it."""
    from ingest.archive import ArchiveError
    from ingest.olx import OlxError
    from ingest.package import PackageError
    from ingest.store import StoreError
    from models.storage.objects import Objects
    from serving.server import reachable_database

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


def create_token(username: str, label: str) -> None:
    """Make an access token and print its secret, which nothing can tell again."""
    from sqlalchemy import select

    from models.people.user import User
    from resolvers.access.viewer import Viewer
    from resolvers.operations.errors import Refused
    from resolvers.people import token
    from serving.server import reachable_database

    async def run(url: str) -> str | None:
        async with opened(url) as database, database.transaction() as session:
            user_id = await session.scalar(select(User.id).where(User.username == username))
            if user_id is None:
                return None
            made = await token.create_token(session, Viewer(user_id), label)
            return str(made["secret"])

    try:
        with reachable_database(settings(), whisper) as url:
            secret = asyncio.run(run(url))
    except Refused as refused:
        sys.exit(f"scholagraph: {refused}")
    if secret is None:
        sys.exit(f"scholagraph: there is no user {username!r}.")
    say(secret)


def create_application(name: str) -> None:
    """Make an application and print its id and its secret, which nothing can tell again."""
    from resolvers.access.viewer import Role, Viewer
    from resolvers.operations.errors import Refused
    from resolvers.people import application
    from serving.server import reachable_database

    async def run(url: str) -> tuple[str, str]:
        async with opened(url) as database, database.transaction() as session:
            made = await application.create_application(session, Viewer(role=Role.STAFF), name)
            return made["application_id"], made["secret"]

    try:
        with reachable_database(settings(), whisper) as url:
            id_, secret = asyncio.run(run(url))
    except Refused as refused:
        sys.exit(f"scholagraph: {refused}")
    say(f"{id_} {secret}")


def load_documents(file: Path) -> None:
    """Trust the documents of a manifest: clients name them by 'documentId'."""
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
    """A few connections to a database, for the time of a command."""
    from models.postgres.database import Database

    database = Database(url, pool_size)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


if __name__ == "__main__":
    main()
