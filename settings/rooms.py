"""Rooms: the domains in the order in which they may import one another, and how their modules are found."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

DOMAINS = ("people", "catalogue", "content", "learning", "packages", "community", "assessment", "business")
"""Folders of the same name in `models/`, `resolvers/`, `graph/` and `tests/graph/`; each may import those
before it."""


def modules(layer: str, *rooms: str) -> Iterator[ModuleType]:
    """Import the modules of a layer's rooms, room by room and then by name; a room without a folder has
    none."""
    folder = import_module(layer).__path__
    known = {each.name for each in iter_modules(folder) if each.ispkg}
    for room in rooms:
        if room in known:
            package = import_module(f"{layer}.{room}")
            for name in sorted(each.name for each in iter_modules(package.__path__)):
                yield import_module(f"{layer}.{room}.{name}")
