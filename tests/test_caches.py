"""Caches whose keys may hold text from requests are known, and each is bounded by what it keeps."""

import ast
from collections.abc import Iterator

import pytest

from models.postgres.connection import numbered
from resolvers.access.network import network
from settings.bounds import cached_by_weight
from settings.environment import ROOT

DECORATORS = {"cache", "lru_cache", "cached_by_weight", "cached_statement", "kept"}
FOLDERS = ("graph", "ingest", "models", "resolvers", "rest", "runtime", "serving", "settings")

OF_TEXT = {
    "graph.http.media.body_form": "only headers of at most 500 characters",
    "graph.http.media.ranges": "only headers of at most 500 characters",
    "models.postgres.connection.numbered": "8 MB",
    "resolvers.access.network._network": "64 characters of an address",
    "graph.http.wanted.wanted": "only headers of at most 500 characters",
    "resolvers.access.viewer._accepted_languages": "500 characters of a header",
    "serving.compression.chosen_coding": "only headers of at most 500 characters",
    "resolvers.loading.page._page": "16 MB; names of filters are the schema's",
    "resolvers.loading.page._total": "16 MB; names of filters are the schema's",
    "resolvers.loading.relation._many": "16 MB; names of filters are the schema's",
    "resolvers.operations.table_change.reads_clock": "statements of REST documents, which are ours",
    "resolvers.operations.table_change.tables_of": "statements of REST documents, which are ours",
    "resolvers.packages.prerequisite.read_prerequisite": "1,000 scripts of bounded length",
}
"""Cached functions with text among their parameters, and what bounds the text that is kept."""

OURS = {
    "resolvers.catalogue.course_date._of_viewer",
    "resolvers.commands.command.nullable",
    "rest.in_process.document_of",
}
"""Cached functions whose text is part of the code: names of filters, classes, documents of routes."""


def cached_functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for folder in FOLDERS:
        for file in (ROOT / folder).rglob("*.py"):
            module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.FunctionDef) and names(node) & DECORATORS:
                    yield f"{module}.{node.name}", node


def names(function: ast.FunctionDef) -> set[str]:
    """Names of a function's decorators."""
    called = [each.func if isinstance(each, ast.Call) else each for each in function.decorator_list]
    return {each.id for each in called if isinstance(each, ast.Name)}


def takes_text(function: ast.FunctionDef) -> bool:
    annotations = [each.annotation for each in function.args.args if each.annotation is not None]
    return any(
        isinstance(part, ast.Name) and part.id in ("str", "bytes", "Any")
        for annotation in annotations
        for part in ast.walk(annotation)
    )


def test_every_cache_of_text_is_listed_with_its_bound() -> None:
    found = {name for name, function in cached_functions() if takes_text(function)}
    assert found - OURS == set(OF_TEXT)


def test_a_cache_by_weight_keeps_no_more_than_its_weight() -> None:
    asked = []

    @cached_by_weight(100, len)
    def doubled(text: str) -> str:
        asked.append(text)
        return text * 2

    for text in ("a" * 10, "b" * 10, "a" * 10, "c" * 40, "b" * 10, "d" * 60):
        assert doubled(text) == text * 2
    assert [text[0] for text in asked] == ["a", "b", "c", "b", "d"]
    assert doubled.known.weight <= 100  # type: ignore[attr-defined]


@pytest.mark.parametrize("length", [100, 10_000])
def test_statements_of_any_length_stay_within_the_bound(length: int) -> None:
    for number in range(300):
        numbered(f"SELECT {number} AS {'a' * length}{number}")
    assert numbered.known.weight <= 8_000_000  # type: ignore[attr-defined]


def test_an_address_of_any_length_is_kept_short() -> None:
    assert network("x" * 100_000) == "x" * 64
