"""Pages of another origin, in Chromium: they read every response of a server that allows their origin."""

import http.client
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from urllib.parse import urlsplit

import pytest

from conformance.service import started

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
LARGE = 5_000_000
REQUESTS: dict[str, tuple[str, str, str | int | None, str | None, int | None]] = {
    "graphql": ("POST", "/graphql", '{"query": "{ __typename }"}', "application/json", 200),
    "graphql, not a query": ("POST", "/graphql", "{", "application/json", 400),
    "graphql, too large": ("POST", "/graphql", LARGE, "application/json", 413),
    "xikolo": ("GET", "/xikolo/api/v2/courses", None, None, 200),
    "xikolo at the root": ("GET", "/api/v2/courses", None, None, 200),
    "xikolo, signed out": ("GET", "/xikolo/api/v2/enrollments", None, None, 401),
    "xikolo, too large": ("POST", "/xikolo/api/v2/authenticate", LARGE, "application/json", 413),
    "scormcloud": ("GET", "/scormcloud/api/v2/courses", None, None, 401),
    "openedx": ("GET", "/openedx/openapi.json", None, None, 200),
    "versal": ("GET", "/versal/openapi.json", None, None, 200),
    "uploads": ("POST", "/uploads", "text", "text/plain", None),
    "xapi": ("GET", "/xapi/about", None, None, 200),
    "assets": ("GET", "/assets/0/none.txt", None, None, 404),
    "unknown": ("GET", "/there/is/nothing", None, None, 404),
}
"""Method, path, body (or its length), media type and status (null: any refusal) by name."""

PAGE = """<!doctype html><pre id="seen"></pre><script>
(async () => {
  const seen = {};
  for (const [name, [method, path, body, type]] of Object.entries(REQUESTS)) {
    const content = typeof body === "number" ? " ".repeat(body) : body ?? undefined;
    const headers = type ? { "content-type": type } : {};
    try {
      const answer = await fetch("ORIGIN" + path, { method, body: content, headers });
      await answer.text();
      seen[name] = answer.status;
    } catch (error) {
      seen[name] = String(error);
    }
  }
  await fetch("/seen", { method: "POST", body: JSON.stringify(seen) });
})();
</script>"""


class _Site(ThreadingHTTPServer):
    """Server of the other origin: one page, which posts what it saw."""

    page = ""
    seen: dict[str, object] | None = None


class _Handler(BaseHTTPRequestHandler):
    server: _Site

    def do_GET(self) -> None:
        self._answer(self.server.page.encode())

    def do_POST(self) -> None:
        self.server.seen = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self._answer(b"")

    def _answer(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextmanager
def _site() -> Iterator[_Site]:
    with _Site(("127.0.0.1", 0), _Handler) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        try:
            yield site
        finally:
            site.shutdown()


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[_Site, str]]:
    """Site of another origin, and the origin of a server that allows it."""
    with _site() as site, started(SCHOLAGRAPH_CORS=_origin(site)) as service:
        yield site, service.origin


def _origin(site: _Site) -> str:
    return f"http://127.0.0.1:{site.server_address[1]}"


def test_a_page_of_an_allowed_origin_reads_every_response(both: tuple[_Site, str]) -> None:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"needs Chromium at {CHROMIUM}")
    site, origin = both
    site.page = PAGE.replace("REQUESTS", json.dumps(REQUESTS)).replace("ORIGIN", origin)
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--remote-debugging-port=0",
    ]
    with TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        command = [CHROMIUM, *flags, f"--user-data-dir={profile}", _origin(site)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
            try:
                for _ in range(120):
                    if site.seen is not None or browser.poll() is not None:
                        break
                    time.sleep(0.5)
            finally:
                browser.kill()
    assert site.seen is not None, "the page did not tell what it saw"
    for name, (*_, status) in REQUESTS.items():
        seen = site.seen[name]
        assert seen == status if status else isinstance(seen, int) and 400 <= seen < 500, (name, seen)


@pytest.mark.parametrize("name", REQUESTS)
def test_exactly_one_header_allows_the_origin(name: str, both: tuple[_Site, str]) -> None:
    site, origin = both
    method, path, body, media_type, _ = REQUESTS[name]
    content = b" " * body if isinstance(body, int) else (body or "").encode()
    connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=30)
    headers = {"Origin": _origin(site)} | ({"Content-Type": media_type} if media_type else {})
    connection.request(method, path, content, headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    assert len(response.headers.get_all("Access-Control-Allow-Origin") or ()) == 1
