"""The tree of an Open edX course: order, keys, what blocks inherit, and what a fault costs."""

import contextlib
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.archive import open_archive
from ingest.olx import OlxError, read_course, tree
from ingest.outline import QuizOutline
from ingest.report import Note
from models.catalogue.item import ExerciseType
from tests.ingest.conftest import CHOICE, COURSE, Files, ReadOlx, all_items, texts, whys

UNIT = "block-v1:Org+C1+R1+type@vertical+block@un"


def test_the_tree(read_olx: ReadOlx) -> None:
    course, report = read_olx(
        {
            "course/R1.xml": '<course><chapter url_name="ch"/><chapter url_name="c2"/></course>',
            "chapter/c2.xml": '<chapter><sequential url_name="s2" display_name="In line"><html>One</html>'
            '<vertical url_name="u:2"/><html>Three</html></sequential></chapter>',
            "vertical/u/2.xml": "<vertical><html url_name='h2'>Two</html></vertical>",
        }
    )
    first, second = course.sections
    assert (first.key, first.kind, first.title) == (
        "block-v1:Org+C1+R1+type@chapter+block@ch",
        "chapter",
        "Chapter",
    )
    assert first.sections[0].sections[0].key == UNIT
    lesson = second.sections[0]
    assert (second.position, second.title, lesson.title) == (2, "Chapter", "In line")
    assert [item.position for item in lesson.items] == [1, 3]
    assert [unit.position for unit in lesson.sections] == [2]
    assert texts(course) == ["<div>One</div>", "<div>Two</div>", "<div>Three</div>"]
    assert report.blocks == {"chapter": 2, "sequential": 2, "vertical": 2, "html": 3}
    assert report.read["sections"] == 6
    assert report.warnings == ()


def test_settings_are_inherited(read_olx: ReadOlx) -> None:
    course, _ = read_olx(
        {
            "course/R1.xml": '<course start="2024-01-01" showanswer="never" max_attempts="2">'
            '<chapter url_name="ch"/></course>',
            "chapter/ch.xml": '<chapter visible_to_staff_only="true"><sequential url_name="sq"/></chapter>',
            "sequential/sq.xml": '<sequential graded="true" format="Exam" due="2024-02-01T00:00:00Z" '
            'is_time_limited="true" default_time_limit_minutes="30" is_proctored_enabled="true" '
            'hide_after_due="true"><vertical url_name="un"/></sequential>',
            "vertical/un.xml": '<vertical start="2024-01-15"><problem url_name="p"/><problem url_name="q"/>'
            "</vertical>",
            "problem/p.xml": CHOICE,
            "problem/q.xml": CHOICE.replace(
                "<problem", '<problem graded="false" max_attempts="null" due="" visible_to_staff_only="false"'
            ),
        }
    )
    chapter = course.sections[0]
    lesson = chapter.sections[0]
    unit = lesson.sections[0]
    assert chapter.starts_at == datetime(2024, 1, 1, tzinfo=UTC)
    assert (chapter.is_graded, chapter.deadline, chapter.is_staff_only) == (False, None, True)
    assert (lesson.is_graded, lesson.assignment_type, lesson.time_limit) == (True, "Exam", 1_800)
    assert lesson.settings == {"hide_after_due": "true"}
    assert (unit.starts_at, unit.deadline) == (
        datetime(2024, 1, 15, tzinfo=UTC),
        datetime(2024, 2, 1, tzinfo=UTC),
    )
    inherits, differs = unit.items
    assert (inherits.exercise_type, inherits.deadline) == (ExerciseType.MAIN, unit.deadline)
    assert inherits.is_proctored
    assert inherits.is_staff_only
    assert isinstance(inherits.content, QuizOutline)
    assert (inherits.content.allowed_attempts, inherits.content.solution_release) == (2, "never")
    assert (differs.exercise_type, differs.deadline) == (ExerciseType.SELFTEST, None)
    # What an ancestor hides, a block cannot show.
    assert differs.is_staff_only
    assert isinstance(differs.content, QuizOutline)
    assert differs.content.allowed_attempts is None


def test_policy_overrides_any_block(read_olx: ReadOlx) -> None:
    course, _ = read_olx(
        {
            "policies/R1.json": json.dumps({"vertical/un": {"display_name": "Old", "graded": True}}),
            "policies/R1/policy.json": json.dumps({"vertical/un": {"display_name": "New"}}),
        }
    )
    assert course.sections[0].sections[0].sections[0].title == "New"


def test_a_self_paced_course_has_no_deadlines(read_olx: ReadOlx) -> None:
    course, report = read_olx(
        {
            "course/R1.xml": '<course self_paced="true" due="2024-01-01"><chapter url_name="ch"/></course>',
        }
    )
    assert course.sections[0].deadline is None
    assert report.altered == (Note("due dates", "do not close anything in a self-paced course; omitted"),)


def test_faults_cost_one_block_each(read_olx: ReadOlx) -> None:
    course, report = read_olx(
        {
            "course/R1.xml": '<course><chapter url_name="ch"/><chapter url_name="gone"/>'
            "<chapter url_name='bad'/><html>Stray</html><wiki slug='w'/></course>",
            "chapter/bad.xml": "<chapter>",
            "vertical/un.xml": '<vertical><html url_name="h"/><problem url_name="gone"/>'
            '<video url_name="dtd"/><html>Good</html><html start="soon" url_name="date">Date</html>'
            "</vertical>",
            "html/h.xml": "<html>&nbsp;</html>",
            "video/dtd.xml": "<!DOCTYPE video [<!ENTITY a 'b'>]><video/>",
        }
    )
    assert [section.title for section in course.sections] == ["Chapter", "Text"]
    items = all_items(course.sections)
    assert [item.content.content_type for item in items] == [
        "gadget",
        "gadget",
        "rich_text",
        "rich_text",
        "rich_text",
    ]
    assert {note.what for note in report.skipped} == {"chapter/gone", "chapter/bad", "problem/gone", "wiki"}
    warned = {note.what: note.why for note in report.warnings}
    assert warned["chapter/gone"] == "chapter/gone.xml is missing"
    assert warned["html/h"].startswith("html/h.xml, line 1: is not well-formed XML (Entity 'nbsp'")
    assert warned["video/dtd"].startswith("video/dtd.xml, line 1: has a document type")
    assert warned["html/date"] == "start is omitted: 'soon' is no date"


def test_a_block_used_twice_is_copied(read_olx: ReadOlx) -> None:
    course, report = read_olx(
        {
            "vertical/un.xml": '<vertical><html url_name="h"/><html url_name="h"/></vertical>',
            "html/h.xml": "<html>Text</html>",
        }
    )
    first, second = all_items(course.sections)
    assert second.key == f"{first.key}~2"
    assert whys(report.warnings) == ["is used in several places: each has its own copy"]


def test_a_block_without_a_name_keeps_its_key(read_olx: ReadOlx) -> None:
    unit = "<vertical>{}<html>Text</html><html>Text</html></vertical>"
    before, _ = read_olx({"vertical/un.xml": unit.format("")})
    after, _ = read_olx({"vertical/un.xml": unit.format("<html>New</html>")})
    keys = [item.key for item in all_items(before.sections)]
    assert len(set(keys)) == 2
    assert [item.key for item in all_items(after.sections)][1:] == keys


def test_a_block_that_contains_itself_is_left_out(read_olx: ReadOlx) -> None:
    course, report = read_olx({"vertical/un.xml": '<vertical><sequential url_name="sq"/></vertical>'})
    assert all_items(course.sections) == []
    assert report.skipped == (Note("sequential/sq", "contains itself, or is too deep"),)


def test_blocks_that_multiply_end_in_an_error(read_olx: ReadOlx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_BLOCKS", 1_000)
    # Thirty small files, each naming the next one twice: a thousand million blocks.
    files: dict[str, str | bytes] = {
        f"vertical/v{number}.xml": f'<vertical><vertical url_name="v{number + 1}"/>'
        f'<vertical url_name="v{number + 1}"/></vertical>'
        for number in range(30)
    }
    with pytest.raises(OlxError, match="more than 1,000 blocks"):
        read_olx({**files, "vertical/un.xml": '<vertical><vertical url_name="v0"/></vertical>'})


DAMAGE = [
    "<",
    ">",
    '"',
    "null",
    "[]",
    "{}",
    "-1",
    "1e999",
    "NaN",
    "9" * 5_000,
    "\\ud800",
    "<a>",
    "</a>",
    "\0",
]
WHOLE: Files = {
    **COURSE,
    "course/R1.xml": '<course graceperiod="1 day" start="2024-01-01"><chapter url_name="ch"/></course>',
    "policies/R1/policy.json": '{"course/R1": {"lti_passports": ["a:b:c"], "tabs": [{"type": "x"}]}}',
    "policies/R1/grading_policy.json": '{"GRADER": [{"type": "E", "weight": 1}], "GRADE_CUTOFFS": {"A": 1}}',
    "info/updates.items.json": '[{"id": 1, "date": "May 1, 2024", "content": "x"}]',
    "vertical/un.xml": '<vertical><problem url_name="p"/><video start_time="1" '
    'transcripts=\'{"en": "a.srt"}\'/>'
    '<lti custom_parameters=\'["a=b"]\' weight="1"/><openassessment><criterion><option points="1"/>'
    "</criterion></openassessment></vertical>",
    "problem/p.xml": CHOICE,
    "static/a.srt": "1\n00:01,0 --> 00:02,0\nx",
}


@given(st.data())
def test_damage_ends_in_a_course_or_one_error(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as root:
        for path, content in WHOLE.items():
            text = str(content)
            if data.draw(st.booleans(), label=path):
                start = data.draw(st.integers(0, len(text)))
                end = start + data.draw(st.integers(0, 5))
                text = text[:start] + data.draw(st.sampled_from(DAMAGE)) + text[end:]
            place = Path(root, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        with open_archive(Path(root)) as folder, contextlib.suppress(OlxError):
            course, report = read_course(folder)
            # All of it can be written as UTF-8 and as JSON.
            repr((course, list(report.lines()))).encode()
            json.dumps(course.settings, allow_nan=False).encode()
