"""What a server loads when it starts: only what every request may need."""

import subprocess
import sys

from settings.environment import ROOT

NOT_YET = {
    "alembic": "there is something to migrate",
    "argon2": "somebody signs in by a password",
    "demo.write": "the demo is written",
    "ingest.package": "a package is imported",
    "lxml": "a course is imported",
    "cmarkgfm": "a field shows Markdown as HTML",
    "nh3": "a field shows Markdown as HTML",
    "obstore": "a file of a course is wanted",
    "opentelemetry": "spans are wanted",
    "procrastinate": "the queue is worked on",
    "pydantic": "nobody wants it",
    "rest.openapi": "somebody wants a description",
    "rich": "nobody wants it",
}
"""Modules, and when one is loaded: each costs every process its memory and every start its time."""

START = """
import sys, cli, serving.server
from app import create_app
from models.storage.objects import FileStore
from settings.environment import Settings
create_app(Settings(), "postgresql:///nowhere", FileStore(sys.argv[1]))
print(*sys.modules)
"""


def test_a_server_starts_without_what_is_needed_later(tmp_path: object) -> None:
    command = [sys.executable, "-c", START, f"file://{tmp_path}/assets"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"app", "graph.declaring.schema", "sqlalchemy"} <= loaded
    assert not loaded & NOT_YET.keys()
