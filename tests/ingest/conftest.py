"""Where the real inputs lie, and small courses to read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.archive import open_archive
from ingest.olx import read_course
from ingest.outline import CourseOutline, ItemOutline, RichTextOutline, SectionOutline
from ingest.report import ImportReport, Note
from tests.ingest.package_files import pack, read

__all__ = ["pack", "read"]

Files = dict[str, str | bytes]
ReadOlx = Callable[[Files], tuple[CourseOutline, ImportReport]]

# A problem that is as short as one can be.
CHOICE = (
    "<problem><multiplechoiceresponse><choicegroup><choice correct='true'>A</choice></choicegroup>"
    "</multiplechoiceresponse></problem>"
)
# A course of one unit; tests lay their own files over it.
COURSE: Files = {
    "course.xml": '<course url_name="R1" org="Org" course="C1"/>',
    "course/R1.xml": '<course display_name="A course"><chapter url_name="ch"/></course>',
    "chapter/ch.xml": '<chapter display_name="Chapter"><sequential url_name="sq"/></chapter>',
    "sequential/sq.xml": '<sequential display_name="Lesson"><vertical url_name="un"/></sequential>',
    "vertical/un.xml": '<vertical display_name="Unit"/>',
}


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real inputs, beside the repository and never in it."""
    folder = Path(__file__).parents[2].parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real inputs are not here ({folder})")
    return folder


@pytest.fixture
def read_olx(tmp_path: Path) -> ReadOlx:
    """Reads the course made of COURSE and the given files, by their path."""

    def read(files: Files) -> tuple[CourseOutline, ImportReport]:
        for path, content in {**COURSE, **files}.items():
            place = tmp_path / "olx" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content if isinstance(content, bytes) else content.encode())
        with open_archive(tmp_path / "olx") as folder:
            return read_course(folder)

    return read


def all_items(sections: tuple[SectionOutline, ...]) -> list[ItemOutline]:
    """Every item below, in course order."""
    found: list[ItemOutline] = []
    for section in sections:
        children: list[SectionOutline | ItemOutline] = [*section.sections, *section.items]
        for child in sorted(children, key=lambda child: child.position):
            found += [child] if isinstance(child, ItemOutline) else all_items((child,))
    return found


def texts(course: CourseOutline) -> list[str]:
    """Texts of the course's items that are nothing else."""
    contents = [item.content for item in all_items(course.sections)]
    return [content.text for content in contents if isinstance(content, RichTextOutline)]


def whys(notes: tuple[Note, ...]) -> list[str]:
    """What notes say, without of what."""
    return [note.why for note in notes]
