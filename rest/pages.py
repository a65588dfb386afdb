"""Page envelopes: a platform's wrapping of one page of a list, with the URLs of other pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.responses import Response

from rest.operation import View
from rest.reshape import reshaper
from rest.shapes import Conversions, OperationResult, Render, json_response, with_headers


@dataclass(frozen=True, slots=True)
class PageEnvelope:
    """Names of the parts of a page.

    `results` holds the entries; null for a bare list, whose other parts are `headers`. `parts` maps names to
    values: `next`, `previous`, `first`, `last` (URLs), `count`, `pages`, `page`, `size`, `start`. `namespace`
    wraps the parts in an object. A numbered page has the parameter `number`, a page of cursors the parameter
    `cursor`.
    """

    results: str | None = "results"
    parts: Mapping[str, str] = field(default_factory=dict)
    namespace: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cursor: str | None = None

    def __call__(self, view: View, conversions: Conversions) -> Render:
        """Shape: a page of the connection that is the value of the response."""
        assert view.field is not None, "a page needs a list"  # noqa: S101
        nodes = reshaper(view.field.of({})["nodes"], conversions)
        paging = view.operation.paging

        def render(answer: OperationResult) -> Response:
            entries = nodes(answer.value["nodes"], answer.origin)
            known = (
                self.by_cursor(answer, answer.value["pageInfo"])
                if paging is None
                else numbered(answer, paging.number, answer.value["totalCount"])
            )
            made: Any = entries
            if self.results is not None:
                parts = {name: known[what] for name, what in self.parts.items()}
                made = {self.results: entries}
                made = {**made, self.namespace: parts} if self.namespace else {**parts, **made}
            response = json_response(made, answer.status)
            for name, what in self.headers.items():
                if known[what] is not None:
                    response.headers[name] = str(known[what])
            return with_headers(view, response, answer)

        return render

    def by_cursor(self, answer: OperationResult, page: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parts of a page of cursors."""
        assert self.cursor is not None, "the envelope names the cursor's parameter"  # noqa: S101
        following = address(answer, self.cursor, page["endCursor"]) if page["hasNextPage"] else None
        return {"next": following, "previous": None}


def numbered(answer: OperationResult, number: str, total: int) -> dict[str, Any]:
    """Return the parts of a numbered page of a list of `total` entries."""
    page = answer.page
    assert page is not None, "the operation has numbered pages"  # noqa: S101
    pages = page.pages(total)
    answer.incoming.numbers.check_past(page.number, pages)
    return {
        "next": address(answer, number, page.number + 1) if page.number < pages else None,
        "previous": address(answer, number, page.number - 1) if page.number > 1 else None,
        "first": address(answer, number, 1),
        "last": address(answer, number, pages),
        "count": total,
        "pages": pages,
        "page": page.number,
        "size": page.size,
        "start": (page.number - 1) * page.size,
    }


def address(answer: OperationResult, name: str, value: Any) -> str:
    """Return the absolute URL of another page: the request's own, with one parameter changed, at the end."""
    pairs = parse_qsl(answer.request.url.query, keep_blank_values=True)
    kept = [(each, text) for each, text in pairs if each != name]
    return str(answer.request.url.replace(query=urlencode([*kept, (name, value)])))
