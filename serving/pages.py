"""GraphiQL for browsers: from this origin once `web/` is built, else from a CDN."""

import json
import os
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import NamedTuple

from graphql import OperationDefinitionNode, parse
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

WEB = Path(__file__).parents[1] / "web"
MOUNT = "/web"
CDN = "https://cdn.jsdelivr.net/npm/"
NO_VARIABLES: Mapping[str, object] = MappingProxyType({})


class DemoViewer(NamedTuple):
    """Viewer whose token GraphiQL offers to a developer on this machine: only for demo data."""

    label: str
    token: str


class Bundle(NamedTuple):
    """URLs of the built files of a page."""

    script: str
    preloads: tuple[str, ...]
    styles: tuple[str, ...]


class Example(NamedTuple):
    """Operation that opens in a tab; `title` is its name in words, "My progress" for `MyProgress`."""

    title: str
    query: str
    variables: tuple[str, ...]


class ImmutableFiles(StaticFiles):
    """Files whose names change with their content: a browser requests each only once."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def web_files(folder: Path = WEB) -> Mount:
    """Return the files that pages load from this origin. Files built later are served after a restart."""
    routes = [Mount("/static", StaticFiles(directory=folder / "static"))]
    built = folder / "dist" / "assets"
    if built.is_dir():
        routes.append(Mount("/assets", ImmutableFiles(directory=built)))
    return Mount(MOUNT, routes=routes)


def read_bundle(folder: Path = WEB / "dist", source: str = "src/graphiql/main.jsx") -> Bundle | None:
    """Return the bundle built from `source`, by Vite's manifest; None if there is no readable one."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        entry = manifest[source]
        imports = [manifest[name] for name in entry.get("imports", ())]
        return Bundle(
            script=f"{MOUNT}/{entry['file']}",
            preloads=tuple(f"{MOUNT}/{chunk['file']}" for chunk in imports),
            styles=tuple(f"{MOUNT}/{css}" for chunk in [*imports, entry] for css in chunk.get("css", ())),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


@cache
def read_examples(folder: Path = WEB / "src" / "graphiql" / "examples") -> tuple[Example, ...]:
    """Return the operations of the first tabs, in the order of their file names."""
    return tuple(_example(path.read_text("utf-8")) for path in sorted(folder.glob("*.graphql")))


def _example(query: str) -> Example:
    operation = next(node for node in parse(query).definitions if isinstance(node, OperationDefinitionNode))
    assert operation.name is not None  # noqa: S101 - a tab without a name is a mistake in our own files
    name = operation.name.value
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    variables = tuple(definition.variable.name.value for definition in operation.variable_definitions or ())
    return Example(words.capitalize(), query, variables)


@cache
def read_cdn(path: Path = WEB / "cdn.json") -> Mapping[str, str]:
    """Return the CDN's files in loading order, `package@version/path`, each with its integrity hash."""
    files: dict[str, str] = json.loads(path.read_bytes())
    return files


def wants_page(request: Request) -> bool:
    """Return whether a browser navigates to the URL, rather than a GraphQL client."""
    return request.method in {"GET", "HEAD"} and "text/html" in ",".join(request.headers.getlist("accept"))


def graphiql_page(
    bundle: Bundle | None,
    *,
    graphql_url: str = "/graphql",
    viewers: Sequence[DemoViewer] = (),
    variables: Mapping[str, object] = NO_VARIABLES,
) -> HTMLResponse:
    """Return GraphiQL's page; without a bundle, the one from the CDN.

    `variables` has, by name, values for the variables of the examples: values that exist in this server's
    data.
    """
    config = {
        "url": graphql_url,
        "examples": [
            {
                "title": example.title,
                "query": example.query,
                "variables": json.dumps({name: variables.get(name) for name in example.variables}, indent=2),
            }
            for example in read_examples()
        ],
    }
    options = "".join(f'<option value="{escape(v.token)}">{escape(v.label)}</option>' for v in viewers)
    html = Template((WEB / "pages" / "graphiql.html").read_text("utf-8")).substitute(
        web=MOUNT,
        head=_cdn_head() if bundle is None else bundle_head(bundle),
        viewers=options,
        config=json.dumps(config).replace("<", "\\u003c"),
    )
    policy = _policy(() if bundle else [CDN + file for file in read_cdn()])
    return HTMLResponse(html, headers=page_headers(policy))


def page_headers(policy: str) -> dict[str, str]:
    """Return the headers of every page; `policy` is its Content-Security-Policy."""
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Vary": "Accept",
    }


def bundle_head(bundle: Bundle) -> str:
    """Return the tags that load a bundle."""
    return "\n    ".join(
        [
            *(f'<link rel="modulepreload" href="{escape(url)}">' for url in bundle.preloads),
            *(f'<link rel="stylesheet" href="{escape(url)}">' for url in bundle.styles),
            f'<script type="module" src="{escape(bundle.script)}"></script>',
        ]
    )


def _cdn_head() -> str:
    tags = [
        f'<link rel="stylesheet" href="{CDN}{file}" integrity="{digest}" crossorigin="anonymous">'
        if file.endswith(".css")
        else f'<script defer src="{CDN}{file}" integrity="{digest}" crossorigin="anonymous"></script>'
        for file, digest in read_cdn().items()
    ]
    return "\n    ".join([*tags, f'<script type="module" src="{MOUNT}/static/fallback.js"></script>'])


def _policy(cdn: Sequence[str]) -> str:
    """Return the policy: scripts only from files, never inline. Editors position lines by inline styles,
    which must be allowed.
    """
    scripts = " ".join(["'self'", *(url for url in cdn if url.endswith(".js"))])
    styles = " ".join(["'self'", "'unsafe-inline'", *(url for url in cdn if url.endswith(".css"))])
    fonts = "'self' data:" if cdn else "'self'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; font-src {fonts}; "
        "img-src 'self' data:; connect-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
