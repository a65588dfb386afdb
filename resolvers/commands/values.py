"""Kinds of values that inputs of commands hold. To a resolver they are text; `graph/` shows each as a
scalar."""

from typing import NewType

Id = NewType("Id", str)
"""Global id of a row, a UUID."""

Markdown = NewType("Markdown", str)
"""Text in Markdown."""

Locale = NewType("Locale", str)
"""Language tag of BCP 47."""

URL = NewType("URL", str)
"""Absolute or relative address."""

Json = NewType("Json", object)
"""Any value of JSON."""
