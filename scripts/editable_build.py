"""Build backend of a project that runs from its clone: editable installs, but no wheels or source archives.

Modules such as `models` and `settings` stand at the top of the repository. In `site-packages` they would
collide with those of other projects. The front end, too, is built in the clone.
"""

from collections.abc import Mapping
from typing import Any, NoReturn

from setuptools import build_meta
from setuptools.build_meta import get_requires_for_build_editable, prepare_metadata_for_build_editable

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "prepare_metadata_for_build_editable",
]

Settings = Mapping[str, Any] | None

REFUSAL = "Scholagraph has no wheel and runs from its clone: 'make serve', or 'pip install -e .' there."


def build_editable(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    """Put the clone itself on the path, as setuptools does in its mode `compat` alone."""
    chosen = {**(config_settings or {}), "editable_mode": "compat"}
    name: str = build_meta.build_editable(wheel_directory, chosen, metadata_directory)
    return name


def build_wheel(*_: Any, **__: Any) -> NoReturn:
    """Refuse, in place of a wheel that holds nothing."""
    raise SystemExit(REFUSAL)


build_sdist = build_wheel
