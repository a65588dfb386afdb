"""Page at `/`: the server's APIs, and the share of each platform's REST API that is served."""

import base64
import hashlib
import re
from collections.abc import Sequence
from html import escape
from string import Template
from typing import NamedTuple

from starlette.responses import HTMLResponse

from serving.pages import MOUNT, WEB, page_headers


class PlatformSummary(NamedTuple):
    """A platform: paths of its page and its API, and the number of documented routes that are served."""

    name: str
    page: str
    mount: str
    served: int
    documented: int


def landing_page(
    platforms: Sequence[PlatformSummary], *, origin: str, has_graphiql: bool = True
) -> HTMLResponse:
    """Return the landing page; `origin` is the scheme, host and port that the browser used.

    Without GraphiQL the page does not mention it, nor the schema.
    """
    return plain_page(
        "landing",
        leaves_out=() if has_graphiql else ("graphiql",),
        count=len(platforms),
        origin=escape(origin.rstrip("/")),
        platforms="".join(map(_row, platforms)),
    )


def plain_page(
    name: str, *, scripts: bool = False, leaves_out: Sequence[str] = (), **values: object
) -> HTMLResponse:
    """Return a page from its template in `web/pages`; `values` are HTML. It may run scripts of this server
    if it has `scripts`, else none.

    The parts in `leaves_out` stand between comments with their name in the template.
    """
    css = (WEB / "pages" / "landing.css").read_text("utf-8")
    template = (WEB / "pages" / f"{name}.html").read_text("utf-8")
    for part in leaves_out:
        template = re.sub(f"<!-- {part} -->.*?<!-- /{part} -->", "", template, flags=re.DOTALL)
    html = Template(template).substitute(values, web=MOUNT, css=css)
    own = "script-src 'self'; " if scripts else ""
    policy = (
        f"default-src 'none'; {own}style-src {hash_of(css)}; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return HTMLResponse(html, headers=page_headers(policy))


def hash_of(inline: str) -> str:
    """Return the source expression of an inline style or script for a Content-Security-Policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"


def _row(platform: PlatformSummary) -> str:
    name, page, mount, served, documented = platform
    title, link = escape(name), escape(page)
    bar = f'<progress aria-label="{escape(name)}" value="{served}" max="{max(documented, 1)}"></progress>'
    reference = f'<a href="{link}reference">Reference</a>' if served else ""
    return (
        f'<tr><th scope="row"><a href="{link}">{title}</a></th><td><code>{escape(mount)}</code></td>'
        f"<td>{served} of {documented}</td><td>{reference}</td><td>{bar}</td></tr>"
    )
