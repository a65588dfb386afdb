"""Attempts at quizzes: started, saved, handed in."""

from typing import Any

import pytest

from models.content.quiz import QuestionType
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from tests.conftest import Ask
from tests.quiz_attempts import (
    READ,
    SAVE,
    START,
    SUBMIT,
    choose,
    done,
    exam_with,
    moment,
    refusal,
    say,
    start,
)
from tests.world import TOMORROW, YESTERDAY, World

STATE = "query($id: ID!) { item(id: $id) { viewerState { status points } } }"


async def test_starting(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
    answer = await ask(START, exam.learner, quiz=exam.quiz.id)
    assert (
        len(answer.statements) == 5
    )  # the quiz, its newest attempt, a new one; of the payload it and answers
    submission = answer.data["startSubmission"]["submission"]
    assert (submission["attempt"], submission["isSubmitted"], submission["points"]) == (1, False, None)
    assert (submission["expiresAt"], submission["submittedAt"], submission["answers"]) == (None, None, [])


async def test_starting_again_goes_on_with_the_draft(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
    first = await start(ask, exam)
    answer = await ask(START, exam.learner, quiz=exam.quiz.id)
    assert answer.data["startSubmission"]["submission"] == first
    assert len(answer.statements) == 4


async def test_attempts_are_counted(ask: Ask, world: World) -> None:
    exam = await exam_with(world, {"allowed_attempts": 2})
    for attempt in (1, 2):
        submission = await start(ask, exam)
        assert submission["attempt"] == attempt
        await done(ask, SUBMIT, exam.learner, id=submission["id"])
    assert await refusal(ask, START, exam.learner, quiz=exam.quiz.id) == ("quizId", "NO_ATTEMPTS_LEFT")


async def test_no_limit_of_attempts(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
    for attempt in (1, 2, 3):
        submission = await start(ask, exam)
        assert submission["attempt"] == attempt
        await done(ask, SUBMIT, exam.learner, id=submission["id"])


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


async def test_saving_replaces_given_answers_and_keeps_the_others(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
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


async def test_saving_nothing(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
    draft = await start(ask, exam)
    assert await done(ask, SAVE, exam.learner, id=draft["id"], answers=[]) == draft


async def test_answers_that_do_not_fit(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
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
async def test_drafts_are_their_owners(document: str, ask: Ask, world: World) -> None:
    exam = await exam_with(world)
    draft = await start(ask, exam)
    others = (await world.learner(exam.course), await world.teacher(exam.course), await world.staff())
    for viewer in others:
        for id_ in (draft["id"], new_id(), exam.quiz.id):
            refused = await refusal(ask, document, viewer, id=id_, answers=[])
            assert refused == ("submissionId", "NOT_FOUND")


@pytest.mark.parametrize("document", [SAVE, SUBMIT])
async def test_what_is_handed_in_stays(document: str, ask: Ask, world: World) -> None:
    exam = await exam_with(world)
    question, (yes, no) = await world.question(exam.quiz.id)
    draft = await start(ask, exam)
    final = await done(ask, SUBMIT, exam.learner, id=draft["id"], answers=[choose(question, yes)])
    refused = await refusal(ask, document, exam.learner, id=draft["id"], answers=[choose(question, no)])
    assert refused == ("submissionId", "ALREADY_SUBMITTED")
    read = (await ask.data(READ, exam.learner, id=draft["id"]))["submission"]
    assert (read["points"], read["submittedAt"]) == (1, final["submittedAt"])


@pytest.mark.parametrize("document", [SAVE, SUBMIT])
async def test_who_has_left_the_course_answers_no_more(document: str, ask: Ask, world: World) -> None:
    exam = await exam_with(world)
    draft = await start(ask, exam)
    leave = "mutation($id: ID!) { unenroll(input: {courseId: $id}) { userErrors { code } } }"
    await ask.data(leave, exam.learner, id=exam.course.id)
    refused = await refusal(ask, document, exam.learner, id=draft["id"], answers=[])
    assert refused == ("submissionId", "NOT_ENROLLED")


async def test_handing_in_scores_every_kind_of_question(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
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
    await world.question(quiz_id, position=6)  # stays without an answer
    draft = await start(ask, exam)
    saved = [choose(one, yes), choose(several, a, b, c), say(words, "wrong")]
    await done(ask, SAVE, exam.learner, id=draft["id"], answers=saved)
    given = [say(words, " ada  LOVELACE"), say(number, "3.15"), say(essay, "Once upon a time")]
    answer = await ask(SUBMIT, exam.learner, id=draft["id"], answers=given)
    # The draft, its questions, the answers and the draft written, the event; of the payload four.
    assert len(answer.statements) == 9
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


async def test_handing_in_nothing(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
    await world.question(exam.quiz.id)
    await world.question(exam.quiz.id, (), type=QuestionType.ESSAY)
    draft = await start(ask, exam)
    answer = await ask(SUBMIT, exam.learner, id=draft["id"])
    assert answer.data["submitSubmission"]["submission"]["points"] == 0
    assert len(answer.statements) == 6
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
    assert len(answer.statements) == 9


async def test_points_of_the_best_attempt_count(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
    question, (yes, no) = await world.question(exam.quiz.id)
    for option in (yes, no):
        draft = await start(ask, exam)
        await done(ask, SUBMIT, exam.learner, id=draft["id"], answers=[choose(question, option)])
    state = (await ask.data(STATE, exam.learner, id=exam.quiz.item_id))["item"]["viewerState"]
    assert state == {"status": "GRADED", "points": 1}


async def test_who_sees_submissions(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
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


async def test_ids_of_answers_are_ids(ask: Ask, world: World) -> None:
    exam = await exam_with(world)
    draft = await start(ask, exam)
    answers: Any = [{"questionId": "first"}]
    answer = await ask(SAVE, exam.learner, id=draft["id"], answers=answers)
    assert [error["extensions"]["code"] for error in answer.errors] == ["BAD_USER_INPUT"]
