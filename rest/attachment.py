"""`Content-Disposition` of a response that a client saves as a file (RFC 6266)."""

import re
from urllib.parse import quote

UNUSUAL = re.compile(r"[^\w.~-]", re.ASCII)


def attachment(name: str) -> str:
    """Return a header value that saves a file under `name`; old clients use a similar ASCII name."""
    plain = UNUSUAL.sub("_", name)
    value = f'attachment; filename="{plain}"'
    return value if plain == name else f"{value}; filename*=utf-8''{quote(name, safe='')}"
