"""Rooms: the domains in the order of their imports, and the import of their modules."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

DOMAINS = ("people", "catalogue", "content", "learning", "packages", "community", "assessment", "business")
"""Folders of the same name in `models/`, `resolvers/`, `graph/` and `tests/graph/`; each may import the
domains before it.
"""


def modules(layer: str, *rooms: str) -> Iterator[ModuleType]:
    """Import the modules of a layer's rooms, by room and name; a room without a folder has none."""
    folder = import_module(layer).__path__
    known = {each.name for each in iter_modules(folder) if each.ispkg}
    for room in rooms:
        if room in known:
            package = import_module(f"{layer}.{room}")
            for name in sorted(each.name for each in iter_modules(package.__path__)):
                yield import_module(f"{layer}.{room}.{name}")
