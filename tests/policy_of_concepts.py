"""Policies that concepts declare in their own tests, beside the table of all others.

`tests/graph/<domain>/test_<concept>.py` declares `VIEWERS_BY_STATE`, by type and state of a row the letters
of the viewers that see it, and `policy_rows(builder)`, which puts a row in each state.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from settings.rooms import DOMAINS

FOLDER = Path(__file__).parent / "graph"


@cache
def concepts_with_rows() -> tuple[Any, ...]:
    """Test modules that declare a policy, in the order of domains."""
    return tuple(_modules())


def _modules() -> Iterator[Any]:
    for domain in DOMAINS:
        for path in sorted((FOLDER / domain).glob("test_*.py")):
            if "\ndef policy_rows(" in path.read_text():
                yield import_module(f"tests.graph.{domain}.{path.stem}")


def viewers_by_state() -> dict[str, dict[str, str]]:
    """The tables of all of them together."""
    return {type_: states for each in concepts_with_rows() for type_, states in each.VIEWERS_BY_STATE.items()}
