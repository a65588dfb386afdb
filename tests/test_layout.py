"""Rules of the code's own form: small files, one name per concept, imports that go one way."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import configure_mappers

from models import Base
from settings import ROOT

LONGEST = 400

PACKAGES = ("models", "resolvers", "graph", "rest", "ingest", "runtime", "demo")
MAY_IMPORT = {
    "models": set[str](),
    "resolvers": {"models"},
    "graph": {"resolvers", "models"},
    "rest": {"graph", "resolvers", "models"},
    "ingest": {"resolvers", "models"},
    "runtime": {"graph", "resolvers", "models"},
    "demo": {"graph", "ingest", "resolvers", "models"},
}
"""Which of our packages each may import: `rest → graph → resolvers → models`, never back."""

WITHOUT_STORAGE = {"tag", "progress", "course_date", "node", "repetition_suggestion"}
"""Concepts that are worked out from the rows of others."""

WITHIN_OTHERS = {"certificate", "value"}
"""Concepts that lie in the rows of others, so that the graph alone knows them."""

NO_CONCEPTS = {
    "models": {
        "objects",
        "base",
        "connection",
        "database",
        "listener",
        "migrate",
        "cluster",
        "budget",
        "idempotent_write",
        "persisted_document",
        "table_change",
    },
    "resolvers": {
        "access",
        "answering",
        "arrangement",
        "context",
        "entity",
        "errors",
        "experience",
        "feed",
        "happening",
        "housekeeping",
        "json_leaf",
        "json_text",
        "keyset",
        "opening",
        "page",
        "password",
        "queue",
        "budget",
        "idempotent_write",
        "intake",
        "persisted_document",
        "player",
        "prerequisite",
        "relation",
        "record_store",
        "reporting",
        "rollup",
        "scope",
        "scoring",
        "session",
        "snapshot",
        "sql",
        "standing",
        "statement_attachment",
        "statement_document",
        "table_change",
        "text",
        "throttle",
        "viewer",
    },
    "graph": {
        "connection",
        "declare",
        "execute",
        "increments",
        "idempotency",
        "mutation",
        "naming",
        "order",
        "payload",
        "perform",
        "policy",
        "query",
        "scalars",
        "schema",
        "source",
        "subgraph",
        "subscribe",
        "subscription",
    },
}
"""Modules that serve all concepts, or some; those of the embedded server are named `models.server_…`."""


def tracked() -> list[Path]:
    """Our Python files: those in the repository, and those that are about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in sorted(set(listed.stdout.split())) if (path := ROOT / name).exists()]


FILES = tracked()


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def package_of(path: Path) -> str:
    return name_of(path).partition("/")[0]


def imported(path: Path) -> Iterator[str]:
    """Full names of all modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} imports relatively."
            yield node.module or ""
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "lazy":
            yield from (str(each.value) for each in node.args if isinstance(each, ast.Constant))


def modules(package: str) -> set[str]:
    """Names of the modules that lie directly in a package."""
    return {path.stem for path in FILES if path.parent == ROOT / package and path.stem != "__init__"}


def test_the_files_are_found() -> None:
    assert {package_of(path) for path in FILES} > {*PACKAGES, "tests", "app.py", "cli.py"}


def test_no_file_is_longer_than_the_limit() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in FILES}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_no_module_is_named_after_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "lib", "shared"}
    assert [name_of(path) for path in FILES if vague & {*path.parts[len(ROOT.parts) :], path.stem}] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_go_one_way(package: str) -> None:
    ours = {*PACKAGES, "tests", "app", "cli", "server"} - {package} - MAY_IMPORT[package]
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in FILES
        if package_of(path) == package
        for module in imported(path)
        if module.partition(".")[0] in ours
    ]
    assert wrong == []


@pytest.mark.parametrize("package", ["graph", "rest"])
def test_sql_is_built_by_the_resolvers_alone(package: str) -> None:
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in FILES
        if package_of(path) == package
        for module in imported(path)
        if module.partition(".")[0] in ("sqlalchemy", "alembic")
    ]
    assert wrong == []


def test_models_know_nothing_of_graphql_or_http() -> None:
    beyond = {"strawberry", "graphql", "starlette", "uvicorn", "aiodataloader"}
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in FILES
        if package_of(path) == "models"
        for module in imported(path)
        if module.partition(".")[0] in beyond
    ]
    assert wrong == []


def test_product_code_does_not_import_tests() -> None:
    wrong = [
        name_of(path)
        for path in FILES
        if package_of(path) != "tests" and any(each.partition(".")[0] == "tests" for each in imported(path))
    ]
    assert wrong == []


def concepts(package: str) -> set[str]:
    """Names of concepts in a package: its modules that are not for all."""
    return {
        name
        for name in modules(package) - NO_CONCEPTS.get(package, set())
        if not (package == "models" and name.startswith("server_"))
    }


def test_a_concept_has_one_name_in_every_layer() -> None:
    stored = concepts("models")
    assert concepts("resolvers") == stored | WITHOUT_STORAGE
    assert concepts("graph") == stored | WITHOUT_STORAGE | WITHIN_OTHERS


def test_every_concept_has_a_test_of_its_name() -> None:
    tested = {path.stem.removeprefix("test_") for path in FILES if path.parent == ROOT / "tests/graph"}
    assert concepts("graph") - {"value"} - tested == set()


def test_tests_are_named_after_what_they_test() -> None:
    """`test_<module>.py`, or `test_<module>_<what of it>.py`."""
    for package in ("models", "resolvers", "graph"):
        known = {path.stem for path in FILES if package_of(path) == package}
        wrong = [
            name_of(path)
            for path in FILES
            if path.parent == ROOT / "tests" / package
            and path.stem.startswith("test_")
            and not any(f"{path.stem}_".startswith(f"test_{name}_") for name in known)
        ]
        assert wrong == []


def test_the_lists_of_this_test_name_what_is_there() -> None:
    for package, names in NO_CONCEPTS.items():
        assert names <= modules(package), package
    assert modules("graph") >= WITHOUT_STORAGE | WITHIN_OTHERS


def test_relationships_never_load_by_themselves() -> None:
    configure_mappers()
    wrong = [
        f"{mapper.class_.__name__}.{relationship.key}"
        for mapper in Base.registry.mappers
        for relationship in mapper.relationships
        if relationship.lazy != "raise"
    ]
    assert wrong == []


def test_every_module_says_what_it_is_for() -> None:
    wrong = [
        name_of(path)
        for path in FILES
        if package_of(path) != "tests"
        and (source := path.read_text()).strip()
        and path.name != "__init__.py"
        and ast.get_docstring(ast.parse(source)) is None
    ]
    assert wrong == []
