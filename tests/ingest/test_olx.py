"""Open edX courses from archive to report, and the real demo course."""

import io
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.archive import ArchiveError, open_archive
from ingest.olx import read_course
from ingest.outline import (
    GadgetOutline,
    LtiOutline,
    QuizOutline,
    RichTextOutline,
    SectionOutline,
    VideoOutline,
)
from ingest.report import Note
from models.catalogue.course import Pacing
from models.catalogue.item import ExerciseType
from resolvers.markup.html import is_blank
from tests.ingest.conftest import ReadOlx, all_items


def test_files_that_nothing_refers_to_are_counted(read_olx: ReadOlx) -> None:
    _, report = read_olx(
        {
            "html/a.html": "",
            "html/a.xml": "",
            "drafts/vertical/x.xml": "",
            "readme.md": "",
            "static/.DS_Store": "",
            "about/subtitle.html": "",
        }
    )
    assert set(report.skipped) == {
        Note("2 files in html", "are not part of the course: no block refers to them"),
        Note("1 file in static", "are not part of the course: no block refers to them"),
        Note("1 file in drafts", "are drafts that are not published"),
        Note("1 file in .", "are not part of the course: no block refers to them"),
        Note("1 file in about", "say nothing that the course has a place for"),
    }


def test_the_report_as_text(read_olx: ReadOlx) -> None:
    _, report = read_olx(
        {
            "vertical/un.xml": "<vertical><poll url_name='a'/><poll url_name='b' display_name='B'/>"
            "<poll url_name='c'/><html url_name='gone'/></vertical>"
        }
    )
    assert list(report.lines(most=2)) == [
        "In the source: 1 chapter, 1 sequential, 1 vertical, 3 poll",
        "Read: 3 gadgets, 3 sections",
        "Kept as it was (3):",
        "  has no richer form here; its source is kept: poll/a, poll/b (B) and 1 more",
        "Skipped (1):",
        "  could not be read: html/gone",
        "Warnings (1):",
        "  html/gone.xml is missing: html/gone",
    ]


def packed(files: dict[str, str]) -> bytes:
    """A tar.gz as Studio makes it, with one folder around everything."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(f"course/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content.encode()))
    return buffer.getvalue()


def test_reads_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "course.tar.gz"
    path.write_bytes(packed({"course.xml": '<course url_name="R" org="O" course="C"><chapter/></course>'}))
    with open_archive(path) as folder:
        course, _ = read_course(folder)
    assert (course.key, len(course.sections)) == ("course-v1:O+C+R", 1)


def test_an_archive_that_steps_outside_is_no_course(tmp_path: Path) -> None:
    path = tmp_path / "course.tar.gz"
    path.write_bytes(packed({"../../evil.xml": "<course/>"}))
    with pytest.raises(ArchiveError, match=r"course/\.\./\.\./evil\.xml: points outside"), open_archive(path):
        pass


def every_section(sections: tuple[SectionOutline, ...]) -> list[SectionOutline]:
    """The sections and all below."""
    return [found for section in sections for found in (section, *every_section(section.sections))]


def test_the_real_demo_course(shared_data: Path) -> None:
    with open_archive(shared_data / "openedx" / "openedx_demo_course_olx.tar.gz") as folder:
        course, report = read_course(folder)
    items = all_items(course.sections)
    kinds = [section.kind for section in every_section(course.sections)]
    assert (kinds.count("chapter"), kinds.count("sequential"), kinds.count("vertical")) == (6, 17, 58)
    assert {name: report.blocks[name] for name in ("html", "problem", "video", "lti")} == {
        "html": 266,
        "problem": 29,
        "video": 11,
        "lti": 2,
    }
    contents = [item.content for item in items]
    counts = {
        kind: sum(isinstance(content, kind) for content in contents)
        for kind in (RichTextOutline, QuizOutline, VideoOutline, LtiOutline, GadgetOutline)
    }
    assert counts == {
        RichTextOutline: 266,
        QuizOutline: 20,
        VideoOutline: 11,
        LtiOutline: 2,
        GadgetOutline: 20,
    }
    # Every leaf of the source is an item, and every block without a richer form is in the report.
    leaves = {
        name: count
        for name, count in report.blocks.items()
        if name not in ("chapter", "sequential", "vertical")
    }
    assert sum(leaves.values()) == len(items)
    assert len(report.kept) == counts[GadgetOutline]
    assert sum(content.type == "problem" for content in contents if isinstance(content, GadgetOutline)) == 9
    assert len({item.key for item in items}) == len(items)
    assert (report.read["questions"], report.read["options"]) == (27, 78)
    assert (report.read["subtitle tracks"], report.read["subtitle cues"]) == (6, 2_709)
    assert len(course.assets) == 100
    assert sum(is_blank(content.text) for content in contents if isinstance(content, RichTextOutline)) == 62
    assert (course.title, course.pacing, course.image) == (
        "Open edX Demo Course",
        Pacing.SELF,
        "DemoX-Course-Card.png",
    )
    assert course.grading_policy is not None
    assert [row.weight for row in course.grading_policy.assignment_types] == [0.3, 0.35, 0.35]
    assert [(news.title, news.published_at) for news in course.announcements] == [
        ("November 5, 2023", datetime(2023, 11, 5, tzinfo=UTC))
    ]
    assert sum(item.exercise_type is ExerciseType.MAIN for item in items) == 32
    # What the course links to and does not hold is said, one note for each.
    assert len(report.warnings) == 10
    assert {note.what for note in report.skipped} == {"wiki", "7 files in about", "1 file in assets"}
