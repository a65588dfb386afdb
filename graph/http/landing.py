"""The page at `/`: what this server offers, and how much of each platform's REST API it answers."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from string import Template
from typing import NamedTuple

from starlette.responses import HTMLResponse

from graph.http.pages import MOUNT, WEB, page_headers


class Platform(NamedTuple):
    """A legacy platform: the path it is mounted under, and how many of its documented routes are served."""

    name: str
    mount: str
    served: int
    documented: int


def landing_page(platforms: Sequence[Platform], *, origin: str) -> HTMLResponse:
    """The landing page; `origin` is the scheme, host and port by which the browser came."""
    css = (WEB / "pages" / "landing.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    html = Template((WEB / "pages" / "landing.html").read_text("utf-8")).substitute(
        web=MOUNT,
        css=css,
        count=len(platforms),
        origin=escape(origin.rstrip("/")),
        platforms="".join(map(_row, platforms)),
    )
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return HTMLResponse(html, headers=page_headers(policy))


def _row(platform: Platform) -> str:
    name, mount, served, documented = platform
    bar = f'<progress aria-label="{escape(name)}" value="{served}" max="{max(documented, 1)}"></progress>'
    return (
        f'<tr><th scope="row">{escape(name)}</th><td><code>{escape(mount)}</code></td>'
        f"<td>{served} of {documented}</td><td>{bar}</td></tr>"
    )
