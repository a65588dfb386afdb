"""Generator of SCORM 1.2 packages of any size, with incompressible files, like videos."""

import random
import zipfile
from pathlib import Path

MEGABYTE = 1_000_000
MANIFEST = """<?xml version="1.0"?>
<manifest identifier="bench" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <organizations default="o"><organization identifier="o"><title>Bench</title>
    <item identifier="i" identifierref="r"><title>Start</title></item>
  </organization></organizations>
  <resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="start.html">
    <file href="start.html"/></resource></resources>
</manifest>"""


FILE = 5
"""Megabytes per file."""


def write_package(path: Path, megabytes: int = 0, seed: int = 0) -> None:
    """Write a package of one activity and the given megabytes of other files, which depend on `seed`."""
    noise = random.Random(seed)  # noqa: S311 (it need not be secret, but the same each time)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("imsmanifest.xml", MANIFEST)
        archive.writestr("start.html", "<!doctype html><title>Bench</title>")
        for number in range(0, megabytes, FILE):
            size = min(FILE, megabytes - number) * MEGABYTE
            archive.writestr(f"media/{number}.mp4", noise.randbytes(size))
