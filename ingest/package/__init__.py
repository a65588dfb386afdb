"""Readers of packages: SCORM 1.2 and 2004, AICC, Tin Can and cmi5 (SCORM Cloud: import)."""

from ingest.package.outline import PackageError, PackageOutline
from ingest.package.read import read_package

__all__ = ["PackageError", "PackageOutline", "read_package"]
