"""GraphiQL's two pages, the landing page, and the files they load."""

import base64
import hashlib
import json
import re
from pathlib import Path

import httpx
import pytest
from graphql import build_schema, parse, validate
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse

from scripts import cdn_integrity
from serving.landing import PlatformSummary, landing_page
from serving.pages import (
    CDN,
    WEB,
    Bundle,
    DemoViewer,
    Example,
    graphiql_page,
    read_bundle,
    read_cdn,
    read_examples,
    wants_page,
    web_files,
)

BUNDLE = Bundle(
    "/web/assets/graphiql-1a2b.js", ("/web/assets/chunk-3c4d.js",), ("/web/assets/graphiql-5e6f.css",)
)
HOSTILE = '"></script><img src=x onerror=alert(1)>&'


def text(page: HTMLResponse) -> str:
    return bytes(page.body).decode()


def policy(page: HTMLResponse) -> dict[str, list[str]]:
    directives = (directive.split() for directive in page.headers["content-security-policy"].split(";"))
    return {name: values for name, *values in directives}


def config(page: HTMLResponse) -> dict[str, object]:
    block = re.search(r'<script id="config" type="application/json">(.*?)</script>', text(page), re.DOTALL)
    assert block is not None
    settings: dict[str, object] = json.loads(block[1])
    return settings


async def get(path: str, web: Path) -> httpx.Response:
    transport = httpx.ASGITransport(Starlette(routes=[web_files(web)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get(path)


def test_built_page_loads_from_our_own_origin_alone() -> None:
    page = graphiql_page(BUNDLE)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["vary"] == "Accept"
    assert page.headers["x-content-type-options"] == "nosniff"
    addresses = re.findall(r'(?:src|href)="([^"#]+)"', text(page))
    assert {BUNDLE.script, *BUNDLE.preloads, *BUNDLE.styles} <= set(addresses)
    assert all(address.startswith("/") and not address.startswith("//") for address in addresses)
    assert policy(page)["default-src"] == ["'none'"]
    assert policy(page)["script-src"] == ["'self'"]
    assert policy(page)["worker-src"] == ["'self'"]
    assert policy(page)["frame-ancestors"] == ["'none'"]


def test_page_without_a_build_checks_what_the_cdn_sends() -> None:
    page = graphiql_page(None)
    assert page.status_code == 200
    tags = re.findall(rf'<(?:script|link)[^>]* (?:src|href)="{re.escape(CDN)}[^>]*>', text(page))
    assert len(tags) == len(read_cdn()) == 4
    for tag, (file, digest) in zip(tags, read_cdn().items(), strict=True):
        assert f'"{CDN}{file}"' in tag
        assert f'integrity="{digest}" crossorigin="anonymous"' in tag
        assert re.fullmatch(r"sha384-[A-Za-z0-9+/]{64}", digest)
    scripts = [CDN + file for file in read_cdn() if file.endswith(".js")]
    assert policy(page)["script-src"] == ["'self'", *scripts]


@pytest.mark.parametrize("bundle", [BUNDLE, None])
def test_no_script_is_inline(bundle: Bundle | None) -> None:
    html = text(graphiql_page(bundle))
    tags = re.findall(r"<script[^>]*>", html)
    assert all("src=" in tag or 'type="application/json"' in tag for tag in tags)
    assert not re.search(r"\son\w+=", html)


@pytest.mark.parametrize("bundle", [BUNDLE, None])
def test_viewers_and_variables_are_escaped(bundle: Bundle | None) -> None:
    page = graphiql_page(
        bundle, graphql_url=HOSTILE, viewers=[DemoViewer(HOSTILE, HOSTILE)], variables={"slug": HOSTILE}
    )
    assert "<img src=x" not in text(page)
    escaped = "&quot;&gt;&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&amp;"
    assert f'<option value="{escaped}">{escaped}</option>' in text(page)
    assert config(page)["url"] == HOSTILE


def test_examples_open_with_the_servers_own_values() -> None:
    page = graphiql_page(BUNDLE, graphql_url="/graphql", variables={"slug": "a-course", "unknown": 1})
    assert config(page)["url"] == "/graphql"
    examples = config(page)["examples"]
    assert isinstance(examples, list)
    assert [example["title"] for example in examples] == [
        "Course outline",
        "My progress",
        "Quiz with questions",
        "Enroll",
        "Watch progress",
        "Visit item",
        "Launch package",
    ]
    assert [json.loads(example["variables"]) for example in examples] == [
        {"slug": "a-course"},
        {"slug": "a-course"},
        {"slug": "a-course"},
        {"input": None},
        {"courseId": None},
        {"itemId": None},
        {"packageId": None},
    ]


@pytest.mark.parametrize("example", read_examples(), ids=lambda example: example.title)
def test_examples_are_valid_in_the_schema(example: Example) -> None:
    schema = WEB.parent / "schema.graphql"
    if not schema.exists():
        pytest.skip("schema.graphql is not printed yet")
    assert validate(build_schema(schema.read_text("utf-8")), parse(example.query)) == []


def test_integrity_is_that_of_the_packages() -> None:
    if not cdn_integrity.TARBALLS.is_dir():
        pytest.skip("the packages are not here; scripts/cdn_integrity.py downloads them")
    assert dict(read_cdn()) == {
        f"{package}/{file}": cdn_integrity.integrity(package, file)
        for package, files in cdn_integrity.FILES.items()
        for file in files
    }


def test_bundle_is_read_from_the_manifest(tmp_path: Path) -> None:
    manifest = {
        "src/graphiql/main.jsx": {
            "file": "assets/main-1.js",
            "imports": ["_shared.js"],
            "css": ["assets/main-2.css"],
        },
        "_shared.js": {"file": "assets/shared-3.js", "css": ["assets/shared-4.css"]},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert read_bundle(tmp_path) == Bundle(
        "/web/assets/main-1.js",
        ("/web/assets/shared-3.js",),
        ("/web/assets/shared-4.css", "/web/assets/main-2.css"),
    )


@pytest.mark.parametrize("manifest", [None, "", "{}", "[]", '{"src/graphiql/main.jsx": {}}', "\xff"])
def test_broken_build_is_no_bundle(manifest: str | None, tmp_path: Path) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_bytes(manifest.encode("latin-1"))
    assert read_bundle(tmp_path) is None


async def test_built_files_are_immutable(tmp_path: Path) -> None:
    (tmp_path / "dist" / "assets").mkdir(parents=True)
    (tmp_path / "static").mkdir()
    (tmp_path / "dist" / "manifest.json").write_text("{}", "utf-8")
    (tmp_path / "dist" / "assets" / "main-1.js").write_text("1", "utf-8")
    (tmp_path / "static" / "graphiql.js").write_text("2", "utf-8")
    built = await get("/web/assets/main-1.js", tmp_path)
    assert (built.status_code, built.text) == (200, "1")
    assert built.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert built.headers["content-type"].startswith("text/javascript")
    plain = await get("/web/static/graphiql.js", tmp_path)
    assert (plain.status_code, plain.text) == (200, "2")
    assert "cache-control" not in plain.headers
    for path in ("/web/assets/main-2.js", "/web/manifest.json", "/web/assets/..%2fmanifest.json"):
        assert (await get(path, tmp_path)).status_code == 404


async def test_missing_build_answers_404(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    assert (await get("/web/assets/main-1.js", tmp_path)).status_code == 404


@pytest.mark.parametrize("built", [True, False], ids=["built", "cdn"])
async def test_every_file_of_ours_on_the_page_is_served(built: bool) -> None:
    bundle = read_bundle() if built else None
    if built and bundle is None:
        pytest.skip("web/ is not built")
    files = re.findall(r'(?:src|href)="(/web/[^"]+)"', text(graphiql_page(bundle)))
    assert files
    for file in files:
        assert (await get(file, WEB)).status_code == 200, file


@pytest.mark.parametrize(
    ("method", "accept", "page"),
    [
        ("GET", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("HEAD", "text/html", True),
        ("POST", "text/html", False),
        ("GET", "application/graphql-response+json, application/json;q=0.9", False),
        ("GET", "*/*", False),
        ("GET", None, False),
    ],
)
def test_browsers_are_told_from_clients(method: str, accept: str | None, page: bool) -> None:
    headers = [] if accept is None else [(b"accept", accept.encode())]
    assert wants_page(Request({"type": "http", "method": method, "headers": headers})) is page


def test_landing_page_shows_what_is_served() -> None:
    page = landing_page(
        [
            PlatformSummary("Alpha", "/alpha/", "/alpha/api", 10, 45),
            PlatformSummary("Beta", "/beta/", "/beta", 0, 0),
        ],
        origin="http://localhost:8000/",
    )
    assert page.status_code == 200
    html = text(page)
    assert "<td>10 of 45</td>" in html
    assert "<td>0 of 0</td>" in html
    assert 'value="10" max="45"' in html
    assert "curl http://localhost:8000/graphql " in html
    assert {"/graphql", "/graphql#docs", "/schema.graphql", "/alpha/reference", "/beta/"} <= set(
        re.findall(r'href="([^"]+)"', html)
    )
    assert "/beta/reference" not in html
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy(page)["style-src"] == [f"'sha256-{digest}'"]
    assert "script-src" not in policy(page)
    assert " style=" not in html


def test_landing_page_escapes_values() -> None:
    page = landing_page([PlatformSummary(HOSTILE, HOSTILE, HOSTILE, 1, 2)], origin=HOSTILE)
    assert "<img src=x" not in text(page)
    assert text(page).count("&lt;img src=x onerror=alert(1)&gt;&amp;") == 6
