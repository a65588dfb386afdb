"""Small packages for tests of their readers."""

import zipfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from ingest.archive import open_archive
from ingest.package import PackageOutline, read_package
from ingest.report import ImportReport

Files = dict[str, str | bytes]
Pack = Callable[[Files], Path]
Read = Callable[[Files], tuple[PackageOutline, ImportReport]]


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """Zips files, by their paths as they are given."""
    numbers = count()

    def make(files: Files) -> Path:
        path = tmp_path / f"package-{next(numbers)}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return path

    return make


@pytest.fixture
def read(pack: Pack) -> Read:
    """Reads the package made of files."""

    def make(files: Files) -> tuple[PackageOutline, ImportReport]:
        with open_archive(pack(files)) as folder:
            return read_package(folder)

    return make


def manifest(title: str, *items: str, resources: str = "", version: str = "1.2", more: str = "") -> str:
    """A SCORM manifest of items, a single one unless others are given, and resources besides `r`."""
    inner = "".join(items) or '<item identifier="i" identifierref="r"><title>Start</title></item>'
    return f"""<?xml version="1.0"?>
<manifest identifier="M" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
  <metadata><schemaversion>{version}</schemaversion></metadata>
  <organizations default="o"><organization identifier="o"><title>{title}</title>{inner}{more}</organization>
  </organizations>
  <resources><resource identifier="r" adlcp:scormtype="sco" href="a.html"/>{resources}</resources>
</manifest>"""
