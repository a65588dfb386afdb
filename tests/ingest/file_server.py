"""A server of files for tests of what is fetched and sent."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class Site:
    """A server of files that notes what is sent to it; `refusals` is how often it refuses that at first.

    `moved` are other places by path, `late` the seconds that it takes until it answers.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.moved: dict[str, str] = {}
        self.late: dict[str, float] = {}
        self.sent: list[Any] = []
        self.refusals = 0
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                time.sleep(site.late.get(self.path, 0))
                content = site.files.get(self.path)
                if (place := site.moved.get(self.path)) is not None:
                    self.send_response(302)
                    self.send_header("Location", place)
                else:
                    self.send_response(200 if content is not None else 404)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                site.refusals -= 1
                if site.refusals < 0:
                    site.sent.append(json.loads(body))
                self.send_response(503 if site.refusals >= 0 else 200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
