"""Parts that a made-up platform uses: forms, words, pages, statuses, lists, bodies, headers."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from rest.dialect import Dialect
from rest.errors import CODE, MESSAGE, STATUS, ErrorForm
from rest.number import PageNumbers
from rest.pages import PageEnvelope
from rest.router import Router
from rest.shapes import SHAPES
from tests.rest.book_platform import AUTHOR, Shelf, book, client

SIZE = '$size: Int! = 2 @pageSize(param: "page_size", max: 3) $after: String @pageCursor(param: "page")'
LIST = "{ books(first: $size, after: $after) { nodes { id } totalCount } }"
SHELF = f"""
query pages({SIZE}) @http(method: GET, path: "/api/shelf/pages", shape: "page") {LIST}
query named({SIZE}) @http(method: GET, path: "/api/shelf/named", shape: "namespaced") {LIST}
query bare({SIZE}) @http(method: GET, path: "/api/shelf/bare", shape: "list") {LIST}
query cursor($after: String @param(name: "cursor"))
@http(method: GET, path: "/api/shelf/cursor", shape: "cursor") {{
  books(first: 2, after: $after) {{ nodes {{ id }} pageInfo {{ endCursor hasNextPage }} }}
}}
query map @http(method: GET, path: "/api/shelf/map/{{id:number}}") {{
  book(id: "1") {{ tags @keyed(by: "name", value: "weight") {{ name weight }} }}
}}
"""
BOOKS = """
query key($id: ID) @http(method: GET, path: "/api/books/{id:key}", errors: "V", absent: 204)
@says(code: "NOT_FOUND", as: "no_book", message: "No such book.", status: 410) {
  book(id: $id) {
    id author @omitNull { name } pages @ifNull(value: 0) place: __typename @text(of: "/b/{id}")
  }
}
query gone($id: ID) @http(method: GET, path: "/api/books/{id:key}/strict", errors: "V")
@says(code: "NOT_FOUND", as: "no_book", message: "No such book.", status: 410) { book(id: $id) { id } }
query words($id: ID) @http(method: GET, path: "/api/books/{id:number}.{form:txt|text}", shape: "text") {
  book(id: $id) @pluck(field: "title") { title }
}
query moved($id: ID) @http(method: GET, path: "/api/books/{id}/old", shape: "redirect", status: 302) {
  book(id: $id) @pluck(field: "title") { title }
}
query cookies($id: ID) @http(method: GET, path: "/api/books/{id}/cookies", shape: "nothing", status: 204) {
  book(id: $id) { tags @header(name: "Set-Cookie") @pluck(field: "name") { name } }
}
query asked($id: ID, $pages: Boolean! @asked(param: "fields", name: "pages"))
@http(method: GET, path: "/api/books/{id}/asked") { book(id: $id) { id pages @include(if: $pages) } }
mutation patch($id: ID!, $title: String! @body(at: "title"))
@http(method: PATCH, path: "/api/books/{id}/merge", body: MERGE_PATCH) {
  rename(id: $id, title: $title) { book @flat { id title } userErrors { code message } }
}
"""


class Words(Dialect):
    slash_optional = True
    errors = {  # noqa: RUF012
        "": ErrorForm({"detail": MESSAGE}),
        "V": ErrorForm({"developer_message": MESSAGE, "error_code": CODE, "status": STATUS}),
    }
    numbers = PageNumbers(bad="Invalid page.", bad_status=404, past="Invalid page.")
    page = PageEnvelope(
        parts={"next": "next", "previous": "previous", "count": "count", "num_pages": "pages"}
    )

    @property
    def shapes(self) -> Any:
        return {
            **SHAPES,
            "page": self.page,
            "namespaced": PageEnvelope(parts=self.page.parts, namespace="pagination"),
            "list": PageEnvelope(results=None, headers={"X-Count": "count"}),
            "cursor": PageEnvelope(parts={"next": "next"}, cursor="cursor"),
        }


async def ask(folder: Path, path: str, method: str = "GET", **sent: Any) -> httpx.Response:
    tags = [{"shelf": "NOVEL", "name": name, "weight": 1} for name in ("a=1", "b=2")]
    shelf = Shelf(book(1, tags=tags, pages=None), book(2, author=AUTHOR, title="/new"), book(3))
    async with client(folder, shelf, {"shelf": SHELF, "books": BOOKS}, dialect=Words()) as http:
        return await http.request(method, path, follow_redirects=False, **sent)


NEXT = "http://test/api/shelf/%s?page=2"


@pytest.mark.parametrize(
    ("path", "status", "answer"),
    [
        (
            "shelf/pages",
            200,
            {"next": NEXT % "pages", "previous": None, "count": 3, "num_pages": 2}
            | {"results": [{"id": "1"}, {"id": "2"}]},
        ),
        ("shelf/named?page=2", 200, None),
        ("shelf/bare", 200, [{"id": "1"}, {"id": "2"}]),
        (
            "shelf/cursor",
            200,
            {"next": "http://test/api/shelf/cursor?cursor=2", "results": [{"id": "1"}, {"id": "2"}]},
        ),
        ("shelf/map/7", 200, {"tags": {"a=1": 1, "b=2": 1}}),
        ("shelf/map/x", 404, {"detail": "Not found."}),
        ("shelf/pages?page=3", 404, {"detail": "Invalid page."}),
        ("shelf/pages?page=x", 404, {"detail": "Invalid page."}),
        ("books/1", 200, {"id": "1", "pages": 0, "place": "/b/1"}),
        ("books/1/", 200, {"id": "1", "pages": 0, "place": "/b/1"}),
        (
            "books/none/strict",
            410,
            {"developer_message": "No such book.", "error_code": "no_book", "status": 410},
        ),
        ("books/1/asked", 200, {"id": "1"}),
        ("books/2/asked?fields=id, pages", 200, {"id": "2", "pages": 2}),
    ],
)
async def test_answers(tmp_path: Path, path: str, status: int, answer: Any) -> None:
    response = await ask(tmp_path, f"/api/{path}")
    assert response.status_code == status
    assert answer is None or response.json() == answer


async def test_answers_that_are_no_json(tmp_path: Path) -> None:
    assert (await ask(tmp_path, "/api/books/none")).status_code == 204
    words = await ask(tmp_path, "/api/books/1.text")
    assert (words.text, words.headers["content-type"]) == ("Book 1", "text/plain; charset=utf-8")
    moved = await ask(tmp_path, "/api/books/2/old")
    assert (moved.status_code, moved.headers["location"]) == (302, "/new")
    cookies = await ask(tmp_path, "/api/books/1/cookies")
    assert cookies.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert (await ask(tmp_path, "/api/shelf/bare")).headers["x-count"] == "3"


async def test_a_merge_patch_is_taken_in_its_media_type_alone(tmp_path: Path) -> None:
    path, type_ = "/api/books/1/merge", "application/merge-patch+json"
    patched = await ask(tmp_path, path, "PATCH", content='{"title": "T"}', headers={"content-type": type_})
    assert patched.json() == {"id": "1", "title": "T"}
    assert (await ask(tmp_path, path, "PATCH", json={"title": "T"})).status_code == 415


def test_paths_are_found_by_segments() -> None:
    async def none(*_: Any) -> None: ...

    router = Router(none)
    names = [
        "/users/{id}",
        "/users/me",
        "/users/{id}/tokens",
        "/a,{b}",
        "/{x},{y}",
        "/k/{key:path}/end",
        "/v/{v:v1|v2}",
    ]
    endpoints: dict[str, Any] = {}
    for name in names:

        async def endpoint(*_: Any) -> None: ...

        endpoints[name] = endpoint
        router.add(name, endpoint)
    for path, name, values in (
        ("users/me", "/users/me", {}),
        ("users/me/tokens", "/users/{id}/tokens", {"id": "me"}),
        ("a,1", "/a,{b}", {"b": "1"}),
        ("2,3", "/{x},{y}", {"x": "2", "y": "3"}),
        ("k/a/b/end", "/k/{key:path}/end", {"key": "a/b"}),
        ("v/v2", "/v/{v:v1|v2}", {"v": "v2"}),
    ):
        assert router.find(path.split("/")) == (endpoints[name], values)
    assert router.find(["v", "v3"]) is None
