"""The `scholagraph` command."""

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import psycopg
import pytest

import cli
from models.postgres.base import new_id
from models.postgres.cluster import HomeInUse
from models.postgres.migrate import migrate
from resolvers.access.viewer import hashed
from rest.platform import PLATFORMS
from serving.server import reachable_database, running_database
from settings.environment import ROOT, Settings, settings
from tests.ingest.conftest import COURSE


@dataclass(frozen=True)
class Ended:
    """What a command ended with, and what it printed; `output` has errors, too."""

    exit_code: int
    stdout: str
    output: str


def invoke(*words: str) -> Ended:
    """Run the command in this process."""
    told, errors = StringIO(), StringIO()
    code: str | int | None = 0
    with redirect_stdout(told), redirect_stderr(errors):
        try:
            cli.main(words)
        except SystemExit as end:
            code = end.code
    if isinstance(code, str):  # as Python does at the end of a process
        errors.write(f"{code}\n")
        code = 1
    return Ended(code or 0, told.getvalue(), told.getvalue() + errors.getvalue())


Run = Callable[..., Ended]


@pytest.fixture
def run(migrated: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs the command with the tests' database and a home of its own."""
    monkeypatch.setenv("SCHOLAGRAPH_DATABASE_URL", migrated)
    monkeypatch.setenv("SCHOLAGRAPH_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield invoke
    settings.cache_clear()


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one text, in a folder."""
    files = {
        **COURSE,
        "vertical/un.xml": '<vertical display_name="Unit"><html url_name="t"/></vertical>',
        "html/t.xml": '<html filename="t" display_name="Text"/>',
        "html/t.html": '<p>Read <a href="/static/a.txt">this</a>.</p>',
        "static/a.txt": "A",
    }
    for path, content in files.items():
        place = tmp_path / "olx" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(str(content))
    return tmp_path / "olx"


def test_an_import_says_what_it_did(run: Run, course: Path, tmp_path: Path) -> None:
    first = run("import", "olx", str(course))
    assert first.exit_code == 0, first.output
    lines = first.output.splitlines()
    assert lines[0] == "In the source: 1 chapter, 1 sequential, 1 vertical, 1 html"
    assert lines[1].startswith("Read: ")
    assert lines[-2] == (
        "Rows that are new or changed: 1 courses, 3 sections, 1 items, 1 rich texts, 1 assets"
    )
    ended = re.fullmatch(r"Course org-c1-r1 \(id ([0-9a-f-]{36})\) is here now, after \d+\.\d s\.", lines[-1])
    assert ended
    assert len([path for path in (tmp_path / "home" / "assets").rglob("*") if path.is_file()]) == 1
    again = run("import", "olx", str(course)).output.splitlines()
    assert again[-2] == "Rows that are new or changed: none"
    assert again[-1].startswith(f"Course org-c1-r1 (id {ended[1]}) is up to date, after")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing", "{path}: does not exist."),
        ("olx/html", "html: is no Open edX course: there is no course.xml at its top."),
        ("olx/html/t.html", "t.html: neither a folder nor a tar.gz, tar or zip archive."),
    ],
)
def test_a_broken_file_ends_with_one_message(
    run: Run, course: Path, tmp_path: Path, name: str, message: str
) -> None:
    path = tmp_path / name
    ended = run("import", "olx", str(path))
    assert ended.exit_code == 1
    assert ended.output.strip() == f"scholagraph: {message.format(path=path)}"


def test_an_import_reaches_the_database_that_another_process_runs(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHOLAGRAPH_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    note = tmp_path / "home" / "database-url"
    with running_database(settings(), lambda _: None) as url:
        assert stat.S_IMODE(note.stat().st_mode) == 0o600
        ended = invoke("import", "olx", str(course))
        assert ended.exit_code == 0, ended.output
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT slug FROM courses").fetchall() == [("org-c1-r1",)]
        note.unlink()  # as while the other process is still starting
        with pytest.raises(HomeInUse), reachable_database(settings(), lambda _: None):
            pass
    assert not note.exists()
    settings.cache_clear()


def test_a_url_of_a_process_that_was_killed_is_not_believed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "database-url").write_text("postgresql://nowhere/")
    with reachable_database(Settings(home=home), lambda _: None) as url, psycopg.connect(url):
        assert (home / "database-url").read_text() == url
    assert stat.S_IMODE(home.stat().st_mode) & 0o700 == 0o700


def test_a_token_is_told_once(run: Run, migrated: str) -> None:
    with psycopg.connect(migrated) as connection:
        connection.execute(
            "INSERT INTO users (id, username, name, email, is_staff)"
            " VALUES (gen_random_uuid(), 'tess', 'Tess', 'tess@example.org', false)"
        )
    made = run("token", "create", "tess", "--label", "A script")
    assert made.exit_code == 0, made.output
    secret = made.stdout.strip()
    with psycopg.connect(migrated) as connection:
        found = connection.execute(
            "SELECT label, username FROM tokens t JOIN users u ON u.id = t.user_id WHERE hash = %s",
            [hashed(secret)],
        ).fetchall()
    assert found == [("A script", "tess")]


def test_a_token_needs_a_user_and_a_label(run: Run, migrated: str) -> None:
    with psycopg.connect(migrated) as connection:
        connection.execute(
            "INSERT INTO users (id, username, name, email, is_staff)"
            " VALUES (gen_random_uuid(), 'tom', 'Tom', 'tom@example.org', false)"
        )
    for words, message in (
        (("nobody",), "there is no user 'nobody'."),
        (("tom", "--label", " "), "A label is plain text of 1 to 100 characters."),
    ):
        ended = run("token", "create", *words)
        assert (ended.exit_code, ended.output.strip()) == (1, f"scholagraph: {message}")


def test_routes_are_listed_with_their_state(run: Run) -> None:
    lines = run("routes", "xikolo").output.splitlines()
    assert "xikolo\tGET\t/api/v2/courses\tserved\txikolo_courses\tlist courses" in lines
    assert re.fullmatch(r".+: \d+ of \d+ routes served\.", lines[-1])
    everything = run("routes").output.splitlines()
    assert len(everything) == sum(len(each.rows) + 1 for each in PLATFORMS)
    assert any(re.fullmatch(r"openedx\tGET\t\S+\topen\t-\t.+", line) for line in everything)
    unknown = run("routes", "moodle")
    assert (unknown.exit_code, unknown.output.strip()) == (1, "scholagraph: there is no platform 'moodle'.")


def test_a_stale_schema_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    assert run("schema").exit_code == 0
    assert run("schema", "--check").exit_code == 0
    (tmp_path / "schema.graphql").write_text("type Query { old: Int }")
    stale = run("schema", "--check")
    assert (stale.exit_code, stale.output.strip()) == (1, "schema.graphql is stale: run 'make format'.")


def test_migrate_says_when_it_is_done(run: Run, make_database: Callable[[], str], migrated: str) -> None:
    migrate(migrated)
    assert run("migrate").output.strip() == "The database is up to date."


def test_a_wrong_setting_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "70000")
    monkeypatch.setattr("sys.argv", ["scholagraph", "serve"])
    settings.cache_clear()
    with pytest.raises(SystemExit, match=r"^scholagraph: a setting is wrong: PORT: [^\n]+\.$"):
        cli.main()
    settings.cache_clear()


def test_an_application_is_told_its_secret_once(run: Run, migrated: str) -> None:
    made = run("app", "create", "Course team")
    assert made.exit_code == 0, made.output
    id_, secret = made.output.split()
    with psycopg.connect(migrated) as connection:
        row = connection.execute("SELECT name, secret_hash FROM applications WHERE id = %s", [id_]).fetchone()
    assert row == ("Course team", hashed(secret))
    ended = run("app", "create", " ")
    message = "A name is plain text of 1 to 100 characters."
    assert (ended.exit_code, ended.output.strip()) == (1, f"scholagraph: {message}")


def test_documents_are_loaded_once(run: Run, tmp_path: Path) -> None:
    manifest = tmp_path / "persisted.json"
    text = f"query A {{ a{new_id().replace('-', '')}: __typename }}"
    manifest.write_text(json.dumps({new_id(): text}))
    assert run("documents", "load", str(manifest)).output == "1 documents, 1 of them new.\n"
    assert run("documents", "load", str(manifest)).output == "1 documents, 0 of them new.\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not JSON"),
        ('{"a": "{ nothing }"}', "has documents that are not valid:\na: Cannot query field 'nothing'"),
        (None, "No such file or directory."),
    ],
)
def test_a_wrong_manifest_ends_with_one_message(
    run: Run, tmp_path: Path, content: str | None, message: str
) -> None:
    manifest = tmp_path / "persisted.json"
    if content is not None:
        manifest.write_text(content)
    ended = run("documents", "load", str(manifest))
    assert ended.exit_code == 1
    assert message in ended.output


def test_an_id_is_not_given_to_another_document(run: Run, tmp_path: Path) -> None:
    manifest, id_ = tmp_path / "persisted.json", new_id()
    manifest.write_text(json.dumps({id_: "{ __typename }"}))
    assert run("documents", "load", str(manifest)).exit_code == 0
    manifest.write_text(json.dumps({id_: "{ other: __typename }"}))
    ended = run("documents", "load", str(manifest))
    assert ended.exit_code == 1
    assert f"stand for other documents already: {id_}." in ended.output


@pytest.mark.parametrize("words", [["routes"], ["import", "--help"]])
def test_a_reader_that_stops_reading_is_no_fault(words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, str(ROOT / "cli.py"), *words]
    ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert ended.stderr == b""
    assert ended.returncode in ((0,) if "--help" in words else (141,))  # argparse ignores it
