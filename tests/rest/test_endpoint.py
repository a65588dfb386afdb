"""A request becomes a response: bound, executed, reshaped, rendered or refused."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rest.dialect import Dialect
from tests.rest.book_platform import AUTHOR, Shelf, book, client

BOOKS = """
"One book, by id or by title."
query one(
  $id: ID @path(name: "id", only: UUID)
  $title: String @path(name: "id", only: OTHER)
  $open: Boolean = true @param(name: "open")
) @http(method: GET, path: "/api/books/{id}") {
  book(id: $id, title: $title) {
    id title isOpen @guard pages @include(if: $open) author @flat { writer: name }
  }
}

"Give a book another title."
mutation rename(
  $id: ID!
  $title: String! = "" @body(at: "book.title")
  $isTitled: Boolean! = true @body(at: "book.isTitled")
) @http(method: PATCH, path: "/api/books/{id}") {
  rename(id: $id, title: $title) @include(if: $isTitled) {
    book @data { id title } userErrors { code message }
  }
}

query all(
  $kind: Kind @param(name: "kind")
  $size: Int! = 2 @pageSize(param: "size", max: 3)
  $after: String @pageCursor(param: "page")
) @http(method: GET, path: "/api/books") @open(params: ["shelf"]) {
  books(filter: {kind: $kind}, first: $size, after: $after) { nodes @pluck(field: "id") { id } totalCount }
}
"""
MORE = """
query node($id: ID!) @http(method: GET, path: "/api/authors/{id}", signedIn: true) {
  node(id: $id) { ... on Author { id name } }
}
"""
TAGS = """
query tags($id: ID! @param(name: "book"), $x: Boolean! @sent(param: "x"), $y: Boolean! @sent(param: "y"))
@http(method: GET, path: "/api/tags", status: 203) @anyOf(params: ["x", "y"]) {
  book(id: $id) @data {
    keyed: tags @keyed(by: "shelf") { shelf name }
    weights: tags @keyed(by: "name", value: "weight") { name weight }
    grouped: tags @grouped(by: "shelf", value: "name") { shelf name }
    names: tags @pluck(field: "name") { name }
    related { id ... on Author { name @include(if: $x) } ... on Book { title @skip(if: $y) } }
  }
}
"""
SHELVES = """
query every($after: String @everyPage) @http(method: GET, path: "/api/shelves") {
  books(first: 2, after: $after) @pluck(field: "nodes") {
    nodes { id } pageInfo { endCursor hasNextPage }
  }
}
"""
FAILS = """
query fails($code: String @param(name: "code")) @http(method: GET, path: "/api/fails") { fails(code: $code) }
"""
DOCUMENTS = {"books": BOOKS, "authors": MORE, "tags": TAGS, "fails": FAILS, "shelves": SHELVES}
ROWS = "DELETE\t/api/books/:id\tremove one\topen\t000\nPOST\t/api/shelves\tcreate\topen\t000\n"


async def ask(folder: Path, shelf: Shelf, path: str, method: str = "GET", **sent: Any) -> Any:
    async with client(folder, shelf, DOCUMENTS, ROWS) as http:
        return await http.request(method, path, **sent)


ID = "01980000-0000-7000-8000-000000000001"


async def test_one(tmp_path: Path) -> None:
    response = await ask(tmp_path, Shelf(book(1, id=ID, author=AUTHOR)), f"/api/books/{ID}")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {"id": ID, "title": "Book 1", "pages": 1, "writer": "Ada"}


async def test_by_its_other_name_with_a_parameter_and_nothing_to_flatten(tmp_path: Path) -> None:
    response = await ask(tmp_path, Shelf(book(1)), "/api/books/Book%201?open=false")
    assert response.json() == {"id": "1", "title": "Book 1", "writer": None}


async def test_head_and_options(tmp_path: Path) -> None:
    assert (await ask(tmp_path, Shelf(book(1)), "/api/books/Book 1", "HEAD")).status_code == 200
    response = await ask(tmp_path, Shelf(), "/api/books/1", "OPTIONS")
    assert (response.status_code, response.headers["allow"]) == (204, "DELETE, GET, HEAD, OPTIONS, PATCH")


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/api/books/none", 404, "Not found."),
        ("GET", "/api/books/x", 403, "Forbidden."),
        (
            "GET",
            "/api/books/x?open=perhaps",
            400,
            "open: Boolean cannot represent a non boolean value: 'perhaps'",
        ),
        ("PUT", "/api/books/1", 405, "Method not allowed."),
        ("DELETE", "/api/books/1", 501, "DELETE /api/books/{id} is documented, but not served yet."),
        ("POST", "/api/shelves", 501, "POST /api/shelves is documented, but not served yet."),
        ("GET", "/api/books?shelf=1", 501, "shelf is documented, but not served yet."),
        ("GET", "/api/nowhere", 404, "Not found."),
        ("GET", "/api/authors/a", 401, "Unauthenticated."),
        ("GET", "/api/tags?book=1", 400, "One of these is needed: x, y."),
        ("GET", "/api/tags?x=1", 400, "Missing: book."),
        ("GET", "/api/fails", 500, "It failed."),
        ("GET", "/api/fails?code=FORBIDDEN", 403, "It failed."),
        ("GET", "/api/fails?code=SERVICE_UNAVAILABLE", 503, "It failed."),
    ],
)
async def test_refusals(tmp_path: Path, method: str, path: str, status: int, error: str) -> None:
    response = await ask(tmp_path, Shelf(book(1, title="x", isOpen=False)), path, method)
    assert response.status_code == status
    assert response.json()["error"].startswith(error)
    if status == 503:
        assert response.headers["retry-after"] == "2"
    if status == 405:
        assert response.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH"


async def test_what_is_refused_is_not_executed(tmp_path: Path) -> None:
    shelf = Shelf()
    for path in ("/api/authors/a", "/api/tags?book=1", "/api/tags?x=1", "/api/books?shelf=1"):
        await ask(tmp_path, shelf, path)
    assert not shelf.executed


async def test_a_node_of_another_type_is_not_found(tmp_path: Path) -> None:
    credentials = {"authorization": "Bearer x"}
    found = await ask(tmp_path, Shelf(), "/api/authors/a", headers=credentials)
    assert found.json() == {"id": "a", "name": "Ada"}
    missed = await ask(tmp_path, Shelf(book(1)), "/api/authors/1", headers=credentials)
    assert missed.status_code == 404


async def test_reshaping(tmp_path: Path) -> None:
    tags = [
        {"shelf": "NOVEL", "name": "a", "weight": 1},
        {"shelf": "SHORT_STORY", "name": "b", "weight": None},
    ]
    shelf = Shelf(book(1, tags=tags, related=[AUTHOR, book(2)]))
    response = await ask(tmp_path, shelf, "/api/tags?book=1&x=1&y=1")
    assert response.status_code == 203
    assert response.json() == {
        "keyed": {"novel": {"name": "a"}, "short_story": {"name": "b"}},
        "weights": {"a": 1, "b": None},
        "grouped": {"NOVEL": ["a"], "SHORT_STORY": ["b"]},
        "names": ["a", "b"],
        "related": [{"id": "a", "name": "Ada"}, {"id": "2"}],
    }


@pytest.mark.parametrize(
    ("query", "ids", "executions"),
    [
        ("", ["1", "2"], 1),
        ("?page=1&size=3", ["1", "2", "3"], 1),
        ("?page=2", ["3", "4"], 2),
        ("?page=3", ["5"], 3),
        ("?page=2&size=99", ["4", "5"], 2),
        ("?page=0", ["1", "2"], 1),
        ("?page=7", [], 3),
        ("?kind=short_story&page=2", [], 2),
    ],
)
async def test_numbered_pages(tmp_path: Path, query: str, ids: list[str], executions: int) -> None:
    shelf = Shelf(*(book(number) for number in range(1, 6)))
    response = await ask(tmp_path, shelf, f"/api/books{query}")
    assert response.json()["nodes"] == ids
    assert response.json()["totalCount"] == (0 if "kind" in query else 5)
    assert len(shelf.executed) == executions


@pytest.mark.parametrize("rows", [0, 1, 2, 5])
async def test_a_list_that_is_not_paged_is_whole(tmp_path: Path, rows: int) -> None:
    shelf = Shelf(*(book(number) for number in range(1, rows + 1)))
    response = await ask(tmp_path, shelf, "/api/shelves")
    assert response.json() == [{"id": str(number)} for number in range(1, rows + 1)]
    assert len(shelf.executed) == max(1, -(-rows // 2))


@pytest.mark.parametrize(
    ("number", "body", "status", "answer"),
    [
        ("1", {"book": {"title": "New"}}, 200, {"id": "1", "title": "New"}),
        (
            "1",
            {"book": {"title": 7}},
            400,
            {"error": "book.title: String cannot represent a non string value: 7"},
        ),
        ("1", {"book": {}}, 422, {"error": "A title, please."}),
        ("1", None, 422, {"error": "A title, please."}),
        ("2", {"book": {"title": "New"}}, 404, {"error": "There is none."}),
    ],
)
async def test_writing(tmp_path: Path, number: str, body: Any, status: int, answer: Any) -> None:
    response = await ask(tmp_path, Shelf(book(1)), f"/api/books/{number}", "PATCH", json=body)
    assert (response.status_code, response.json()) == (status, answer)


async def test_a_patch_that_writes_nothing_answers_the_resource(tmp_path: Path) -> None:
    shelf = Shelf(book(1))
    response = await ask(tmp_path, shelf, "/api/books/Book 1", "PATCH", json={"book": {"isTitled": False}})
    assert response.json() == {"id": "1", "title": "Book 1", "pages": 1, "writer": None}


async def test_bodies_that_cannot_be_read(tmp_path: Path) -> None:
    response = await ask(tmp_path, Shelf(book(1)), "/api/books/1", "PATCH", content="{")
    assert (response.status_code, response.json()) == (400, {"error": "The body is not valid JSON."})
    response = await ask(tmp_path, Shelf(book(1)), "/api/books/1", "PATCH", content="x" * 300_000)
    assert response.status_code == 413


async def test_headers_of_the_dialect_are_on_every_response(tmp_path: Path) -> None:
    class Named(Dialect):
        def finish(self, request: Any, response: Any) -> None:
            response.headers["x-library"] = "yes"

    async with client(tmp_path, Shelf(), DOCUMENTS, ROWS, Named()) as http:
        for path in ("/api/books", "/api/books/none", "/api/nowhere"):
            assert (await http.get(path)).headers["x-library"] == "yes"


async def test_what_has_ended_is_gone(tmp_path: Path) -> None:
    dialect = Dialect().until(datetime(2020, 1, 1, tzinfo=UTC))
    shelf = Shelf(book(1))
    async with client(tmp_path, shelf, DOCUMENTS, ROWS, dialect) as http:
        response = await http.get("/api/books/1")
    assert (response.status_code, response.json()) == (410, {"error": "This API is no longer served."})
    assert response.headers["sunset"] == "Wed, 01 Jan 2020 00:00:00 GMT"
    assert not shelf.executed
