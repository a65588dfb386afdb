"""An Open edX course as a whole: policies, pages, updates, and a broken root."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.archive import open_archive
from ingest.olx import OlxError, read_course
from ingest.outline import AssignmentTypeOutline
from ingest.report import Note
from models.catalogue.course import Pacing
from tests.ingest.conftest import ReadOlx, whys


def test_the_course_itself(read_olx: ReadOlx) -> None:
    policy: dict[str, Any] = {
        "display_name": "Policy's title",
        "start": "2024-05-01T10:00:00Z",
        "end": "2024-09-01T12:00:00+02:00",
        "enrollment_start": '"2024-04-01T00:00"',
        "enrollment_end": None,
        "self_paced": True,
        "language": "de",
        "course_image": "my image.png",
        "catalog_visibility": "about",
        "invitation_only": True,
        "learning_info": ["To read", ""],
        "instructor_info": {"instructors": [{"name": "Ada"}, {"name": "Grace"}, {}]},
        "lti_passports": ["tool:key:se:cret", "broken"],
        "graceperiod": "1 day 2 hours",
        "tabs": [
            {"type": "static_tab", "url_slug": "more", "name": "More", "course_staff_only": True},
            {"type": "static_tab", "url_slug": "absent", "name": "Absent"},
            {"type": "wiki"},
        ],
        "xqa_key": "secret",
        "minimum_grade_credit": 0.8,
    }
    grader = {
        "type": "Exam",
        "short_label": "Ex",
        "weight": 0.6,
        "min_count": 2,
        "drop_count": 1,
    }
    course, report = read_olx(
        {
            "policies/R1/policy.json": json.dumps({"course/R1": policy}),
            "policies/R1/grading_policy.json": json.dumps(
                {"GRADER": [grader], "GRADE_CUTOFFS": {"A": 0.9, "B": 0.5}}
            ),
            "policies/assets.json": json.dumps(
                {"my image.png": {"displayname": "Image", "contentType": "image/png", "locked": True}}
            ),
            "about/overview.html": "<h2>About</h2><script>x</script>",
            "about/short_description.html": "Short &amp; <b>sweet</b>",
            "about/effort.html": "4 hours",
            "about/duration.html": "",
            "about/video.html": '<iframe src="//www.youtube.com/embed/abc_-1?rel=0"></iframe>',
            "info/handouts.html": "<p>Hand</p>",
            "tabs/more.html": "<p>More</p>",
            "static/my image.png": b"\x89PNG",
            "static/notes.pdf": b"%PDF",
        }
    )
    assert (course.key, course.slug, course.organization, course.number, course.run) == (
        "course-v1:Org+C1+R1",
        "org-c1-r1",
        "Org",
        "C1",
        "R1",
    )
    assert course.title == "Policy's title"
    assert (course.starts_at, course.ends_at) == (
        datetime(2024, 5, 1, 10, tzinfo=UTC),
        datetime(2024, 9, 1, 10, tzinfo=UTC),
    )
    assert (course.enrollment_starts_at, course.enrollment_ends_at) == (
        datetime(2024, 4, 1, tzinfo=UTC),
        None,
    )
    assert (course.pacing, course.language, course.teachers) == (Pacing.SELF, "de", "Ada, Grace")
    assert (course.is_hidden, course.is_listed, course.is_invite_only) == (False, False, True)
    assert (course.abstract, course.description) == ("Short & sweet", "<h2>About</h2>")
    assert (course.effort, course.length, course.learning_goals) == ("4 hours", None, ("To read",))
    assert course.teaser_url == "https://www.youtube.com/watch?v=abc_-1"
    assert (course.image, course.handouts) == ("my image.png", "<p>Hand</p>")
    assert course.grading_policy is not None
    assert course.grading_policy.assignment_types == (
        AssignmentTypeOutline(name="Exam", short_name="Ex", weight=0.6, minimum_count=2, drop_count=1),
    )
    assert (course.grading_policy.cutoffs, course.grading_policy.grace_period) == (
        {"A": 0.9, "B": 0.5},
        93_600,
    )
    image, notes = course.assets
    assert (image.path, image.title, image.media_type, image.size, image.is_locked) == (
        "my image.png",
        "Image",
        "image/png",
        4,
        True,
    )
    assert (notes.media_type, notes.file.read_bytes()) == ("application/pdf", b"%PDF")
    (page,) = course.pages
    assert (page.title, page.text, page.is_staff_only) == ("More", "<p>More</p>", True)
    (provider,) = course.lti_providers
    assert (provider.name, provider.consumer_key, provider.shared_secret) == ("tool", "key", "se:cret")
    assert "cret" not in repr(course)
    assert course.settings == {"minimum_grade_credit": 0.8}
    assert set(whys(report.warnings)) == {
        "an LTI passport that is not name:key:secret is omitted",
        "the page is missing or empty",
    }


def test_updates(read_olx: ReadOlx) -> None:
    updates = [
        {"id": 2, "date": "November 5, 2023", "content": "<h3>New</h3><p>a</p>", "status": "visible"},
        {"id": 1, "date": "yesterday", "content": "<p>b</p>", "status": "visible"},
        {"id": 3, "date": "May 1, 2023", "content": "c", "status": "deleted"},
        {"id": 4, "date": "May 1, 2023", "content": " ", "status": "visible"},
    ]
    course, report = read_olx({"info/updates.items.json": json.dumps(updates), "info/updates.html": ""})
    first, second = course.announcements
    assert (first.title, first.text) == ("New", "<h3>New</h3><p>a</p>")
    assert first.published_at == datetime(2023, 11, 5, tzinfo=UTC)
    assert first.key == "block-v1:Org+C1+R1+type@course_info+block@update-2"
    assert (second.title, second.published_at) == ("yesterday", None)
    assert report.warnings == (Note("update/1", "its date is omitted: 'yesterday' is no date"),)
    assert report.skipped == (Note("update/3", "is deleted"),)


def test_updates_in_their_old_form(read_olx: ReadOlx) -> None:
    page = (
        "<ol><li><h2>May 2, 2014</h2><p>Two</p></li>\n"
        "<li><h2>May 1, 2014</h2>One<ul><li>x</li></ul></li></ol>"
    )
    course, _ = read_olx({"info/updates.html": page})
    assert [(news.title, news.text) for news in course.announcements] == [
        ("May 2, 2014", "<p>Two</p>"),
        ("May 1, 2014", "<div>One<ul><li>x</li></ul></div>"),
    ]


def test_other_broken_files_are_left_out(read_olx: ReadOlx) -> None:
    course, report = read_olx(
        {
            "policies/R1/grading_policy.json": '{"GRADER": [{"weight": 1}]}',
            "policies/assets.json": "[]",
            "info/updates.items.json": "{}",
            "about/overview.html": b"\xff",
        }
    )
    assert (course.grading_policy, course.announcements, course.description) == (None, (), None)
    assert {note.what for note in report.warnings} == {
        "policies/R1/grading_policy.json",
        "policies/assets.json",
        "info/updates.items.json",
        "about/overview.html",
    }


def test_text_that_a_database_cannot_hold_is_changed(read_olx: ReadOlx) -> None:
    course, _ = read_olx(
        {
            "policies/R1.json": '{"course/R1": {"display_name": "a\\u0000b\\ud800", "x": ["\\u0000"]}}',
            "info/handouts.html": b"a\0b",
        }
    )
    assert course.title == "a\N{REPLACEMENT CHARACTER}b?"
    assert course.settings == {"x": ["\N{REPLACEMENT CHARACTER}"]}
    assert course.handouts == "<div>ab</div>"


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        ("course.xml", "<course", "course.xml, line 1: is not well-formed XML"),
        ("course.xml", "<library/>", "course.xml: names no course with org, course and url_name"),
        ("course.xml", '<course url_name="R1"/>', "course.xml: names no course with org"),
        ("course.xml", '<course url_name="R2" org="O" course="C"/>', "course/R2.xml: is missing"),
        ("course/R1.xml", "<course><chapter></course>", "course/R1.xml, line 1: is not well-formed XML"),
        (
            "course/R1.xml",
            '<!DOCTYPE course SYSTEM "x"><course/>',
            "course/R1.xml, line 1: has a document type",
        ),
        ("policies/R1/policy.json", "{", "policies/R1/policy.json: is no policy that can be read"),
        ("policies/R1/policy.json", "[1]", "policies/R1/policy.json: is no policy that can be read"),
    ],
)
def test_a_broken_root_is_one_error(read_olx: ReadOlx, path: str, content: str, message: str) -> None:
    with pytest.raises(OlxError) as raised:
        read_olx({path: content})
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["readme.txt"], "is no Open edX course"),
        (["x/y/course.xml"], "is no Open edX course"),
        (["library.xml"], "is a content library"),
        (["a/course.xml", "b/course.xml"], "holds 2 courses"),
    ],
)
def test_folders_that_hold_no_course(tmp_path: Path, paths: list[str], message: str) -> None:
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("<course/>")
    with open_archive(tmp_path) as folder, pytest.raises(OlxError, match=message):
        read_course(folder)
