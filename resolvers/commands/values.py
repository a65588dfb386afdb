"""Types of input values of commands; text to a resolver, one scalar each in `graph/`."""

from typing import NewType

Id = NewType("Id", str)
"""Global id of a row, a UUID."""

Markdown = NewType("Markdown", str)
"""Text in Markdown, as its author wrote it."""

Html = NewType("Html", str)
"""Sanitized HTML, safe in any page; made by `resolvers.markup.markdown` only."""

Locale = NewType("Locale", str)
"""Language tag of BCP 47."""

URL = NewType("URL", str)
"""Absolute or relative URL."""

Json = NewType("Json", object)
"""Any JSON value."""
