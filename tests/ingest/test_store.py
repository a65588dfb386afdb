"""Writing courses: what is new, what stays, what goes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from ingest.outline import (
    AnnouncementOutline,
    AssignmentTypeOutline,
    GadgetOutline,
    GradingPolicyOutline,
    LtiOutline,
    RichTextOutline,
    SubtitleTrackOutline,
    VideoOutline,
)
from ingest.subtitles import Cue
from models.catalogue.item import Item
from models.catalogue.section import Section
from models.content.quiz import QuestionType, Quiz
from models.learning.submission import Answer
from models.postgres.database import Database
from resolvers.access.viewer import Role, Viewer
from tests.conftest import Ask
from tests.ingest.conftest import whys
from tests.ingest.course_outlines import Writer, item, question, quiz, section
from tests.world import World

START = datetime(2026, 1, 1, tzinfo=UTC)
DUE = datetime(2026, 2, 1, tzinfo=UTC)

TREE = """
query($slug: String!) {
  course(slug: $slug) {
    title
    sections { title sections { title items { title contentType content { __typename
      ... on Quiz { questions { text options { text viewerIsCorrect } } }
      ... on Video { single { hdUrl } encodings { profile url } subtitleTracks { language cues { text } } }
      ... on LtiExercise { launchUrl weight }
      ... on Gadget { type text source }
      ... on RichText { text }
    } } } }
  }
}
"""


@pytest.fixture
def writer(database: Database) -> Writer:
    return Writer(database)


async def visit(world: World, writer: Writer, key: str) -> None:
    """Let a new learner open the item of this key."""
    await world.visit(await world.learner(), await writer.found(Item, key))


async def submit(world: World, writer: Writer, key: str) -> None:
    """Let a new learner hand in the quiz of an item, with the first option of its first question."""
    item_id = (await writer.found(Item, key)).id
    ((quiz_id, question_id, option_id),) = await writer.rows(
        """
        SELECT q.id::text, u.id::text, o.id::text FROM quizzes q JOIN questions u ON u.quiz_id = q.id
        JOIN options o ON o.question_id = u.id
        WHERE q.item_id = :item AND u.position = 1 AND o.position = 1
        """,
        item=item_id,
    )
    course_id = (await writer.found(Item, key)).course_id
    held = Quiz(id=quiz_id, item_id=item_id, course_id=course_id)
    answer = Answer(question_id=question_id, option_ids=[option_id], points=1.0)
    learner = await world.learner()
    await world.submission(learner, held, [answer], submitted_at=datetime.now(UTC), points=1.0)


async def test_a_first_import_writes_every_kind_of_content(ask: Ask, world: World, writer: Writer) -> None:
    video = VideoOutline(
        hd_url="https://example.org/v.mp4",
        source_urls=("https://example.org/v.mp4", "https://example.org/v.webm"),
        page_url="https://www.youtube.com/watch?v=abc",
        subtitle_tracks=(),
    )
    unit = section(
        "u",
        item("text"),
        item("video", video),
        item("quiz", quiz(question("Which?", "this", "that"))),
        item("lti", LtiOutline(launch_url="https://example.org/lti", weight=2.5)),
        item("gadget", GadgetOutline(type="poll", source="<poll/>", text="Vote")),
    )
    stored = await writer.write(section("c", unit), starts_at=START)
    assert stored.is_new
    assert stored.written == {
        "courses": 1,
        "sections": 2,
        "items": 5,
        "rich_texts": 1,
        "videos": 1,
        "quizzes": 1,
        "lti_exercises": 1,
        "gadgets": 1,
        "questions": 1,
        "options": 2,
    }
    teacher = Viewer((await world.user()).id, Role.MEMBER, (stored.id,))
    found = (await ask.data(TREE, teacher, slug=stored.slug))["course"]["sections"]
    assert [each["content"] for each in found[0]["sections"][0]["items"]] == [
        {"__typename": "RichText", "text": "Text of text"},
        {
            "__typename": "Video",
            "single": {"hdUrl": "https://example.org/v.mp4"},
            "encodings": [
                {"profile": "youtube", "url": "https://www.youtube.com/watch?v=abc"},
                {"profile": "desktop_mp4", "url": "https://example.org/v.mp4"},
                {"profile": "fallback", "url": "https://example.org/v.webm"},
            ],
            "subtitleTracks": [],
        },
        {
            "__typename": "Quiz",
            "questions": [
                {
                    "text": "Which?",
                    "options": [
                        {"text": "this", "viewerIsCorrect": True},
                        {"text": "that", "viewerIsCorrect": False},
                    ],
                }
            ],
        },
        {"__typename": "LtiExercise", "launchUrl": "https://example.org/lti", "weight": 2.5},
        {"__typename": "Gadget", "type": "poll", "text": "Vote", "source": "<poll/>"},
    ]


async def test_the_same_course_again_changes_nothing(writer: Writer, world: World) -> None:
    content = section("c", item("a"), item("q", quiz(question("Which?", "this", "that"))))
    first = await writer.write(content)
    await visit(world, writer, "a")
    await submit(world, writer, "q")
    sql = """
        SELECT c.id, c.updated_at, s.id, i.id, coalesce(q.id, r.id), u.id, o.id FROM courses c
        JOIN sections s ON s.course_id = c.id JOIN items i ON i.section_id = s.id
        LEFT JOIN rich_texts r ON r.item_id = i.id LEFT JOIN quizzes q ON q.item_id = i.id
        LEFT JOIN questions u ON u.quiz_id = q.id LEFT JOIN options o ON o.question_id = u.id
        WHERE c.id = :course ORDER BY i.position, o.position
    """
    before = await writer.rows(sql)
    again = await writer.write(content)
    assert (again.id, again.slug, again.is_new, again.written) == (first.id, first.slug, False, {})
    assert await writer.rows(sql) == before
    counts = "SELECT (SELECT count(*) FROM visits WHERE course_id = :course),"
    counts += (
        " (SELECT count(*) FROM answers JOIN submissions ON submission_id = id WHERE course_id = :course)"
    )
    assert await writer.rows(counts) == [(1, 1)]


async def test_what_changed_is_brought_up_to_date_under_its_id(writer: Writer) -> None:
    await writer.write(section("c1", item("a"), item("b")), section("c2", position=2))
    before = await writer.ids()
    moved = item("a", RichTextOutline(text="New text"), title="New title")
    changed = await writer.write(section("c1", item("b")), section("c2", moved, position=2), title="New")
    assert await writer.ids() == before
    assert changed.written == {"courses": 1, "items": 2, "rich_texts": 1}
    rows = await writer.rows(
        """
        SELECT i.title, r.text, s.source_key, i.path, c.title, c.updated_at > c.created_at
        FROM items i JOIN rich_texts r ON r.item_id = i.id JOIN sections s ON s.id = i.section_id
        JOIN courses c ON c.id = i.course_id WHERE i.course_id = :course AND i.source_key = 'a'
        """
    )
    assert rows == [("New title", "New text", "c2", [2, 1], "New", True)]


async def test_what_the_source_does_not_speak_of_stays(writer: Writer) -> None:
    await writer.write(section("c", item("a")))
    await writer.rows("UPDATE courses SET status = 'announced', slug = id WHERE id = :course RETURNING 1")
    await writer.rows("UPDATE items SET time_effort = 60, icon = 'pen' WHERE course_id = :course RETURNING 1")
    again = await writer.write(section("c", item("a", title="Other")), title="Other")
    assert again.slug == again.id
    rows = "SELECT c.status, i.time_effort, i.icon, i.title FROM courses c JOIN items i ON i.course_id = c.id"
    assert await writer.rows(rows + " WHERE c.id = :course") == [("announced", 60, "pen", "Other")]


async def test_gone_blocks_are_removed_but_for_those_that_learners_used(writer: Writer, world: World) -> None:
    whole = (section("c1", item("a")), section("c2", section("u", item("b"), item("c"))))
    await writer.write(*whole)
    before = await writer.ids()
    await visit(world, writer, "b")
    stored = await writer.write(section("c1"))
    assert await writer.ids() == {key: before[key] for key in ("c1", "c2", "u", "b")}
    states = "SELECT source_key, is_published, is_visible FROM {} WHERE course_id = :course ORDER BY 1"
    assert await writer.rows(states.format("sections")) == [
        ("c1", True, True),
        ("c2", False, False),
        ("u", False, False),
    ]
    assert await writer.rows(states.format("items")) == [("b", False, False)]
    assert await writer.rows("SELECT count(*) FROM visits WHERE course_id = :course") == [(1,)]
    assert "is gone from the source; learners have used it, so it stays, unpublished" in whys(
        stored.report.altered
    )
    await writer.write(*whole)  # and back again
    after = await writer.ids()
    assert {key: after[key] for key in ("c1", "c2", "u", "b")} == {
        key: before[key] for key in ("c1", "c2", "u", "b")
    }
    assert await writer.rows(states.format("items")) == [
        ("a", True, True),
        ("b", True, True),
        ("c", True, True),
    ]


async def test_what_was_not_imported_is_not_removed(writer: Writer, world: World) -> None:
    await writer.write(section("c"), section("d", position=2))
    await world.item(await writer.found(Section, "d"), title="By hand")
    await writer.write(section("c"))
    rows = "SELECT i.title, s.is_published FROM items i JOIN sections s ON s.id = section_id"
    assert await writer.rows(f"{rows} WHERE i.course_id = :course") == [("By hand", False)]


async def test_an_item_that_holds_something_else_is_another_item(writer: Writer, world: World) -> None:
    await writer.write(section("c", item("a"), item("b")))
    before = await writer.ids()
    await visit(world, writer, "a")
    other = GadgetOutline(type="poll", source="")
    stored = await writer.write(section("c", item("a", other), item("b", other)))
    after = await writer.ids()
    assert after[""] == before["a"]
    assert after["a"] != before["a"]
    assert after["b"] != before["b"]
    assert len(after) == 4
    assert "now holds something else; learners have used it, so it stays, unpublished" in whys(
        stored.report.altered
    )


async def test_a_quiz_keeps_its_questions_and_the_answers_to_them(world: World, writer: Writer) -> None:
    first, second = question("One?", "yes", "no"), question("Two?", "left", "right")
    await writer.write(section("c", item("q", quiz(first, second))))
    sql = """
        SELECT u.text, u.id, array_agg(o.text ORDER BY o.position), array_agg(o.id ORDER BY o.position)
        FROM questions u JOIN options o ON o.question_id = u.id JOIN quizzes q ON q.id = u.quiz_id
        WHERE q.course_id = :course GROUP BY u.id ORDER BY u.position
    """
    (_, one, _, (yes, no)), (_, two, _, _) = await writer.rows(sql)
    await submit(world, writer, "q")
    # In another order, with a new one between them, an option first that was second, and a corrected text.
    changed = replace(first, text="One, really?", options=(first.options[1], first.options[0]))
    await writer.write(section("c", item("q", quiz(changed, question("New?", "a"), second))))
    after = await writer.rows(sql)
    assert [(row[0], row[1] in (one, two)) for row in after] == [
        ("One, really?", True),
        ("New?", False),
        ("Two?", True),
    ]
    assert after[0][3] == [no, yes]
    answers = "SELECT a.question_id, a.option_ids, s.points FROM answers a JOIN submissions s ON s.id ="
    answers += " a.submission_id WHERE s.course_id = :course"
    assert await writer.rows(answers) == [(one, [yes], 1.0)]


async def test_a_quiz_that_lost_an_answered_question_is_another_item(world: World, writer: Writer) -> None:
    await writer.write(section("c", item("q", quiz(question("One?", "yes"), question("Two?", "no")))))
    before = (await writer.ids())["q"]
    await writer.write(section("c", item("q", quiz(question("One?", "yes")))))
    assert (await writer.ids())["q"] == before  # nobody had answered the second
    await submit(world, writer, "q")
    stored = await writer.write(
        section("c", item("q", quiz(question("Other?", "a"), question("More?", "b"))))
    )
    assert (await writer.ids())["q"] == before  # its text was changed
    essay = replace(question("Other?"), type=QuestionType.ESSAY)
    stored = await writer.write(section("c", item("q", quiz(essay))))
    after = await writer.ids()
    assert after[""] == before
    assert after["q"] != before
    assert await writer.rows("SELECT points FROM submissions WHERE course_id = :course") == [(1.0,)]
    assert stored.written["items"] == 1


async def test_statements_do_not_grow_with_the_course(writer: Writer, database: Database) -> None:
    counts = []
    for rows in (1, 40):
        each = Writer(database)
        video = VideoOutline(hd_url="https://example.org/v.mp4")
        sections = [
            section(
                f"c{place}",
                item(f"t{place}"),
                item(f"v{place}", video),
                item(f"q{place}", quiz(*(question(f"{place}/{n}?", "a", "b") for n in range(rows)))),
                position=place,
            )
            for place in range(rows)
        ]
        await each.write(*sections)
        first = len(each.statements)
        await each.write(*sections)
        counts.append((first, len(each.statements)))
    assert counts == [(19, 23), (19, 23)]


async def test_a_course_that_cannot_be_written_leaves_nothing(writer: Writer, database: Database) -> None:
    twice = section("c", item("a"), item("a"))
    with pytest.raises(IntegrityError):
        await writer.write(twice)
    found = await database.fetch("SELECT 1 FROM courses WHERE key = %(key)s", {"key": writer.key})
    assert found == []


async def test_a_slug_that_another_course_has_gets_a_number(writer: Writer, database: Database) -> None:
    first = await writer.write()
    second = await Writer(database).write(slug=first.slug)
    third = await Writer(database).write(slug=first.slug)
    assert [second.slug, third.slug] == [f"{first.slug}-2", f"{first.slug}-3"]
    assert whys(second.report.altered)[0].startswith(f"has the slug '{first.slug}-2'")


async def test_texts_that_postgresql_refuses_are_mended(writer: Writer) -> None:
    content = GadgetOutline(type="a\0b", source="\ud800", settings={"\0": ["\udfff"]})
    await writer.write(section("c", item("a", content)))
    rows = await writer.rows("SELECT type, source, settings FROM gadgets WHERE course_id = :course")
    assert rows == [("a\N{REPLACEMENT CHARACTER}b", "?", {"\N{REPLACEMENT CHARACTER}": ["?"]})]


async def test_policy_and_announcements_follow_the_source(writer: Writer) -> None:
    types = (AssignmentTypeOutline(name="HW", short_name="H", weight=1, minimum_count=2, drop_count=1),)
    policy = GradingPolicyOutline(assignment_types=types, cutoffs={"Pass": 0.5}, grace_period=10**12)
    news = [
        AnnouncementOutline(key=key, title=key, text=key, published_at=moment)
        for key, moment in (("a", START), ("b", None))
    ]
    await writer.write(grading_policy=policy, announcements=tuple(news), starts_at=DUE, language="de")
    of_policy = "SELECT cutoffs, grace_period FROM grading_policies WHERE course_id = :course"
    assert await writer.rows(of_policy) == [([{"grade": "Pass", "ratio": 0.5}], 2**31 - 1)]
    of_news = "SELECT title, published_at FROM announcements WHERE course_id = :course ORDER BY source_key"
    assert await writer.rows(of_news) == [({"de": "a"}, START), ({"de": "b"}, DUE)]
    again = await writer.write(announcements=(news[1],), starts_at=START, language="de")
    assert await writer.rows(of_policy) == []
    assert await writer.rows(of_news) == [({"de": "b"}, DUE)]
    assert again.written["announcements"] == 1


async def test_cues_keep_their_ids_and_machine_made_tracks_stay(writer: Writer) -> None:
    def video(*lines: str) -> VideoOutline:
        cues = tuple(Cue(n, n + 1, line) for n, line in enumerate(lines))
        return VideoOutline(subtitle_tracks=(SubtitleTrackOutline(language="en", cues=cues),))

    await writer.write(section("c", item("v", video("one", "two", "three"))))
    sql = "SELECT c.id, c.text FROM subtitle_cues c JOIN subtitle_tracks t ON t.id = track_id"
    sql += " JOIN videos v ON v.id = t.video_id WHERE v.course_id = :course ORDER BY c.position"
    before = await writer.rows(sql)
    changed = await writer.write(section("c", item("v", video("one", "zwei"))))
    assert await writer.rows(sql) == [before[0], (before[1][0], "zwei")]
    assert changed.written == {"subtitle_cues": 2}
    await writer.write(section("c", item("v", VideoOutline())))
    assert await writer.rows(sql) == []
