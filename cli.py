"""The `scholagraph` command."""

import logging
import sys
from typing import Annotated

import psycopg
import typer
from psycopg_pool import PoolTimeout

from models.cluster import ClusterError
from settings import ROOT, settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="One graph over the learning domain.")


def main() -> None:
    """Run the command; what an operator can mend ends with one line, not with a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except (ClusterError, PoolTimeout, psycopg.OperationalError) as error:
        sys.exit(f"scholagraph: {error}")


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
    """List the documented legacy routes and whether they are served."""
    from rest.platform import PLATFORMS

    for each in PLATFORMS:
        if platform in (None, each.name):
            for row in each.rows:
                say(f"{each.name}\t{row.method}\t{row.path}\t{row.state.value}")
    for each in PLATFORMS:
        if platform in (None, each.name):
            say(f"{each.title}: {each.coverage.served} of {each.coverage.documented} routes served.")
