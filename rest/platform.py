"""Platforms whose clients are served, each with its paths and its dialect."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from rest.coverage import Coverage, Row, coverage, rows
from rest.dialect import Dialect
from rest.scormcloud.dialect import ScormCloudDialect
from rest.xikolo.dialect import XikoloDialect


@dataclass(frozen=True, eq=False)
class Platform:
    """A platform, its routes and its dialect.

    The paths of its API begin with `prefix`; `mounts` are the beginnings of further paths. At the root of a
    host that is bound to no platform, it serves paths that begin with `root_prefix` or a mount; with an empty
    `root_prefix` it is served only below `/<name>` and on hosts that are bound to it.
    """

    name: str
    title: str
    prefix: str
    root_prefix: str
    dialect: Dialect
    mounts: tuple[str, ...] = ()

    def until(self, sunset: datetime) -> Self:
        """Return the same platform, served until a timestamp."""
        return replace(self, dialect=self.dialect.until(sunset))

    @property
    def page(self) -> str:
        """Path of the page that lists the platform's routes."""
        return f"/{self.name}/"

    @property
    def folder(self) -> Path:
        """Folder of the platform's documents and of `routes.tsv`."""
        return Path(__file__).parent / self.name

    @property
    def rows(self) -> list[Row]:
        """Documented routes of the platform."""
        return rows(self.folder)

    @property
    def coverage(self) -> Coverage:
        """Counts of the platform's served and documented routes."""
        return coverage(self.name, self.rows)


PLATFORMS = (
    Platform("xikolo", "Xikolo (openHPI)", "/api/v2", "/api/v2", XikoloDialect()),
    Platform("openedx", "Open edX", "/api", "/api", Dialect()),
    Platform("scormcloud", "SCORM Cloud", "/api/v2", "", ScormCloudDialect()),
    Platform("versal", "Versal", "/api2", "", Dialect()),
)
"""Platforms in matching order for a path at the root: Xikolo's `/api/v2` before any other `/api`."""
