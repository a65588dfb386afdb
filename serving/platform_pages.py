"""HTML pages of a platform: the operation that serves each route, and the API reference."""

from collections.abc import Sequence
from html import escape
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from rest.conditional import public
from rest.coverage import Row, by_operation
from rest.operation import Operation
from rest.platform import Platform
from serving.landing import hash_of, plain_page
from serving.pages import MOUNT, WEB, Bundle, bundle_head, page_headers, read_bundle

NOT_BUILT = (
    "The reference is not built on this server: install Node.js 20 and start the server with 'make serve'. "
    "Any OpenAPI viewer can show the OpenAPI description instead."
)
ACTIONS = (
    '<div class="actions"><a href="{place}/reference">Read the API reference</a>'
    '<a href="{place}/openapi.json">OpenAPI description</a></div>'
)
LOADING = "Loading the reference …"


def page_routes(platform: Platform, operations: Sequence[Operation]) -> list[Route]:
    """Return the routes of the pages, below the platform's name."""
    bundle = read_bundle(source="src/reference/main.js")

    async def coverage(request: Request) -> Response:
        return public(request, coverage_page(platform, operations, origin=str(request.base_url)))

    async def reference(request: Request) -> Response:
        return public(request, reference_page(platform, bundle))

    return [Route("/", coverage), Route("/reference", reference)]


def coverage_page(
    platform: Platform, operations: Sequence[Operation], *, origin: str = "http://127.0.0.1:8000/"
) -> HTMLResponse:
    """Return the page with every documented route, its purpose, and the operation that serves it.

    `origin` is the scheme, host and port that the browser used.
    """
    place = f"/{platform.name}"
    rows, counts = platform.rows, platform.coverage
    return plain_page(
        "coverage",
        scripts=True,
        title=escape(platform.title),
        actions=ACTIONS.format(place=escape(place)) if counts.served else "",
        first_call=_first_call(platform, origin.partition(place)[0].rstrip("/")) if counts.served else "",
        mount=escape(f"/{platform.name}{platform.prefix}"),
        served=counts.served,
        documented=counts.documented,
        beyond=f", and {counts.beyond} undocumented routes that clients call" if counts.beyond else "",
        rows="".join(_row(platform, row, operation) for row, operation in by_operation(rows, operations)),
    )


def _first_call(platform: Platform, origin: str) -> str:
    """Return the commands for a token and a first call, from the platform's folder; empty if it has none."""
    file = platform.folder / "first-call.sh"
    if not file.exists():
        return ""
    lines = Template(file.read_text("utf-8")).safe_substitute(origin=f"{origin}/{platform.name}").strip()
    return f'<h2>First call</h2>\n<pre tabindex="0"><code>{escape(lines)}</code></pre>'


def _row(platform: Platform, row: Row, operation: Operation | None) -> str:
    name = "not built yet (501)"
    if operation is not None:
        link = f"/{platform.name}/reference#/{operation.concept}/{operation.name}"
        name = f'<a href="{escape(link)}"><code>{escape(operation.name)}</code></a>'
    state = f'<span class="state {row.state.value}">{row.state.value}</span>'
    return (
        f"<tr><td><code>{escape(row.method)}</code></td><td>{state}</td><td><code>{escape(row.path)}</code></td>"
        f"<td>{escape(row.purpose)}</td><td>{name}</td></tr>"
    )


def reference_page(platform: Platform, bundle: Bundle | None) -> HTMLResponse:
    """Return the API reference; without a bundle, a page with instructions."""
    css = (WEB / "pages" / "reference.css").read_text("utf-8")
    html = Template((WEB / "pages" / "reference.html").read_text("utf-8")).substitute(
        web=MOUNT,
        css=css,
        head=bundle_head(bundle) if bundle is not None else "",
        title=escape(platform.title),
        place=platform.page,
        description=f"/{platform.name}/openapi.json",
        words=LOADING if bundle is not None else NOT_BUILT,
    )
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self' {hash_of(css)}; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return HTMLResponse(html, headers=page_headers(policy))
