"""Leaves of an Open edX course: texts and their links, LTI, all that is kept as it came."""

from pathlib import Path

import pytest

from ingest.archive import open_archive
from ingest.olx import read_course
from ingest.outline import GadgetOutline, LtiOutline
from ingest.report import Note
from models.catalogue.item import ExerciseType
from tests.ingest.conftest import ReadOlx, all_items, texts, whys

UNIT = "block-v1:Org+C1+R1+type@vertical+block@un"


def test_texts_and_their_links(read_olx: ReadOlx) -> None:
    course, report = read_olx(
        {
            "vertical/un.xml": '<vertical><html url_name="a"/><html url_name="b"/><html url_name="gone"/>'
            "</vertical>",
            "html/a.xml": '<html filename="text" display_name="A"/>',
            "html/text.html": '<img src="/static/my_pic.png"><a href="/static/sub/f%20x.pdf?raw">f</a>'
            '<a href="/asset-v1:Org+C1+R1+type@asset+block@my_pic.png">p</a>'
            '<a href="/c4x/Org/C1/asset/my_pic.png">o</a>'
            '<a href="/jump_to_id/b#part">b</a><a href="/courses/x/jump_to_id/un">u</a>'
            '<a href="/jump_to_id/absent">?</a><img src="/static/absent.png">'
            '<a href="/course/updates">c</a><a href="https://example.org/static/x">e</a>',
            "html/b.xml": '<html filename="absent"/>',
            "static/my pic.png": b"",
            "static/sub/f x.pdf": b"",
        }
    )
    text, empty = texts(course)
    assert '<img src="asset:my%20pic.png">' in text
    assert 'href="asset:sub/f%20x.pdf"' in text
    assert text.count("asset:my%20pic.png") == 3
    assert 'href="block:block-v1%3AOrg%2BC1%2BR1%2Btype%40html%2Bblock%40b#part"' in text
    assert f'href="block:{UNIT.replace(":", "%3A").replace("+", "%2B").replace("@", "%40")}"' in text
    assert 'href="/course/updates"' in text
    assert 'href="https://example.org/static/x"' in text
    assert 'src="/static/absent.png"' in text
    assert empty == ""
    assert set(report.warnings) == {
        Note("/jump_to_id/absent", "is linked to, but is not a block of the course"),
        Note("/static/absent.png", "is linked to, but is not a file of the course"),
        Note("html/b", "html/absent.html is missing: the text is empty"),
        Note("html/gone", "html/gone.xml is missing"),
    }
    assert Note("html/gone", "could not be read") in report.skipped


def test_links_go_where_the_caller_says(tmp_path: Path) -> None:
    files = {
        "course.xml": '<course url_name="R" org="O" course="C"><chapter url_name="c"><html>'
        '<a href="/static/a.txt">a</a><a href="/jump_to_id/c">c</a></html></chapter></course>',
        "static/a.txt": "x",
    }
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content)
    with open_archive(tmp_path) as folder:
        course, _ = read_course(
            folder, asset_url=lambda path: f"/assets/{path}", block_url=lambda key: f"/to/{key[-1]}"
        )
    assert texts(course) == [
        '<div><a href="/assets/a.txt" rel="noopener noreferrer">a</a>'
        '<a href="/to/c" rel="noopener noreferrer">c</a></div>'
    ]


def test_texts_are_safe_and_the_report_says_so(read_olx: ReadOlx) -> None:
    course, report = read_olx(
        {
            "vertical/un.xml": "<vertical><html url_name='a' display_name='A'><p onclick='x'>A</p></html>"
            "<html url_name='b' display_name='B'><link href='x'/><script>x</script></html></vertical>",
        }
    )
    assert texts(course) == ["<p>A</p>", ""]
    assert report.altered == (
        Note("html/a (A)", "removed for safety: onclick"),
        Note("html/b (B)", "no part of it can be shown: only link, script"),
    )


def test_lti(read_olx: ReadOlx) -> None:
    course, _ = read_olx(
        {
            "vertical/un.xml": """<vertical>
            <lti url_name="old" launch_url="https://t.example/launch" lti_id="tool" has_score="true"
              weight="5" custom_parameters='["a=1", "b=x=y", ""]' description="Do &lt;b&gt;it&lt;/b&gt;"
              hide_launch="false"/>
            <lti_consumer url_name="new" lti_version="lti_1p3" lti_1p3_launch_url="https://t.example/l"
              lti_1p3_oidc_url="https://t.example/o" launch_target="new_window"/>
            <lti_consumer url_name="bad" launch_url="javascript:alert(1)"/></vertical>""",
        }
    )
    old, new, bad = all_items(course.sections)
    assert old.content == LtiOutline(
        launch_url="https://t.example/launch",
        provider="tool",
        parameters={"a": "1", "b": "x=y"},
        instructions="<div>Do <b>it</b></div>",
        has_score=True,
        weight=5.0,
        opens_in_new_window=True,
    )
    assert (old.max_points, old.exercise_type, old.settings) == (
        5.0,
        ExerciseType.SELFTEST,
        {"hide_launch": "false"},
    )
    assert new.content == LtiOutline(
        launch_url="https://t.example/l",
        version="1.3",
        login_url="https://t.example/o",
        opens_in_new_window=True,
    )
    assert (new.max_points, new.exercise_type) == (0.0, None)
    assert isinstance(bad.content, LtiOutline)
    assert bad.content.launch_url is None


def test_any_other_block_is_a_gadget(read_olx: ReadOlx) -> None:
    course, report = read_olx(
        {
            "vertical/un.xml": """<vertical>
            <discussion url_name="d" discussion_target="T"/><done url_name="x"/>
            <annotatable url_name="a"/>
            <poll url_name="p" question="&lt;b&gt;Which?&lt;/b&gt;" block_name="A poll"/>
            <openassessment url_name="o"><title>Peers</title><prompts><prompt>
              <description>&lt;p&gt;Write.&lt;/p&gt;</description></prompt></prompts>
              <rubric><criterion><option points="3"/><option points="1"/></criterion>
              <criterion><option points="2"/></criterion></rubric></openassessment>
            <edx_sga url_name="s" weight="7"/><broken url_name="b"/></vertical>""",
            "annotatable/a.xml": "<annotatable><p>Read</p></annotatable>",
            "broken/b.xml": "<broken><p></broken>",
        }
    )
    items = all_items(course.sections)
    gadgets = [item.content for item in items if isinstance(item.content, GadgetOutline)]
    assert [gadget.type for gadget in gadgets] == [
        "discussion",
        "done",
        "annotatable",
        "poll",
        "openassessment",
        "edx_sga",
        "broken",
    ]
    assert gadgets[0].settings == {"discussion_target": "T"}
    assert 'discussion_target="T"' in gadgets[0].source
    assert (gadgets[2].text, gadgets[3].text, gadgets[4].text) == (
        "<p>Read</p>",
        "<div><b>Which?</b></div>",
        "<p>Write.</p>",
    )
    assert [gadget.reveals_solutions for gadget in gadgets] == [False, False, False, False, True, True, False]
    assert [item.title for item in items[3:6]] == ["A poll", "Peers", "s"]
    assert [item.max_points for item in items] == [0, 0, 0, 0, 5, 7, 0]
    assert gadgets[6].source == "<broken><p></broken>"
    assert len(report.kept) == 7
    assert report.blocks["poll"] == 1


@pytest.mark.parametrize("kind", ["library_content", "itembank", "randomize", "split_test", "conditional"])
def test_blocks_that_choose_are_kept_with_all_they_choose_from(read_olx: ReadOlx, kind: str) -> None:
    course, report = read_olx(
        {
            "vertical/un.xml": f'<vertical><html>1</html><{kind} url_name="k"/><html>5</html></vertical>',
            f"{kind}/k.xml": f'<{kind} max_count="1"><show/><html>2</html><vertical><html>3</html>'
            f"<html>4</html></vertical></{kind}>",
        }
    )
    first, chooser, *chosen, last = all_items(course.sections)
    assert isinstance(chooser.content, GadgetOutline)
    assert [item.chosen_by for item in chosen] == [chooser.key] * 3
    assert (first.chosen_by, last.chosen_by) == (None, None)
    assert texts(course) == [f"<div>{number}</div>" for number in range(1, 6)]
    assert [item.position for item in all_items(course.sections)] == [1, 2, 3, 4, 5, 6]
    assert whys(report.kept) == ["shows each learner some of its 2 blocks; all are read"]
