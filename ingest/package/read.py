"""Reading of packages of any kind: detects the kind of a folder and calls its reader."""

from collections.abc import Callable

from ingest.archive import ArchiveError, Folder
from ingest.package.aicc import read_aicc
from ingest.package.cmi5 import read_cmi5
from ingest.package.files import Files
from ingest.package.outline import PackageError, PackageOutline
from ingest.package.scorm import read_scorm
from ingest.package.tin_can import read_tin_can
from ingest.report import ImportReport, ReportBuilder
from ingest.xml import XmlError

Reader = Callable[[Files, str], PackageOutline]

READERS: dict[str, Reader] = {
    "cmi5.xml": read_cmi5,
    "imsmanifest.xml": read_scorm,
    "tincan.xml": read_tin_can,
}
"""Readers by the name of the file that shows the kind, richest first: some tools write several."""


def read_package(folder: Folder) -> tuple[PackageOutline, ImportReport]:
    """Return the package in a folder, and the import report.

    Raises PackageError if there is no package or no activity that can be started; all other faults are
    warnings.
    """
    files = Files(folder, ReportBuilder())
    try:
        for name, read in READERS.items():
            if path := files.locate(name):
                return _checked(read(files, path), files)
        if any(path.lower().endswith(".au") for path in folder):
            return _checked(read_aicc(files), files)
    except (XmlError, ArchiveError) as error:
        raise PackageError(str(error)) from error
    raise PackageError(
        f"{folder.label}: is no package: there is no imsmanifest.xml (SCORM), cmi5.xml, tincan.xml, "
        "nor an AICC course (.crs, .au, .des, .cst)."
    )


def _checked(package: PackageOutline, files: Files) -> tuple[PackageOutline, ImportReport]:
    if not package.course.sections:
        raise PackageError(f"{files.folder.label}: holds nothing that can be started.")
    return package, files.account.closed()
