"""The record of validated documents is up to date; a start with a valid record parses no document."""

from pathlib import Path

import pytest

from graph.declaring.schema import public_schema
from rest import route
from rest.document import load
from rest.in_process import execute_in_process
from rest.platform import PLATFORMS, Platform
from rest.validated import hash_of, is_validated
from tests.rest.book_platform import written

platforms = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)


@platforms
def test_the_record_holds_for_documents_that_are_valid(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rest.document.is_validated", lambda _: False)
    for operation in load(platform.folder, platform.prefix, public_schema):
        platform.dialect.verify(operation)
    assert is_validated(platform.folder), "run 'make format'"


def test_a_start_parses_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[Path] = []
    monkeypatch.setattr("rest.document._parsed", parsed.append)
    assert route.routes(public_schema, execute_in_process)
    assert parsed == []


def test_a_changed_document_has_another_hash(tmp_path: Path) -> None:
    before = hash_of(written(tmp_path, {"books": "query a { b }"}))
    assert hash_of(written(tmp_path, {"books": "query a { c }"})) != before
    assert not is_validated(tmp_path)


def test_a_damaged_record_holds_for_no_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = tmp_path / "validated.json"
    monkeypatch.setattr("rest.validated.RECORD", record)
    assert not is_validated(PLATFORMS[0].folder)
    record.write_text("<<<<<<< HEAD\n")
    assert not is_validated(PLATFORMS[0].folder)
