"""Rules of the code's own form: rooms, domains, imports that go one way, small files."""

import ast
import json
import subprocess
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from models import Base
from settings.environment import ROOT
from settings.rooms import DOMAINS

LONGEST = 400
"""Lines of a file."""

COUNTED = ("*.py", "*.graphql", "*.graphqls", "*.js", "*.jsx", "*.mjs", "*.ts", "*.css", "*.html")
"""Files whose lines are limited; lock files are JSON, so they are not among them."""

PRINTED = ("schema.graphql", "docs/schema-*.graphql")
"""Schemas that are printed from the code, which nobody writes or reads from top to bottom."""

MAY_IMPORT: dict[str, set[str]] = {
    "settings": set(),
    "models": {"settings"},
    "resolvers": {"models", "settings"},
    "graph": {"resolvers", "models", "settings"},
    "ingest": {"resolvers", "models", "settings"},
    "rest": {"graph", "resolvers", "models", "settings"},
    "serving": {"rest", "ingest", "graph", "resolvers", "models", "settings"},
    "runtime": {"serving", "graph", "resolvers", "models", "settings"},
    "demo": {"serving", "ingest", "graph", "resolvers", "models", "settings"},
    "app": {"runtime", "serving", "rest", "ingest", "graph", "resolvers", "models", "settings"},
    "cli": {
        "app",
        "demo",
        "runtime",
        "serving",
        "rest",
        "ingest",
        "graph",
        "resolvers",
        "models",
        "settings",
    },
}
"""Which of our packages each part of the product may import."""

LAYERS = ("models", "resolvers", "graph")
"""Layers that are divided into domains, each of which may import those before it."""


def tracked(*patterns: str) -> list[Path]:
    """Our files of these names: those in the repository, and those that are about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in sorted(set(listed.stdout.split())) if (path := ROOT / name).exists()]


FILES = tracked("*.py")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parts_of(path: Path) -> tuple[str, ...]:
    """Package, room and module of a file, without `__init__`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


MODULES = {".".join(parts_of(path)): path for path in FILES}
"""Our modules by full name."""

PRODUCT = {name: path for name, path in MODULES.items() if name.partition(".")[0] in MAY_IMPORT}


@cache
def imported(path: Path) -> frozenset[str]:
    """Full names of all modules that a file imports, wherever in it, and as text for later."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names=names):
                found |= {each.name for each in names}
            case ast.ImportFrom(module=module, level=0, names=names):
                whole = {f"{module}.{each.name}" for each in names}
                found |= {name if name in MODULES else module or "" for name in whole}
            case ast.ImportFrom():
                raise AssertionError(f"{name_of(path)} imports relatively.")
            case ast.Call(func=ast.Attribute(attr="lazy"), args=arguments):
                found |= {str(each.value) for each in arguments if isinstance(each, ast.Constant)}
    return frozenset(found)


def place(module: str) -> tuple[str, str]:
    """Layer and room of a module."""
    layer, _, rest = module.partition(".")
    return layer, rest.partition(".")[0]


def test_every_product_file_has_a_place() -> None:
    known = {*MAY_IMPORT, "tests", "bench", "conformance", "scripts"}
    assert {parts_of(path)[0] for path in FILES} == known


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_holds_rooms_alone(layer: str) -> None:
    assert [name for name in PRODUCT if name.startswith(f"{layer}.") and name.count(".") == 1] == [
        name
        for name, path in PRODUCT.items()
        if path.name == "__init__.py" and path.parent.parent == ROOT / layer
    ]


def too_long(root: Path, paths: Iterable[Path]) -> dict[str, int]:
    """Lines of the files that exceed the limit, by name below `root`; printed schemas are left out."""
    names = {path.relative_to(root).as_posix(): path for path in paths}
    lengths = {
        name: len(path.read_text().splitlines())
        for name, path in names.items()
        if not any(fnmatch(name, pattern) for pattern in PRINTED)
    }
    return {name: length for name, length in lengths.items() if length > LONGEST}


def test_no_file_is_longer_than_the_limit() -> None:
    assert too_long(ROOT, tracked(*COUNTED)) == {}


def test_the_length_rule_counts_files_of_every_kind(tmp_path: Path) -> None:
    counted = [pattern.replace("*", "rest/file") for pattern in COUNTED] + ["rest/schema.graphql"]
    paths = [tmp_path / name for name in (*counted, "schema.graphql", "docs/schema-0.1.0.graphql")]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_text("#\n" * (LONGEST + 1))
    assert too_long(tmp_path, paths) == dict.fromkeys(counted, LONGEST + 1)
    for path in paths:
        path.write_text("#\n" * LONGEST)
    assert too_long(tmp_path, paths) == {}


def test_the_length_rule_finds_files_of_every_kind() -> None:
    assert {f"*{path.suffix}" for path in tracked(*COUNTED)} == {*COUNTED}


def test_lock_files_record_no_address_of_a_registry() -> None:
    locks = tracked("*package-lock.json")
    assert locks
    found = [
        f"{name_of(path)}: {name}"
        for path in locks
        for name, package in json.loads(path.read_text())["packages"].items()
        if "resolved" in package
    ]
    assert found == []


def test_no_module_is_named_after_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "lib", "shared"}
    assert [name_of(path) for path in FILES if vague & {*parts_of(path)}] == []


def test_sql_is_built_by_the_resolvers_alone() -> None:
    wrong = [
        f"{name} imports {module}"
        for name, path in PRODUCT.items()
        if place(name)[0] in ("graph", "rest")
        for module in imported(path)
        if module.partition(".")[0] in ("sqlalchemy", "alembic")
    ]
    assert wrong == []


def test_models_know_nothing_of_graphql_or_http() -> None:
    beyond = {"strawberry", "graphql", "starlette", "uvicorn", "aiodataloader"}
    wrong = [
        f"{name} imports {module}"
        for name, path in PRODUCT.items()
        if place(name)[0] == "models"
        for module in imported(path)
        if module.partition(".")[0] in beyond
    ]
    assert wrong == []


def test_product_code_does_not_import_tests() -> None:
    wrong = [
        name_of(path)
        for path in FILES
        if parts_of(path)[0] != "tests" and any(each.partition(".")[0] == "tests" for each in imported(path))
    ]
    assert wrong == []


def concepts(package: str) -> set[tuple[str, str]]:
    """Domain and name of all modules of a package's domains."""
    prefix = (*package.split("/"),)
    found = (parts_of(path)[len(prefix) :] for path in FILES if parts_of(path)[: len(prefix)] == prefix)
    return {(parts[0], parts[1]) for parts in found if len(parts) == 2 and parts[0] in DOMAINS}


def test_a_concept_has_one_place_in_every_layer() -> None:
    assert concepts("models") <= concepts("graph")
    assert concepts("models") <= concepts("resolvers")


def test_every_concept_has_a_test_of_its_name() -> None:
    tested = {(domain, name.removeprefix("test_")) for domain, name in concepts("tests/graph")}
    assert concepts("graph") - tested == set()


@pytest.mark.parametrize("layer", LAYERS)
def test_tests_are_named_after_what_they_test(layer: str) -> None:
    """`test_<module>.py`, or `test_<module>_<what of it>.py`, in the room of the module."""
    known = {parts_of(path)[1:] for path in FILES if parts_of(path)[0] == layer}
    wrong = [
        name_of(path)
        for path in FILES
        if parts_of(path)[:2] == ("tests", layer) and path.stem.startswith("test_")
        if not any(
            parts[:-1] == parts_of(path)[2:-1] and f"{path.stem}_".startswith(f"test_{parts[-1]}_")
            for parts in known
            if parts
        )
    ]
    assert wrong == []


def loading_by_themselves(base: type[DeclarativeBase]) -> list[str]:
    """Relationships that may send statements of their own: all without `lazy="raise"`."""
    base.registry.configure()
    return [
        f"{mapper.class_.__name__}.{relationship.key}"
        for mapper in base.registry.mappers
        for relationship in mapper.relationships
        if relationship.lazy != "raise"
    ]


def test_relationships_never_load_by_themselves() -> None:
    assert loading_by_themselves(Base) == []


def test_a_relationship_that_loads_by_itself_is_found() -> None:
    class Lone(DeclarativeBase):
        """Base of two tables of this test."""

    class Parent(Lone):
        __tablename__ = "parents"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Child(Lone):
        __tablename__ = "children"
        parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id"), primary_key=True)
        raising: Mapped[Parent] = relationship(lazy="raise", viewonly=True)
        by_default: Mapped[Parent] = relationship(viewonly=True)
        eager: Mapped[Parent] = relationship(lazy="selectin", viewonly=True)

    assert sorted(loading_by_themselves(Lone)) == ["Child.by_default", "Child.eager"]


def test_every_module_says_what_it_is_for() -> None:
    wrong = [
        name_of(path)
        for path in FILES
        if parts_of(path)[0] != "tests"
        and (source := path.read_text()).strip()
        and path.name != "__init__.py"
        and ast.get_docstring(ast.parse(source)) is None
    ]
    assert wrong == []


def circles() -> list[list[str]]:
    """Groups of product modules that import one another."""
    graph = {
        name: sorted(each for each in imported(path) if each in PRODUCT and each != name)
        for name, path in PRODUCT.items()
    }
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        order[name] = low[name] = len(order)
        stack.append(name)
        for each in graph[name]:
            if each not in order:
                visit(each)
                low[name] = min(low[name], low[each])
            elif each in stack:
                low[name] = min(low[name], order[each])
        if low[name] == order[name]:
            members = [stack.pop()]
            while members[-1] != name:
                members.append(stack.pop())
            if len(members) > 1:
                found.append(sorted(members))

    for name in graph:
        if name not in order:
            visit(name)
    return found


def imports_against_the_order() -> Iterator[str]:
    """Imports of packages that a package may not import."""
    for name, path in PRODUCT.items():
        top = place(name)[0]
        for module in sorted(imported(path)):
            other = module.partition(".")[0]
            if other in MAY_IMPORT and other != top and other not in MAY_IMPORT[top]:
                yield f"{name} imports {module}"


def imports_of_later_domains() -> Iterator[str]:
    """Imports by a domain of a later one, or by a mechanism of any; `access/` may read tables of all."""
    rank = {domain: place for place, domain in enumerate(DOMAINS)}
    for name, path in PRODUCT.items():
        layer, room = place(name)
        if layer not in LAYERS or name == layer:
            continue
        for module in sorted(imported(path)):
            other_layer, other = place(module)
            if other_layer not in LAYERS or other not in rank:
                continue
            if room in rank and rank[other] > rank[room]:
                yield f"{name} imports {module}"
            if room not in rank and not (room == "access" and other_layer == "models"):
                yield f"{name} imports {module}"


def test_no_modules_import_one_another() -> None:
    assert circles() == []


def test_domains_import_earlier_ones_alone() -> None:
    assert list(imports_of_later_domains()) == []


def test_packages_import_what_they_may() -> None:
    assert list(imports_against_the_order()) == []


def test_learning_packages_and_community_stay_apart() -> None:
    """None of them imports another, so that each may become a service of its own."""
    apart = {"learning", "packages", "community"}
    wrong = [
        f"{name} imports {module}"
        for name, path in PRODUCT.items()
        for module in sorted(imported(path))
        if place(name)[0] in LAYERS and place(module)[0] in LAYERS
        if {place(name)[1], place(module)[1]} <= apart and place(name)[1] != place(module)[1]
    ]
    assert wrong == []
