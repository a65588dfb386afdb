"""Questions of a quiz with a time limit: withheld from learners until an attempt has started."""

from typing import Any

import pytest

from resolvers.access.viewer import Viewer
from tests.conftest import Ask
from tests.quiz_attempts import exam_with, start
from tests.world import NOW, TOMORROW, World

READ = """
query($item: ID!, $quiz: ID!, $question: ID!, $option: ID!) {
  item(id: $item) { content { ... on Quiz { timeLimit questions { id options { id } } } } }
  quiz(id: $quiz) { questions { id options { id } } viewerSubmissions { quiz { questions { id } } } }
  question(id: $question) { id }
  nodes(ids: [$question, $option]) { id }
}
"""
BEGIN = """
mutation($quiz: ID!) {
  startSubmission(input: {quizId: $quiz}) { submission { quiz { questions { id } } } userErrors { code } }
}
"""


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_questions_are_withheld_until_an_attempt(ask: Ask, world: World, rows: int) -> None:
    exam = await exam_with(world, {"time_limit": 60})
    questions = await world.questions([exam.quiz], rows)
    first = (await ask.data(READ, await world.staff(), **names(exam.quiz, questions[0], "")))["quiz"]
    option_id = first["questions"][0]["options"][0]["id"]
    asked = names(exam.quiz, questions[0], option_id)

    async def count(viewer: Viewer) -> set[int]:
        answer = await ask(READ, viewer, **asked)
        assert not answer.errors
        assert len(answer.statements) <= 14
        found = answer.data
        ones = [found["question"], *found["nodes"]]
        assert len({each is None for each in ones}) == 1
        lists = (found["item"]["content"]["questions"], found["quiz"]["questions"])
        assert all(bool(each) is (ones[0] is not None) for each in lists)
        return {len(each) for each in lists}

    other = await world.learner(exam.course)
    assert await count(exam.learner) == {0}
    assert await count(await world.teacher(exam.course)) == {rows}
    begun = await ask.data(BEGIN, exam.learner, quiz=exam.quiz.id)
    assert len(begun["startSubmission"]["submission"]["quiz"]["questions"]) == rows
    assert await count(exam.learner) == {rows}
    assert await count(other) == {0}


def names(quiz: Any, question: Any, option_id: str) -> dict[str, str]:
    """Variables of `READ`."""
    return {
        "item": quiz.item_id,
        "quiz": quiz.id,
        "question": question.id,
        "option": option_id or question.id,
    }


async def test_past_attempts_still_show_them(ask: Ask, world: World) -> None:
    exam = await exam_with(world, {"time_limit": 60, "allowed_attempts": 1})
    (question,) = await world.questions([exam.quiz])
    await world.submission(exam.learner, exam.quiz, submitted_at=NOW, points=1.0)
    found = await ask.data(READ, exam.learner, **names(exam.quiz, question, ""))
    assert found["question"] == {"id": question.id}


@pytest.mark.parametrize("limit", [None, 60, 10**6])
@pytest.mark.parametrize("deadline", [None, TOMORROW])
async def test_an_attempt_ends_at_the_deadline_at_the_latest(
    ask: Ask, world: World, limit: int | None, deadline: Any
) -> None:
    exam = await exam_with(world, {"time_limit": limit}, deadline=deadline)
    ends_at = (await start(ask, exam))["expiresAt"]
    if limit is None or (deadline is not None and limit == 10**6):
        assert ends_at == (deadline and deadline.isoformat())
    else:
        assert deadline is None or ends_at < deadline.isoformat()
