"""Rendering of Markdown as HTML that is safe in any page."""

from functools import cache
from typing import Protocol

from resolvers.commands.values import Html


class Render(Protocol):
    """Renders the text of any author; takes time linear in the length of the text."""

    def __call__(self, text: str, /) -> Html:
        """Return sanitized HTML."""
        ...


def rendered(text: str) -> Html:
    """Return Markdown (CommonMark) as sanitized HTML."""
    return _renderer()(text)


@cache
def _renderer() -> Render:
    """Return the renderer; its libraries are loaded only for the first text."""
    from cmarkgfm.cmark import Options, markdown_to_html

    from resolvers.markup.html import sanitized

    # HTML in the text reaches the sanitizer, which knows the harmless elements.
    return lambda text: Html(sanitized(markdown_to_html(text, Options.CMARK_OPT_UNSAFE)))
