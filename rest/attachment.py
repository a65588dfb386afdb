"""`Content-Disposition` of an answer that a client saves as a file (RFC 6266)."""

import re
from urllib.parse import quote

UNUSUAL = re.compile(r"[^\w.~-]", re.ASCII)


def attachment(name: str) -> str:
    """Header value that saves a file under `name`, or under an ASCII name like it in old clients."""
    plain = UNUSUAL.sub("_", name)
    value = f'attachment; filename="{plain}"'
    return value if plain == name else f"{value}; filename*=utf-8''{quote(name, safe='')}"
