"""Quizzes, questions and options in the graph."""

from typing import Any

import pytest

from models.catalogue.item import ContentType
from models.content.quiz import Option, Question, QuestionType
from models.postgres.base import new_id
from tests.conftest import Ask
from tests.world import NOW, World

FIELDS = """
query($id: ID!) {
  quiz(id: $id) {
    id instructions timeLimit allowedAttempts
    item { title }
    questions {
      id type position text maxPoints shuffleOptions isEligibleForRecap viewerExplanation
      quiz { id }
      options { id position text viewerIsCorrect viewerExplanation }
    }
    viewerSubmissions { attempt }
    viewerNewestSubmission { attempt }
  }
}
"""


async def test_every_field_is_read_back(ask: Ask, world: World) -> None:
    course = await world.course()
    section = await world.section(course)
    quiz = await world.quiz(
        section, 0, {"instructions": "*Read*", "time_limit": 90, "allowed_attempts": 3}, exercise_type=None
    )
    question = Question(
        id=new_id(),
        quiz_id=quiz.id,
        type=QuestionType.SELECT_MULTIPLE,
        position=2,
        text="Which?",
        explanation="Because",
        max_points=2.5,
        shuffle_options=True,
        is_eligible_for_recap=True,
    )
    options = [
        Option(id=new_id(), question_id=question.id, position=2, text="b", explanation="No"),
        Option(id=new_id(), question_id=question.id, position=1, text="a", is_correct=True),
    ]
    first = Question(id=new_id(), quiz_id=quiz.id, type=QuestionType.ESSAY, position=1, text="Write.")
    await world.add(question, first, *options)
    learner = await world.learner(course)
    await world.submission(learner, quiz)
    found = (await ask.data(FIELDS, learner, id=quiz.id))["quiz"]
    assert found == {
        "id": quiz.id,
        "instructions": "*Read*",
        "timeLimit": 90,
        "allowedAttempts": 3,
        "item": {"title": "Item"},
        "questions": [
            {
                "id": first.id,
                "type": "ESSAY",
                "position": 1,
                "text": "Write.",
                "maxPoints": 1.0,
                "shuffleOptions": False,
                "isEligibleForRecap": False,
                "viewerExplanation": None,
                "quiz": {"id": quiz.id},
                "options": [],
            },
            {
                "id": question.id,
                "type": "SELECT_MULTIPLE",
                "position": 2,
                "text": "Which?",
                "maxPoints": 2.5,
                "shuffleOptions": True,
                "isEligibleForRecap": True,
                "viewerExplanation": "Because",
                "quiz": {"id": quiz.id},
                "options": [
                    {
                        "id": options[1].id,
                        "position": 1,
                        "text": "a",
                        "viewerIsCorrect": True,
                        "viewerExplanation": None,
                    },
                    {
                        "id": options[0].id,
                        "position": 2,
                        "text": "b",
                        "viewerIsCorrect": False,
                        "viewerExplanation": "No",
                    },
                ],
            },
        ],
        "viewerSubmissions": [{"attempt": 1}],
        "viewerNewestSubmission": {"attempt": 1},
    }


async def test_a_bare_quiz_is_without_limits(ask: Ask, world: World) -> None:
    course = await world.course()
    quiz = await world.quiz(await world.section(course), 0)
    found = (await ask.data(FIELDS, await world.learner(course), id=quiz.id))["quiz"]
    assert [found[name] for name in ("instructions", "timeLimit", "allowedAttempts")] == [None] * 3
    assert found["questions"] == []


@pytest.mark.parametrize("type_", list(QuestionType))
async def test_each_type_of_question_has_its_name(ask: Ask, world: World, type_: QuestionType) -> None:
    course = await world.course()
    quiz = await world.quiz(await world.section(course), 0)
    await world.question(quiz.id, type=type_)
    found = (await ask.data(FIELDS, await world.learner(course), id=quiz.id))["quiz"]
    assert [question["type"] for question in found["questions"]] == [type_.name]


async def test_a_viewer_has_their_own_attempts_alone(ask: Ask, world: World) -> None:
    course = await world.course()
    quiz = await world.quiz(await world.section(course))
    viewer, other = await world.learner(course), await world.learner(course)
    await world.submission(viewer, quiz, attempt=2)
    await world.submission(viewer, quiz, attempt=1, submitted_at=NOW, points=1.0)
    await world.submission(other, quiz, attempt=3)
    for asking, attempts in ((viewer, [1, 2]), (other, [3]), (await world.teacher(course), [])):
        found = (await ask.data(FIELDS, asking, id=quiz.id))["quiz"]
        assert [each["attempt"] for each in found["viewerSubmissions"]] == attempts
        newest = found["viewerNewestSubmission"]
        assert newest == ({"attempt": attempts[-1]} if attempts else None)


LIST = """
query($course: ID!) {
  quizzes(filter: {course: $course}, first: 100) {
    nodes {
      item { title }
      questions { options { text viewerIsCorrect } quiz { item { title } } }
      viewerSubmissions { attempt answers { question { text } options { text } text points } }
      viewerNewestSubmission { points quiz { id } user { name } course { title } }
    }
    totalCount
  }
}
"""


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_quizzes_take_one_statement_per_relation(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    made = await world.items([await world.section(course)], ContentType.QUIZ, rows)
    await world.questions([quiz for _, quiz in made], 3)
    viewer = await world.learner(course)
    for _, quiz in made[:3]:
        await world.submission(viewer, quiz, submitted_at=NOW, points=2.0)
    answer = await ask(LIST, viewer, course=course.id)
    assert not answer.errors
    found = answer.data["quizzes"]
    assert (len(found["nodes"]), found["totalCount"]) == (rows, rows)
    option: Any = {"text": "yes", "viewerIsCorrect": True}
    assert all(
        len(quiz["questions"]) == 3 and quiz["questions"][2]["options"][0] == option
        for quiz in found["nodes"]
    )
    # the page and its count; of quizzes item, questions, submissions and the newest; of questions options,
    # quiz and its item; of submissions answers; of the newest quiz, user and course
    assert len(answer.statements) == 2 + 4 + 3 + 1 + 3


async def test_one_question_by_its_id(ask: Ask, world: World) -> None:
    course = await world.course()
    quiz = await world.quiz(await world.section(course))
    (question,) = await world.questions([quiz], text="Really?", position=2)
    document = "query($id: ID!) { question(id: $id) { text quiz { id } } }"
    answer = await ask(document, await world.learner(course), id=question.id)
    assert answer.data == {"question": {"text": "Really?", "quiz": {"id": quiz.id}}}
    assert len(answer.statements) == 2
    assert await ask.data(document, await world.learner(), id=question.id) == {"question": None}
