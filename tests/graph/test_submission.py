"""Attempts at quizzes: started, saved, handed in."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.base import new_id
from models.course import Course
from models.quiz import Option, Question, QuestionType, Quiz
from models.section import Section
from resolvers.viewer import Viewer
from tests.conftest import Ask
from tests.world import TOMORROW, YESTERDAY, World

SUBMISSION = """
submission {
  id attempt startedAt expiresAt submittedAt isSubmitted points
  answers { question { id } options { id } text points }
}
userErrors { field code message }
"""
START = f"mutation($quiz: ID!) {{ startSubmission(input: {{quizId: $quiz}}) {{ {SUBMISSION} }} }}"
SAVE = f"""mutation($id: ID!, $answers: [AnswerInput!]!) {{
  saveSubmission(input: {{submissionId: $id, answers: $answers}}) {{ {SUBMISSION} }} }}"""
SUBMIT = f"""mutation($id: ID!, $answers: [AnswerInput!]) {{
  submitSubmission(input: {{submissionId: $id, answers: $answers}}) {{ {SUBMISSION} }} }}"""
READ = """
query($id: ID!) { submission(id: $id) { isSubmitted points submittedAt answers { text options { id } points } } }
"""
STATE = "query($id: ID!) { item(id: $id) { viewerState { status points } } }"


@dataclass
class Exam:
    """A course with one quiz, and a learner in it."""

    course: Course
    section: Section
    quiz: Quiz
    learner: Viewer


@pytest.fixture
async def exam(world: World) -> Exam:
    course = await world.course()
    section = await world.section(course)
    quiz = await world.quiz(section, questions=0)
    return Exam(course, section, quiz, await world.learner(course))


async def exam_with(world: World, quiz: dict[str, Any] | None = None, **item: Any) -> Exam:
    course = await world.course()
    section = await world.section(course)
    return Exam(course, section, await world.quiz(section, 0, quiz=quiz, **item), await world.learner(course))


async def done(ask: Ask, document: str, viewer: Viewer, **variables: Any) -> Any:
    """The submission that a mutation answers, which must have no errors."""
    (payload,) = (await ask.data(document, viewer, **variables)).values()
    assert payload["userErrors"] == []
    return payload["submission"]


async def refusal(ask: Ask, document: str, viewer: Viewer, **variables: Any) -> tuple[str, str]:
    """Field path and code of the one error that a mutation answers, which must have done nothing."""
    (payload,) = (await ask.data(document, viewer, **variables)).values()
    (error,) = payload["userErrors"]
    assert payload["submission"] is None
    assert error["message"].endswith(".")
    return ".".join(error["field"]), error["code"]


async def start(ask: Ask, exam: Exam, viewer: Viewer | None = None) -> Any:
    return await done(ask, START, viewer or exam.learner, quiz=exam.quiz.id)


def choose(question: Question, *options: Option) -> dict[str, Any]:
    return {"questionId": question.id, "optionIds": [option.id for option in options]}


def say(question: Question, text: str) -> dict[str, Any]:
    return {"questionId": question.id, "text": text}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def move(ask: Ask, submission_id: str, **ago: float) -> datetime:
    """Let the attempt's time have run out so long ago; answers when that was."""
    end = datetime.now(UTC) - timedelta(**ago)
    await ask.database.fetch(
        "UPDATE submissions SET expires_at = %(end)s, started_at = %(end)s - interval '1 hour'"
        " WHERE id = %(id)s RETURNING id",
        {"end": end, "id": submission_id},
    )
    return end


async def move_deadline(ask: Ask, item_id: str, **ago: float) -> datetime:
    end = datetime.now(UTC) - timedelta(**ago)
    await ask.database.fetch(
        "UPDATE items SET deadline = %(end)s WHERE id = %(id)s RETURNING id", {"end": end, "id": item_id}
    )
    return end


# Starting


async def test_starting(ask: Ask, exam: Exam) -> None:
    answer = await ask(START, exam.learner, quiz=exam.quiz.id)
    assert (
        len(answer.statements) == 5
    )  # the quiz, its newest attempt, a new one; of the payload it and answers
    submission = answer.data["startSubmission"]["submission"]
    assert (submission["attempt"], submission["isSubmitted"], submission["points"]) == (1, False, None)
    assert (submission["expiresAt"], submission["submittedAt"], submission["answers"]) == (None, None, [])


async def test_starting_again_goes_on_with_the_draft(ask: Ask, exam: Exam) -> None:
    first = await start(ask, exam)
    answer = await ask(START, exam.learner, quiz=exam.quiz.id)
    assert answer.data["startSubmission"]["submission"] == first
    assert len(answer.statements) == 4


async def test_time_limit_runs_from_the_start(ask: Ask, world: World) -> None:
    exam = await exam_with(world, {"time_limit": 90})
    submission = await start(ask, exam)
    runs = moment(submission["expiresAt"]) - moment(submission["startedAt"])
    assert runs == timedelta(seconds=90)


async def test_attempts_are_counted(ask: Ask, world: World) -> None:
    exam = await exam_with(world, {"allowed_attempts": 2})
    for attempt in (1, 2):
        submission = await start(ask, exam)
        assert submission["attempt"] == attempt
        await done(ask, SUBMIT, exam.learner, id=submission["id"])
    assert await refusal(ask, START, exam.learner, quiz=exam.quiz.id) == ("quizId", "NO_ATTEMPTS_LEFT")


async def test_no_limit_of_attempts(ask: Ask, exam: Exam) -> None:
    for attempt in (1, 2, 3):
        submission = await start(ask, exam)
        assert submission["attempt"] == attempt
        await done(ask, SUBMIT, exam.learner, id=submission["id"])


async def test_many_starts_at_once_make_one_draft(ask: Ask, exam: Exam, world: World) -> None:
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
    end = await move(ask, first["id"], minutes=5)
    drafts = await asyncio.gather(*(start(ask, exam) for _ in range(10)))
    assert {draft["attempt"] for draft in drafts} == {2}
    handed_in = (await ask.data(READ, exam.learner, id=first["id"]))["submission"]
    assert (handed_in["points"], moment(handed_in["submittedAt"])) == (1, end)
    await move(ask, drafts[0]["id"], minutes=5)
    assert await refusal(ask, START, exam.learner, quiz=exam.quiz.id) == ("quizId", "NO_ATTEMPTS_LEFT")
    assert (await done(ask, SUBMIT, exam.learner, id=drafts[0]["id"]))["points"] == 0


async def test_quizzes_that_cannot_be_started(ask: Ask, world: World) -> None:
    for item, expected in (
        ({"starts_at": TOMORROW}, "NOT_ACCESSIBLE"),
        ({"ends_at": YESTERDAY}, "NOT_ACCESSIBLE"),
        ({"deadline": YESTERDAY}, "DEADLINE_PASSED"),
        ({"is_published": False}, "NOT_FOUND"),
    ):
        exam = await exam_with(world, **item)
        assert await refusal(ask, START, exam.learner, quiz=exam.quiz.id) == ("quizId", expected)
    exam = await exam_with(world, deadline=TOMORROW)
    assert await refusal(ask, START, await world.learner(), quiz=exam.quiz.id) == ("quizId", "NOT_ENROLLED")
    assert await refusal(ask, START, exam.learner, quiz=new_id()) == ("quizId", "NOT_FOUND")
    assert await refusal(ask, START, exam.learner, quiz=exam.quiz.item_id) == ("quizId", "NOT_FOUND")
    assert await start(ask, exam)


async def test_team_tries_a_quiz_that_is_not_open(ask: Ask, world: World) -> None:
    exam = await exam_with(world, ends_at=YESTERDAY)
    question, (yes, _) = await world.question(exam.quiz.id)
    for viewer in (await world.teacher(exam.course), await world.staff()):
        draft = await start(ask, exam, viewer)
        answers = [choose(question, yes)]
        assert (await done(ask, SUBMIT, viewer, id=draft["id"], answers=answers))["points"] == 1


# Saving


async def test_saving_replaces_given_answers_and_keeps_the_others(ask: Ask, exam: Exam, world: World) -> None:
    one, (yes, no) = await world.question(exam.quiz.id, position=1)
    two, _ = await world.question(exam.quiz.id, (), type=QuestionType.ESSAY, position=2)
    draft = await start(ask, exam)
    first = [choose(one, yes), say(two, "Long ago")]
    answer = await ask(SAVE, exam.learner, id=draft["id"], answers=first)
    # The draft and its questions, the answers written; of the payload it, answers, questions and options.
    assert len(answer.statements) == 7
    saved = await done(ask, SAVE, exam.learner, id=draft["id"], answers=[choose(one, no)])
    assert saved["points"] is None
    held = {each["question"]["id"]: each for each in saved["answers"]}
    assert held[one.id]["options"] == [{"id": no.id}]
    assert held[two.id]["text"] == "Long ago"
    saved = await done(ask, SAVE, exam.learner, id=draft["id"], answers=[choose(one)])
    assert [each["options"] for each in saved["answers"] if each["question"]["id"] == one.id] == [[]]


async def test_saving_nothing(ask: Ask, exam: Exam) -> None:
    draft = await start(ask, exam)
    assert await done(ask, SAVE, exam.learner, id=draft["id"], answers=[]) == draft


async def test_answers_that_do_not_fit(ask: Ask, exam: Exam, world: World) -> None:
    one, (yes, no) = await world.question(exam.quiz.id)
    several, (right, _) = await world.question(exam.quiz.id, type=QuestionType.SELECT_MULTIPLE)
    words, _ = await world.question(exam.quiz.id, type=QuestionType.FREE_TEXT)
    other, (others, _) = await world.question((await world.quiz(exam.section)).id)
    draft = await start(ask, exam)
    before = (await ask.data(READ, exam.learner, id=draft["id"]))["submission"]
    for wrong, field in (
        (choose(other, others), "questionId"),
        ({"questionId": new_id()}, "questionId"),
        (choose(one, right), "optionIds"),
        (choose(several, right, yes), "optionIds"),
        (choose(one, yes, no), "optionIds"),
        (choose(words, right), "optionIds"),
        (say(one, "yes"), "text"),
        (say(words, "x" * 10_001), "text"),
        (say(words, "nul\0"), "text"),
        (say(words, "\udc00"), "text"),
    ):
        for document in (SAVE, SUBMIT):
            answers = [choose(several, right) if wrong["questionId"] != several.id else say(words, ""), wrong]
            refused = await refusal(ask, document, exam.learner, id=draft["id"], answers=answers)
            assert refused == (f"answers.1.{field}", "INVALID_ANSWER")
    twice = [choose(one, yes), choose(one, no)]
    refused = await refusal(ask, SAVE, exam.learner, id=draft["id"], answers=twice)
    assert refused == ("answers.1.questionId", "INVALID_ANSWER")
    assert (await ask.data(READ, exam.learner, id=draft["id"]))["submission"] == before
    longest = [say(words, "x" * 10_000), choose(several, right, right)]
    assert await done(ask, SAVE, exam.learner, id=draft["id"], answers=longest)


@pytest.mark.parametrize("document", [SAVE, SUBMIT])
async def test_drafts_are_their_owners(document: str, ask: Ask, exam: Exam, world: World) -> None:
    draft = await start(ask, exam)
    others = (await world.learner(exam.course), await world.teacher(exam.course), await world.staff())
    for viewer in others:
        for id_ in (draft["id"], new_id(), exam.quiz.id):
            refused = await refusal(ask, document, viewer, id=id_, answers=[])
            assert refused == ("submissionId", "NOT_FOUND")


@pytest.mark.parametrize("document", [SAVE, SUBMIT])
async def test_what_is_handed_in_stays(document: str, ask: Ask, exam: Exam, world: World) -> None:
    question, (yes, no) = await world.question(exam.quiz.id)
    draft = await start(ask, exam)
    final = await done(ask, SUBMIT, exam.learner, id=draft["id"], answers=[choose(question, yes)])
    refused = await refusal(ask, document, exam.learner, id=draft["id"], answers=[choose(question, no)])
    assert refused == ("submissionId", "ALREADY_SUBMITTED")
    read = (await ask.data(READ, exam.learner, id=draft["id"]))["submission"]
    assert (read["points"], read["submittedAt"]) == (1, final["submittedAt"])


@pytest.mark.parametrize("document", [SAVE, SUBMIT])
async def test_who_has_left_the_course_answers_no_more(
    document: str, ask: Ask, exam: Exam, world: World
) -> None:
    draft = await start(ask, exam)
    leave = "mutation($id: ID!) { unenroll(input: {courseId: $id}) { userErrors { code } } }"
    await ask.data(leave, exam.learner, id=exam.course.id)
    refused = await refusal(ask, document, exam.learner, id=draft["id"], answers=[])
    assert refused == ("submissionId", "NOT_ENROLLED")


async def test_saving_within_the_grace_and_after_it(ask: Ask, exam: Exam, world: World) -> None:
    question, (yes, _) = await world.question(exam.quiz.id)
    answers = [choose(question, yes)]
    draft = await start(ask, exam)
    await move(ask, draft["id"], seconds=5)
    assert await done(ask, SAVE, exam.learner, id=draft["id"], answers=answers)
    await move(ask, draft["id"], seconds=20)
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


# Handing in


async def test_handing_in_scores_every_kind_of_question(ask: Ask, exam: Exam, world: World) -> None:
    quiz_id = exam.quiz.id
    one, (yes, _) = await world.question(quiz_id, position=1, max_points=2)
    several, (a, b, c) = await world.question(
        quiz_id,
        (("a", True), ("b", True), ("c", False)),
        type=QuestionType.SELECT_MULTIPLE,
        position=2,
        max_points=3,
    )
    words, _ = await world.question(
        quiz_id, (("Ada Lovelace", True), ("Charles", False)), type=QuestionType.FREE_TEXT, position=3
    )
    number, _ = await world.question(
        quiz_id, (("3.14", True),), type=QuestionType.NUMERICAL, position=4, tolerance=0.01
    )
    essay, _ = await world.question(quiz_id, (), type=QuestionType.ESSAY, position=5, max_points=10)
    unanswered, _ = await world.question(quiz_id, position=6)
    draft = await start(ask, exam)
    saved = [choose(one, yes), choose(several, a, b, c), say(words, "wrong")]
    await done(ask, SAVE, exam.learner, id=draft["id"], answers=saved)
    given = [say(words, " ada  LOVELACE"), say(number, "3.15"), say(essay, "Once upon a time")]
    answer = await ask(SUBMIT, exam.learner, id=draft["id"], answers=given)
    # The draft, its questions, the answers and the draft written; of the payload four.
    assert len(answer.statements) == 8
    final = answer.data["submitSubmission"]["submission"]
    assert final["isSubmitted"]
    assert final["points"] == 2 + 1.5 + 1 + 1
    assert moment(final["submittedAt"]) > moment(draft["startedAt"])
    assert {each["question"]["id"]: each["points"] for each in final["answers"]} == {
        one.id: 2,
        several.id: 1.5,
        words.id: 1,
        number.id: 1,
        essay.id: None,
    }
    state = (await ask.data(STATE, exam.learner, id=exam.quiz.item_id))["item"]["viewerState"]
    assert state == {"status": "SUBMITTED", "points": 5.5}


async def test_handing_in_nothing(ask: Ask, exam: Exam, world: World) -> None:
    await world.question(exam.quiz.id)
    await world.question(exam.quiz.id, (), type=QuestionType.ESSAY)
    draft = await start(ask, exam)
    answer = await ask(SUBMIT, exam.learner, id=draft["id"])
    assert answer.data["submitSubmission"]["submission"]["points"] == 0
    assert len(answer.statements) == 5
    state = (await ask.data(STATE, exam.learner, id=exam.quiz.item_id))["item"]["viewerState"]
    assert state == {"status": "GRADED", "points": 0}


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_statements_do_not_grow_with_questions(rows: int, ask: Ask, world: World) -> None:
    course = await world.course()
    quiz = await world.quiz(await world.section(course), questions=rows)
    learner = await world.learner(course)
    draft = await done(ask, START, learner, quiz=quiz.id)
    options = await ask.database.fetch(
        "SELECT q.id, o.id FROM questions q JOIN options o ON o.question_id = q.id"
        " WHERE q.quiz_id = %(quiz)s AND o.is_correct",
        {"quiz": quiz.id},
    )
    answers = [{"questionId": question, "optionIds": [option]} for question, option in options]
    answer = await ask(SUBMIT, learner, id=draft["id"], answers=answers)
    assert answer.data["submitSubmission"]["submission"]["points"] == rows
    assert len(answer.statements) == 8


async def test_many_submits_at_once_score_once(ask: Ask, exam: Exam, world: World) -> None:
    question, (yes, no) = await world.question(exam.quiz.id)
    draft = await start(ask, exam)
    calls = [
        ask.data(SUBMIT, exam.learner, id=draft["id"], answers=[choose(question, yes if at % 2 else no)])
        for at in range(20)
    ]
    payloads = [data["submitSubmission"] for data in await asyncio.gather(*calls)]
    (won,) = [payload["submission"] for payload in payloads if payload["submission"]]
    lost = [payload["userErrors"] for payload in payloads if not payload["submission"]]
    assert [[error["code"] for error in errors] for errors in lost] == [["ALREADY_SUBMITTED"]] * 19
    read = (await ask.data(READ, exam.learner, id=draft["id"]))["submission"]
    assert (read["points"], read["submittedAt"]) == (won["points"], won["submittedAt"])
    assert [each["options"] for each in read["answers"]] == [each["options"] for each in won["answers"]]


async def test_saving_while_handing_in_loses_or_comes_first(ask: Ask, exam: Exam, world: World) -> None:
    question, (yes, no) = await world.question(exam.quiz.id)
    draft = await start(ask, exam)
    await done(ask, SAVE, exam.learner, id=draft["id"], answers=[choose(question, yes)])
    saves = [ask.data(SAVE, exam.learner, id=draft["id"], answers=[choose(question, no)]) for _ in range(10)]
    await asyncio.gather(*saves[:5], ask.data(SUBMIT, exam.learner, id=draft["id"]), *saves[5:])
    read = (await ask.data(READ, exam.learner, id=draft["id"]))["submission"]
    assert read["points"] == (1 if read["answers"][0]["options"] == [{"id": yes.id}] else 0)


async def test_handing_in_within_the_grace(ask: Ask, exam: Exam, world: World) -> None:
    question, (yes, _) = await world.question(exam.quiz.id)
    draft = await start(ask, exam)
    end = await move(ask, draft["id"], seconds=5)
    final = await done(ask, SUBMIT, exam.learner, id=draft["id"], answers=[choose(question, yes)])
    assert (final["points"], moment(final["submittedAt"])) == (1, end)


async def late(ask: Ask, exam: Exam, draft: Any, how: str) -> datetime:
    if how == "time limit":
        return await move(ask, draft["id"], seconds=20)
    await move(ask, draft["id"], days=-1)
    return await move_deadline(ask, exam.quiz.item_id, seconds=20)


@pytest.mark.parametrize("how", ["time limit", "deadline"])
@pytest.mark.parametrize("is_saved", [True, False])
async def test_handing_in_late_scores_what_was_saved_in_time(
    how: str, is_saved: bool, ask: Ask, exam: Exam, world: World
) -> None:
    question, (yes, no) = await world.question(exam.quiz.id)
    draft = await start(ask, exam)
    if is_saved:
        await done(ask, SAVE, exam.learner, id=draft["id"], answers=[choose(question, yes)])
    end = await late(ask, exam, draft, how)
    for_late = choose(question, no) if is_saved else choose(question, yes)
    final = await done(ask, SUBMIT, exam.learner, id=draft["id"], answers=[for_late])
    assert final["points"] == (1 if is_saved else 0)
    assert moment(final["submittedAt"]) == max(end, moment(final["startedAt"]))
    assert len(final["answers"]) == (1 if is_saved else 0)


async def test_points_of_the_best_attempt_count(ask: Ask, exam: Exam, world: World) -> None:
    question, (yes, no) = await world.question(exam.quiz.id)
    for option in (yes, no):
        draft = await start(ask, exam)
        await done(ask, SUBMIT, exam.learner, id=draft["id"], answers=[choose(question, option)])
    state = (await ask.data(STATE, exam.learner, id=exam.quiz.item_id))["item"]["viewerState"]
    assert state == {"status": "GRADED", "points": 1}


# Who sees what


async def test_who_sees_submissions(ask: Ask, exam: Exam, world: World) -> None:
    draft = await start(ask, exam)
    for viewer, sees in (
        (exam.learner, True),
        (await world.teacher(exam.course), True),
        (await world.staff(), True),
        (await world.learner(exam.course), False),
        (await world.teacher(await world.course()), False),
        (Viewer(), False),
    ):
        assert bool((await ask.data(READ, viewer, id=draft["id"]))["submission"]) is sees


async def test_points_of_answers_wait_for_the_solution(ask: Ask, world: World) -> None:
    exam = await exam_with(world, deadline=TOMORROW)
    question, (yes, _) = await world.question(exam.quiz.id)
    draft = await start(ask, exam)
    final = await done(ask, SUBMIT, exam.learner, id=draft["id"], answers=[choose(question, yes)])
    assert final["points"] == 1
    assert [each["points"] for each in final["answers"]] == [None]
    read = (await ask.data(READ, await world.teacher(exam.course), id=draft["id"]))["submission"]
    assert [each["points"] for each in read["answers"]] == [1]


@pytest.mark.parametrize(
    ("document", "variables"),
    [(START, {"quiz": new_id()}), (SAVE, {"id": new_id(), "answers": []}), (SUBMIT, {"id": new_id()})],
)
async def test_anonymous_has_to_sign_in(document: str, variables: dict[str, Any], ask: Ask) -> None:
    answer = await ask(document, Viewer(), **variables)
    assert [error["extensions"]["code"] for error in answer.errors] == ["UNAUTHENTICATED"]


async def test_ids_of_answers_are_ids(ask: Ask, exam: Exam) -> None:
    draft = await start(ask, exam)
    answers: Sequence[Any] = [{"questionId": "first"}]
    answer = await ask(SAVE, exam.learner, id=draft["id"], answers=answers)
    assert [error["extensions"]["code"] for error in answer.errors] == ["BAD_USER_INPUT"]
