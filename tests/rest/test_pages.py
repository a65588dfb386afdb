"""The pages of platforms: routes with their operations, and the API reference."""

import html
import re

import httpx
import pytest
from starlette.applications import Starlette

from graph.declaring.schema import public_schema
from rest.coverage import State
from rest.document import load
from rest.in_process import execute_in_process
from rest.platform import PLATFORMS, Platform
from rest.route import routes
from serving.pages import Bundle
from serving.platform_pages import coverage_page, page_routes, reference_page

platforms = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
BUNDLE = Bundle("/web/assets/reference-1.js", (), ("/web/assets/reference-1.css",))


def shown(page: str) -> list[list[str]]:
    """Texts of the cells of each row."""
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    rows = [re.findall(r"<td>(.*?)</td>", row, re.DOTALL) for row in body.split("<tr>")[1:]]
    return [[html.unescape(re.sub("<[^>]+>", "", cell)) for cell in row] for row in rows]


@platforms
def test_each_route_is_shown_with_what_serves_it(platform: Platform) -> None:
    operations = load(platform.folder, platform.prefix, public_schema)
    page = bytes(coverage_page(platform, operations).body).decode()
    found = shown(page)
    assert [row[:4] for row in found] == [
        [each.method, each.state.value, each.path, each.purpose] for each in platform.rows
    ]
    names = {(each.method, each.path): each.name for each in operations}
    for row, cells in zip(platform.rows, found, strict=True):
        wanted = names[row.method, row.template] if row.state is State.SERVED else "not built yet (501)"
        assert cells[4] == wanted
    counts = platform.coverage
    assert f"{counts.served} of {counts.documented} documented routes are served" in page
    policy = coverage_page(platform, operations).headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert (
        ('/reference"' in page)
        == (f"curl http://127.0.0.1:8000/{platform.name}/" in page)
        == bool(counts.served)
    )


@platforms
async def test_pages_stand_below_the_platforms_name(platform: Platform) -> None:
    app = Starlette(routes=routes(public_schema, execute_in_process, pages=page_routes))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", follow_redirects=True) as http:
        for path in (f"/{platform.name}", f"/{platform.name}/reference"):
            page = await http.get(path)
            assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
            for link in re.findall(r'(?:href|src)="(/[^"#]*)', page.text):
                if link.startswith(f"/{platform.name}"):
                    assert (await http.get(link)).status_code == 200, link


@platforms
@pytest.mark.parametrize("page", ["/", "/reference", "/openapi.json"])
async def test_who_has_a_page_is_not_sent_it_again(platform: Platform, page: str) -> None:
    app = Starlette(routes=routes(public_schema, execute_in_process, pages=page_routes))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        first = await http.get(f"/{platform.name}{page}")
        assert (first.status_code, first.headers["cache-control"]) == (200, "no-cache")
        tag = first.headers["etag"]
        for method in ("GET", "HEAD"):
            again = await http.request(method, f"/{platform.name}{page}", headers={"If-None-Match": tag})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
            assert again.headers.get("vary") == first.headers.get("vary")
            assert "content-type" not in again.headers
        other = await http.get(f"/{platform.name}{page}", headers={"If-None-Match": '"other"'})
        assert (other.status_code, other.content) == (200, first.content)


def test_the_reference_loads_from_our_own_origin_alone() -> None:
    page = reference_page(PLATFORMS[0], BUNDLE)
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert not re.search(r"https?:", policy)
    text = bytes(page.body).decode()
    assert {BUNDLE.script, *BUNDLE.styles} <= set(re.findall(r'(?:src|href)="([^"]+)"', text))
    assert not re.search(r'(?:src|href)="https?:', text)
    assert 'data-description="/xikolo/openapi.json"' in text


def test_without_a_front_end_the_reference_says_so() -> None:
    text = bytes(reference_page(PLATFORMS[0], None).body).decode()
    assert "The reference is not built on this server" in text
    assert "<script" not in text
    assert 'href="/xikolo/openapi.json"' in text
