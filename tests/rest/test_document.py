"""Documents become operations, and mistakes in them stop the start."""

from pathlib import Path

import pytest

from rest.document import load
from rest.operation import Mistake, Operation
from tests.rest.book_platform import SCHEMA, written

BOOK = "{ book(id: $id) { id } }"
HTTP = '@http(method: GET, path: "/api/books/{id}")'


def loaded(folder: Path, **documents: str) -> list[Operation]:
    return load(written(folder, documents), "/api", SCHEMA)


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_an_operation_says_all_about_its_route(tmp_path: Path) -> None:
    (operation,) = loaded(
        tmp_path,
        books=f"""
        "Read one book."
        query one($id: ID!, $author: Boolean! @included(name: "author")) {HTTP} {{
          book(id: $id) {{ id ...Author }}
        }}
        fragment Author on Book {{ author @include(if: $author) {{ name }} }}
        """,
    )
    assert (operation.name, operation.description) == ("one", "Read one book.")
    assert (operation.method, operation.path, operation.status) == ("GET", "/api/books/{id}", 200)
    assert operation.includable == ("author",)
    assert operation.answers == (("book",),)
    assert operation.whole.field is not None
    assert operation.whole.field.of({}).keys() == {"id", "author"}


def test_the_text_is_plain_graphql(tmp_path: Path) -> None:
    (operation,) = loaded(
        tmp_path,
        books=f"query one($id: ID!) {HTTP} {{ node(id: $id) @data {{ ... on Book {{ title @flat }} }} }}",
    )
    assert one_line(operation.text) == (
        "query one($id: ID!) { node(id: $id) { __typename ... on Book { title } } }"
    )


def test_fragments_are_shared_by_all_files_of_a_folder(tmp_path: Path) -> None:
    first, second = loaded(
        tmp_path,
        books=f"query a($id: ID!) {HTTP} {{ book(id: $id) {{ ...Book }} }} fragment Book on Book {{ id }}",
        shelves='query b @http(method: GET, path: "/api/shelves") { books { nodes { ...Book } } }',
    )
    assert first.text.endswith("fragment Book on Book {\n  id\n}")
    assert second.text.endswith("fragment Book on Book {\n  id\n}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("query q {", "books.graphql:1: Syntax Error: Expected Name, found <EOF>."),
        (
            f"\nquery q($id: ID!) {HTTP} {{\n book(id: $id) {{ pagse }} }}",
            "books.graphql:3: Cannot query field 'pagse'",
        ),
        (
            "\n\nquery q { books { totalCount } }",
            "books.graphql:3: An operation needs a name and @http.",
        ),
        (
            f"query q($ID: ID!) {HTTP} {{ book(id: $ID) {{ id }} }}",
            "books.graphql:1: Variable '$ID' has no source; add @param, @body or another source.",
        ),
        (
            'query q @http(method: GET, path: "/api/shelves") { books { totalCount } }',
            "books.graphql:1: /api/shelves belongs in shelves.graphql.",
        ),
        (
            f"query q($id: ID!) {HTTP} {BOOK} fragment F on Book {{ id }}",
            "books.graphql:1: Fragment 'F' is not used.",
        ),
        (
            f"query q($id: ID!) {HTTP} {BOOK}\nquery r($id: ID!) {HTTP} {BOOK}",
            "books.graphql:2: GET /api/books/{id} is already served by 'q'.",
        ),
        (
            f"query q($id: ID!) {HTTP} {{ book(id: $id) {{ id }} books {{ totalCount }} }}",
            "books.graphql:1: One of several root fields needs @data.",
        ),
        (
            f"query q($id: ID!) {HTTP} {{ book(id: $id) {{ tags {{ name @data }} }} }}",
            "books.graphql:1: @data and @guard may only be used below single objects.",
        ),
        (
            f'query q($id: ID!, $n: Int! = 2 @pageSize(param: "n", max: 9)) {HTTP}'
            "{ book(id: $id) { id } books(first: $n) @data { totalCount } }",
            "books.graphql:1: @pageSize and @pageCursor must be used together.",
        ),
        (
            'query q($a: String @everyPage) @http(method: GET, path: "/api/books") '
            "{ books(after: $a) { nodes { id } } }",
            "books.graphql:1: @everyPage needs 'nodes' and 'pageInfo' of its list.",
        ),
    ],
)
def test_a_mistake_names_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(Mistake) as caught:
        loaded(tmp_path, books=text)
    assert str(caught.value).removeprefix(f"{tmp_path}/").startswith(message)


def test_the_page_before_is_found_by_a_lean_query(tmp_path: Path) -> None:
    (operation,) = loaded(
        tmp_path,
        books="""
        query all(
          $kind: Kind @param(name: "kind")
          $size: Int! = 2 @pageSize(param: "size", max: 9)
          $after: String @pageCursor(param: "page")
          $authors: Boolean! @included(name: "author")
        ) @http(method: GET, path: "/api/books") {
          books(filter: {kind: $kind}, first: $size, after: $after) {
            nodes { id author @include(if: $authors) { name } } totalCount
          }
        }
        """,
    )
    assert operation.paging is not None
    assert operation.paging.lean_variables == {"kind", "size", "after"}
    assert one_line(operation.paging.lean) == (
        "query all($kind: Kind, $size: Int! = 2, $after: String)"
        " { books(filter: { kind: $kind }, first: $size, after: $after)"
        " { pageInfo { endCursor hasNextPage } } }"
    )
