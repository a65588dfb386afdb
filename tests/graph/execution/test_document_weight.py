"""Prepared documents take no more memory than the cache counts for them."""

import gc
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from graphql.language import visitor

from graph.declaring.schema import public_schema
from graph.engine.plan import Plan
from graph.execution import execute
from graph.execution.execute import CheckedDocument, known_documents, prepare
from graph.limits.figures import ANONYMOUS, TRUSTED, OperationLimits


def repeated(part: str, times: int) -> str:
    """The part so many times, each with another number in place of `#`."""
    return " ".join(part.replace("#", str(each)) for each in range(times))


REFUSED = {
    "unclosed": "{aNUM",
    "unclosed, long": "{aNUM " + "a " * 400,
    "unclosed, nested": "{aNUM " + "{a " * 60,
    "unknown fields": "{" + repeated("aNUM_#", 14) + "}",
    "undefined variables": "query ANUM(" + repeated("$a#:ID", 150) + "){__typename}",
    "too deep": "query ANUM{" + "course(id:1){sections{" * 12 + "id" + "}}" * 12 + "}",
    "too many tokens": "query ANUM{" + "a " * 2000 + "}",
}
COURSE = "id title sections { id title items { id title } } channel { id title }"
ENROLL = 'a#:enroll(input:{courseId:"#"}){enrollment{id course{id}} userErrors{code}}'
CONDITIONS = (
    "(" + repeated("$a#:Boolean!", 3) + "){courses{nodes{id " + repeated("b#:title @skip(if:$a#)", 3) + "}}}"
)
CHANNELS = "{courses(first:1){nodes{" + repeated("a#:channel{...C}", 6) + "}}}"
VALID = {
    "tiny": "query ANUM{__typename}",
    "dense": "query ANUM{courses{nodes{" + "id " * 19 + "}}}",
    "lists": "query ANUM{" + repeated("a#:courses(first:1){nodes{id title}}", 5) + "}",
    "deep": "query ANUM{courses(first:1){nodes{" + COURSE + "}}}",
    "aliases": "query ANUM{courses{nodes{" + repeated("a#:title", 50) + "}}}",
    "fragments": "query ANUM" + CHANNELS + " fragment C on Channel{" + repeated("b#:title", 15) + "}",
    "conditions": "query ANUM" + CONDITIONS,
    "mutation": "mutation ANUM{" + repeated(ENROLL, 4) + "}",
    "comment": "query ANUM{__typename} #" + "é" * 20_000,
    "string": 'query ANUM{course(id:"' + "é" * 20_000 + '"){id}}',
}
COUNT = 5


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    known_documents.clear()
    yield
    known_documents.clear()


def numbered(text: str, number: int) -> str:
    return text.replace("NUM", str(number))


def traced() -> int:
    """Bytes in use; without the names that Python keeps of the last attributes that visitors looked up."""
    gc.collect()
    seen = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(False, visitor.__file__)])
    return sum(each.size for each in seen.statistics("filename"))


def taken(text: str, limits: OperationLimits, use: Callable[[CheckedDocument], None]) -> tuple[int, int]:
    """Bytes that a few documents take in the cache, and their weight."""
    use(prepare(public_schema, numbered(text, 99), limits))  # makes what all documents share
    tracemalloc.start()
    try:
        for number in range(2):
            use(prepare(public_schema, numbered(text, number), limits))
        before, weight = traced(), known_documents.weight
        for number in range(10, 10 + COUNT):
            use(prepare(public_schema, numbered(text, number), limits))
        return traced() - before, known_documents.weight - weight
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_refused_document_keeps_no_more_than_its_errors(text: str) -> None:
    def refused(document: CheckedDocument) -> None:
        assert document.errors
        assert not any(error.__traceback__ or error.nodes or error.source for error in document.errors)

    bytes_, weight = taken(text, ANONYMOUS, refused)
    assert bytes_ <= weight <= COUNT * 40_000


def planned(document: CheckedDocument) -> None:
    """Make all plans that requests may need."""
    assert not document.errors, document.errors
    made = execute._planned(public_schema, document, None)
    assert made is not None
    names = made._conditions
    for chosen in range(2 ** len(names)):
        values = {name: bool(chosen >> place & 1) for place, name in enumerate(names)}
        plan = made.plan(values, True)
        assert isinstance(plan, Plan)
        made.plan(values, False)
        document.delivered(public_schema, None, values, plan.constants)


@pytest.mark.parametrize("text", VALID.values(), ids=VALID)
def test_a_valid_document_with_its_plans_takes_what_is_counted(text: str) -> None:
    bytes_, weight = taken(text, TRUSTED, planned)
    assert bytes_ <= weight


def test_locations_and_codes_of_errors_stay() -> None:
    (error,) = prepare(public_schema, "{ courses { nothing } }").errors
    assert error.formatted["locations"] == [{"line": 1, "column": 13}]
    assert error.formatted["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}


def test_plans_that_come_later_evict_other_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    first = prepare(public_schema, numbered(VALID["tiny"], 1))
    before = known_documents.weight
    planned(first)
    assert known_documents.weight > before
    monkeypatch.setattr(known_documents, "most", known_documents.weight + 3_000)
    last = prepare(public_schema, numbered(VALID["tiny"], 2))
    assert prepare(public_schema, numbered(VALID["tiny"], 2)) is last
    assert known_documents.weight <= known_documents.most
