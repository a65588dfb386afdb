"""JSON that clients send, bounded in depth wherever it comes in."""

from typing import Any

from models.postgres.value import read_json

DEEPEST = 64
"""Maximum depth of arrays and objects in each other."""


def read_json_text(text: bytes) -> Any:
    """Return the value of a JSON text in UTF-8; raise `ValueError` if it is none, or nested too deeply.

    The parser itself bounds the depth, but far above what code that walks a value can bear.
    """
    value = read_json(text)
    if text.count(b"[") + text.count(b"{") > DEEPEST and _is_deep(value):
        raise ValueError(f"it is nested more than {DEEPEST} levels deep")
    return value


def _is_deep(value: Any) -> bool:
    """Check whether a value is nested too deeply, level by level."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            if type(each) is dict or type(each) is list
            for inner in (each.values() if type(each) is dict else each)
        ]
        if not level:
            return False
    return any(type(each) is dict or type(each) is list for each in level)
