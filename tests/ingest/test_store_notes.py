"""What the writing makes of what is secret, hidden or without a place."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.outline import LtiOutline, LtiProviderOutline, PageOutline, SolutionRelease
from models.catalogue.item import ExerciseType
from models.content.quiz import SolutionRule
from models.postgres.database import Database
from tests.ingest.conftest import whys
from tests.ingest.course_outlines import Writer, item, question, quiz, section

START = datetime(2026, 1, 1, tzinfo=UTC)
DUE = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def writer(database: Database) -> Writer:
    return Writer(database)


async def test_staff_only_and_hidden_parts_are_unpublished(writer: Writer) -> None:
    stored = await writer.write(
        section("s", item("a", is_staff_only=True), is_staff_only=True),
        section("h", item("b"), is_hidden=True, position=2),
    )
    rows = await writer.rows("SELECT source_key, is_visible FROM items WHERE course_id = :course ORDER BY 1")
    assert rows == [("a", False), ("b", False)]
    assert "is hidden from the outline in its source, here unpublished" in whys(stored.report.altered)


async def test_what_has_no_place_is_reported_and_secrets_are_not_written(writer: Writer) -> None:
    secret = "a-shared-secret"
    stored = await writer.write(
        section("c", item("a", LtiOutline(launch_url=None, provider="tool")), time_limit=60),
        pages=(PageOutline(key="p", title="Syllabus", text="…"),),
        lti_providers=(LtiProviderOutline(name="tool", consumer_key="key", shared_secret=secret),),
        effort="3 hours",
        teaser_url="https://www.youtube.com/watch?v=abc",
    )
    assert [note.what for note in stored.report.skipped] == [
        "Syllabus",
        "LTI credentials tool",
        "https://www.youtube.com/watch?v=abc",
        "'3 hours'",
    ]
    assert "its time limit for the whole section is omitted" in whys(stored.report.altered)
    for (table,) in await writer.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        sql = f"SELECT 1 FROM {table} WHERE {table}::text LIKE '%' || :secret || '%'"  # noqa: S608
        assert await writer.rows(sql, secret=secret) == [], table


@pytest.mark.parametrize(
    ("release", "deadline", "rule", "shown"),
    [
        (SolutionRelease.ALWAYS, DUE, SolutionRule.ALWAYS, None),
        (SolutionRelease.NEVER, DUE, SolutionRule.NEVER, None),
        (SolutionRelease.PAST_DUE, DUE, SolutionRule.BY_DATE, DUE),
        (SolutionRelease.PAST_DUE, None, SolutionRule.NEVER, None),
        (SolutionRelease.FINISHED, DUE, SolutionRule.BY_DATE, DUE),
        (SolutionRelease.FINISHED, None, SolutionRule.BY_DATE, None),
        (SolutionRelease.ATTEMPTED, None, SolutionRule.BY_DATE, None),
    ],
)
async def test_solutions_are_never_shown_before_the_source_allows(
    writer: Writer,
    release: SolutionRelease,
    deadline: datetime | None,
    rule: SolutionRule,
    shown: datetime | None,
) -> None:
    outline = item("q", quiz(question("?", "a"), solution_release=release), deadline=deadline)
    await writer.write(section("c", outline))
    rows = await writer.rows(
        "SELECT q.solution_rule, i.solutions_at FROM quizzes q JOIN items i ON i.id = q.item_id"
        " WHERE q.course_id = :course"
    )
    assert rows == [(rule.value, shown)]


async def test_a_release_that_differs_is_reported(writer: Writer) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    held = quiz(question("?", "a"))
    stored = await writer.write(
        section(
            "c",
            item("a", held),
            item("b", held, deadline=later),
            item("s", held, exercise_type=ExerciseType.SELFTEST),
        )
    )
    assert whys(stored.report.altered) == [
        "its solutions are shown once a learner has submitted; its source says: finished",
        "its solutions are shown after its deadline; its source says: finished",
        "its solutions are shown immediately, because it is ungraded; its source says: finished",
    ]
