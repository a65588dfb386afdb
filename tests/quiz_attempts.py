"""A quiz and what a learner does with it, for tests of several layers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.catalogue.course import Course
from models.catalogue.section import Section
from models.content.quiz import Option, Question, Quiz
from resolvers.access.viewer import Viewer
from tests.conftest import Ask
from tests.world import World

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
query($id: ID!) {
  submission(id: $id) { isSubmitted points startedAt submittedAt answers { text options { id } points } }
}
"""


@dataclass
class Exam:
    """A course with one quiz, and a learner in it."""

    course: Course
    section: Section
    quiz: Quiz
    learner: Viewer


async def exam_with(world: World, quiz: dict[str, Any] | None = None, **item: Any) -> Exam:
    """An exam without questions; values for its quiz and its item."""
    course = await world.course()
    section = await world.section(course)
    made = await world.quiz(section, 0, quiz=quiz, **item)
    return Exam(course, section, made, await world.learner(course))


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
    """The draft that starting answers, by the exam's learner where nobody else is named."""
    return await done(ask, START, viewer or exam.learner, quiz=exam.quiz.id)


def choose(question: Question, *options: Option) -> dict[str, Any]:
    """An answer by options."""
    return {"questionId": question.id, "optionIds": [option.id for option in options]}


def say(question: Question, text: str) -> dict[str, Any]:
    """An answer in words."""
    return {"questionId": question.id, "text": text}


def moment(text: str) -> datetime:
    """A moment of an answer."""
    return datetime.fromisoformat(text)
