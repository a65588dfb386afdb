"""What holds for attempts at quizzes when time runs out, and when requests come at the same time."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.postgres.database import Database
from resolvers.learning import submission
from resolvers.learning.answering import questions_of
from resolvers.learning.submission import hand_in_ended
from tests.conftest import Ask
from tests.quiz_attempts import READ, SAVE, START, SUBMIT, choose, done, exam_with, moment, refusal, start
from tests.world import World


async def run_out(ask: Ask, submission_id: str, **ago: float) -> datetime:
    """Let an attempt's time have run out so long ago; answers when that was."""
    end = datetime.now(UTC) - timedelta(**ago)
    await ask.database.fetch(
        "UPDATE submissions SET expires_at = %(end)s, started_at = %(end)s - interval '1 hour'"
        " WHERE id = %(id)s RETURNING id",
        {"end": end, "id": submission_id},
    )
    return end


async def pass_deadline(ask: Ask, submission_id: str, **ago: float) -> datetime:
    """Let the deadline have been so long ago, in the midst of the time for the attempt; answers when."""
    end = await run_out(ask, submission_id, **ago)
    await ask.database.fetch(
        "WITH attempt AS (UPDATE submissions SET expires_at = now() + interval '1 hour' WHERE id = %(id)s"
        " RETURNING item_id) UPDATE items SET deadline = %(end)s FROM attempt WHERE items.id = item_id"
        " RETURNING items.id",
        {"end": end, "id": submission_id},
    )
    return end


async def test_time_limit_runs_from_the_start(ask: Ask, world: World) -> None:
    exam = await exam_with(world, {"time_limit": 90})
    submission = await start(ask, exam)
    runs = moment(submission["expiresAt"]) - moment(submission["startedAt"])
    assert runs == timedelta(seconds=90)


async def test_many_starts_at_once_make_one_draft(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
    for attempt in (1, 2):
        drafts = await asyncio.gather(*(start(ask, exam) for _ in range(20)))
        assert len({draft["id"] for draft in drafts}) == 1
        assert {draft["attempt"] for draft in drafts} == {attempt}
        await done(ask, SUBMIT, exam.learner, id=drafts[0]["id"])


async def test_starting_after_time_ran_out_hands_in_what_was_saved(ask: Ask, world: World) -> None:
    exam = await exam_with(world, {"allowed_attempts": 2, "time_limit": 60})
    question, (yes, _) = await world.question(exam.quiz.id)
    first = await start(ask, exam)
    await done(ask, SAVE, exam.learner, id=first["id"], answers=[choose(question, yes)])
    end = await run_out(ask, first["id"], minutes=5)
    drafts = await asyncio.gather(*(start(ask, exam) for _ in range(10)))
    assert {draft["attempt"] for draft in drafts} == {2}
    handed_in = (await ask.data(READ, exam.learner, id=first["id"]))["submission"]
    assert (handed_in["points"], moment(handed_in["submittedAt"])) == (1, end)
    await run_out(ask, drafts[0]["id"], minutes=5)
    assert await refusal(ask, START, exam.learner, quiz=exam.quiz.id) == ("quizId", "NO_ATTEMPTS_LEFT")
    assert (await done(ask, SUBMIT, exam.learner, id=drafts[0]["id"]))["points"] == 0


async def test_saving_within_the_grace_and_after_it(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
    question, (yes, _) = await world.question(exam.quiz.id)
    answers = [choose(question, yes)]
    draft = await start(ask, exam)
    await run_out(ask, draft["id"], seconds=5)
    assert await done(ask, SAVE, exam.learner, id=draft["id"], answers=answers)
    await run_out(ask, draft["id"], seconds=20)
    refused = await refusal(ask, SAVE, exam.learner, id=draft["id"], answers=answers)
    assert refused == ("submissionId", "TIME_LIMIT_EXCEEDED")


async def test_saving_after_the_deadline_and_after_the_item(ask: Ask, world: World) -> None:
    for column, expected in (("deadline", "DEADLINE_PASSED"), ("closes_at", "NOT_ACCESSIBLE")):
        exam = await exam_with(world)
        draft = await start(ask, exam)
        sql = f"UPDATE items SET {column} = now() - interval '20 s' WHERE id = %(id)s RETURNING id"  # noqa: S608
        await ask.database.fetch(sql, {"id": exam.quiz.item_id})
        refused = await refusal(ask, SAVE, exam.learner, id=draft["id"], answers=[])
        assert refused == ("submissionId", expected)
        assert (await done(ask, SUBMIT, exam.learner, id=draft["id"]))["isSubmitted"]


async def test_two_hundred_submits_at_once_score_once(patient: Database, world: World) -> None:
    ask = Ask(patient)
    exam = await exam_with(world)
    question, (yes, no) = await world.question(exam.quiz.id)
    draft = await start(ask, exam)
    calls = [
        ask.data(SUBMIT, exam.learner, id=draft["id"], answers=[choose(question, yes if at % 2 else no)])
        for at in range(200)
    ]
    payloads = [data["submitSubmission"] for data in await asyncio.gather(*calls)]
    (won,) = [payload["submission"] for payload in payloads if payload["submission"]]
    lost = [payload["userErrors"] for payload in payloads if not payload["submission"]]
    assert [[error["code"] for error in errors] for errors in lost] == [["ALREADY_SUBMITTED"]] * 199
    read = (await ask.data(READ, exam.learner, id=draft["id"]))["submission"]
    assert (read["points"], read["submittedAt"]) == (won["points"], won["submittedAt"])
    assert [each["options"] for each in read["answers"]] == [each["options"] for each in won["answers"]]


async def test_the_server_hands_in_what_was_saved(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
    question, (yes, _) = await world.question(exam.quiz.id)
    late, fellow = await start(ask, exam), await world.learner(exam.course)
    await done(ask, SAVE, exam.learner, id=late["id"], answers=[choose(question, yes)])
    in_time, no_limit = (
        await start(ask, exam, fellow),
        await start(ask, exam, await world.learner(exam.course)),
    )
    end = await run_out(ask, late["id"], seconds=20)
    await run_out(ask, in_time["id"], seconds=5)
    counts = await asyncio.gather(*(hand_in_ended(ask.database) for _ in range(4)))
    assert sum(counts) >= 1
    staff = await world.staff()
    read = (await ask.data(READ, staff, id=late["id"]))["submission"]
    assert (read["isSubmitted"], read["points"], moment(read["submittedAt"])) == (True, 1, end)
    for draft in (in_time, no_limit):
        assert not (await ask.data(READ, staff, id=draft["id"]))["submission"]["isSubmitted"]
    assert await refusal(ask, SUBMIT, exam.learner, id=late["id"]) == ("submissionId", "ALREADY_SUBMITTED")
    assert (await start(ask, exam))["attempt"] == 2


@pytest.mark.parametrize(("column", "is_team"), [("deadline", True), ("closes_at", False)])
async def test_the_server_hands_in_when_the_item_ends(
    column: str, is_team: bool, ask: Ask, world: World
) -> None:
    """A deadline is for all, the end of an item not for who teaches the course."""
    exam = await exam_with(world)
    teacher = await world.teacher(exam.course)
    drafts = [await start(ask, exam), await start(ask, exam, teacher)]
    sql = f"UPDATE items SET {column} = now() - interval '20 s' WHERE id = %(id)s RETURNING id"  # noqa: S608
    await ask.database.fetch(sql, {"id": exam.quiz.item_id})
    await hand_in_ended(ask.database)
    handed_in = [(await ask.data(READ, teacher, id=draft["id"]))["submission"] for draft in drafts]
    assert [each["isSubmitted"] for each in handed_in] == [True, is_team]


async def test_a_draft_that_cannot_be_scored_keeps_no_other_waiting(
    ask: Ask, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    exam = await exam_with(world)
    bad, good = await start(ask, exam), await start(ask, exam, await world.learner(exam.course))
    for draft in (bad, good):
        await run_out(ask, draft["id"], minutes=1)

    async def failing(session: Any, quiz_id: str, submission_id: str) -> Any:
        assert submission_id != bad["id"]
        return await questions_of(session, quiz_id, submission_id)

    monkeypatch.setattr(submission, "questions_of", failing)
    assert await hand_in_ended(ask.database) >= 1
    staff = await world.staff()
    found = [(await ask.data(READ, staff, id=draft["id"]))["submission"] for draft in (bad, good)]
    assert [each["isSubmitted"] for each in found] == [False, True]
    assert bad["id"] in caplog.text


async def test_saving_while_handing_in_loses_or_comes_first(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
    question, (yes, no) = await world.question(exam.quiz.id)
    draft = await start(ask, exam)
    await done(ask, SAVE, exam.learner, id=draft["id"], answers=[choose(question, yes)])
    saves = [ask.data(SAVE, exam.learner, id=draft["id"], answers=[choose(question, no)]) for _ in range(10)]
    await asyncio.gather(*saves[:5], ask.data(SUBMIT, exam.learner, id=draft["id"]), *saves[5:])
    read = (await ask.data(READ, exam.learner, id=draft["id"]))["submission"]
    assert read["points"] == (1 if read["answers"][0]["options"] == [{"id": yes.id}] else 0)


async def test_handing_in_within_the_grace(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
    question, (yes, _) = await world.question(exam.quiz.id)
    draft = await start(ask, exam)
    end = await run_out(ask, draft["id"], seconds=5)
    final = await done(ask, SUBMIT, exam.learner, id=draft["id"], answers=[choose(question, yes)])
    assert (final["points"], moment(final["submittedAt"])) == (1, end)


@pytest.mark.parametrize("end_it", [run_out, pass_deadline])
@pytest.mark.parametrize("is_saved", [True, False])
async def test_handing_in_late_scores_what_was_saved_in_time(
    end_it: Any, is_saved: bool, ask: Ask, world: World
) -> None:
    exam = await exam_with(world)
    question, (yes, no) = await world.question(exam.quiz.id)
    draft = await start(ask, exam)
    if is_saved:
        await done(ask, SAVE, exam.learner, id=draft["id"], answers=[choose(question, yes)])
    end = await end_it(ask, draft["id"], seconds=20)
    for_late = choose(question, no) if is_saved else choose(question, yes)
    final = await done(ask, SUBMIT, exam.learner, id=draft["id"], answers=[for_late])
    assert final["points"] == (1 if is_saved else 0)
    assert moment(final["submittedAt"]) == end
    assert len(final["answers"]) == (1 if is_saved else 0)


async def test_deadline_moved_before_the_start(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
    draft = await start(ask, exam)
    await ask.database.fetch(
        "UPDATE items SET deadline = now() - interval '1 day' WHERE id = %(id)s RETURNING id",
        {"id": exam.quiz.item_id},
    )
    final = await done(ask, SUBMIT, exam.learner, id=draft["id"])
    assert final["submittedAt"] == final["startedAt"]
