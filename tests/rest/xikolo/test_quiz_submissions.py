"""Life of a submission over REST; the graph's tests have its rules (`tests.quiz_attempts`)."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.catalogue.course import Course
from models.content.quiz import Option, Question, QuestionType, Quiz
from models.postgres.database import Database
from resolvers.access.viewer import Viewer
from tests.conftest import Ask
from tests.rest.xikolo.conftest import Xikolo
from tests.rest.xikolo.row_counts import token_of, written
from tests.world import TOMORROW, YESTERDAY, World

READ = """
query($id: ID!) { submission(id: $id) {
  points submittedAt
  quiz { item { viewerState { status points } } viewerNewestSubmission { id } }
} }
"""


@dataclass
class Exam:
    """A quiz with a question of each kind, and a learner enrolled in its course."""

    xikolo: Xikolo
    course: Course
    quiz: Quiz
    learner: Viewer
    token: str
    questions: dict[QuestionType, Question]
    options: dict[QuestionType, list[Option]]

    async def start(self) -> Any:
        """Start a submission."""
        sent = written("quiz-submissions", to={"quiz": ("quizzes", self.quiz.id)})
        return await self.xikolo("POST", "/api/v2/quiz-submissions", self.token, json=sent)

    async def started(self) -> str:
        """Start a submission and return its id."""
        response = await self.start()
        assert response.status_code == 201, response.text
        return str(response.json()["data"]["id"])

    async def write(self, id_: str, **attributes: Any) -> Any:
        """Save or submit answers."""
        sent = written("quiz-submissions", id_, **attributes)
        return await self.xikolo("PATCH", f"/api/v2/quiz-submissions/{id_}", self.token, json=sent)

    async def wrote(self, id_: str, **attributes: Any) -> Any:
        """Return the attributes after a successful write."""
        response = await self.write(id_, **attributes)
        assert response.status_code == 200, response.text
        return response.json()["data"]["attributes"]

    async def read(self, path: str) -> Any:
        """Return a document."""
        return (await self.xikolo.get(path, self.token)).json()

    def given(self, kind: QuestionType, data: Any, type_: str | None = None) -> dict[str, Any]:
        """Return an answer, by its question's id."""
        return {self.questions[kind].id: {"type": type_ or kind.value, "data": data}}

    def right(self, kind: QuestionType) -> list[str]:
        """Return the ids of the correct options of a question."""
        return [option.id for option in self.options[kind] if option.is_correct]


async def exam_with(xikolo: Xikolo, world: World, quiz: Any = None, **item: Any) -> Exam:
    """An exam: 2 points for one choice, 3 for several, 1 for a word, 1 for a number, an essay to be read."""
    course = await world.course()
    made = await world.quiz(await world.section(course), 0, quiz=quiz, **{"max_points": 7.0, **item})
    learner = await world.learner(course)
    exam = Exam(xikolo, course, made, learner, await token_of(world, learner), {}, {})
    for kind, points, options in (
        (QuestionType.SELECT_ONE, 2, (("yes", True), ("no", False))),
        (QuestionType.SELECT_MULTIPLE, 3, (("a", True), ("b", True), ("c", False))),
        (QuestionType.FREE_TEXT, 1, (("Ada Lovelace", True),)),
        (QuestionType.NUMERICAL, 1, (("3.14", True),)),
        (QuestionType.ESSAY, 10, ()),
    ):
        place = len(exam.questions) + 1
        values: Any = {"position": place, "max_points": points, "explanation": "So."}
        exam.questions[kind], exam.options[kind] = await world.question(made.id, options, type=kind, **values)
    return exam


async def test_a_life(xikolo: Xikolo, world: World, ask: Ask) -> None:
    exam = await exam_with(xikolo, world, {"allowed_attempts": 2})
    id_ = await exam.started()
    assert await exam.started() == id_  # continues the draft
    one, several = exam.right(QuestionType.SELECT_ONE)[0], exam.options[QuestionType.SELECT_MULTIPLE]
    first = exam.given(QuestionType.SELECT_ONE, one) | exam.given(QuestionType.FREE_TEXT, "wrong")
    saved = await exam.wrote(id_, answers=first)
    assert (saved["answers"], saved["submitted"], saved["submitted_at"]) == (first, False, None)
    more = exam.given(QuestionType.SELECT_MULTIPLE, [option.id for option in several])
    saved = await exam.wrote(id_, answers=more, submitted=False)
    assert saved["answers"] == first | more  # answers that are not sent again stay
    assert (await exam.read(f"quiz-submissions/{id_}"))["data"]["attributes"] == saved
    assert saved["points"] == 0.0

    # A number is sent as text; the last saved answer counts.
    rest = {
        **exam.given(QuestionType.FREE_TEXT, " ada  LOVELACE"),
        **exam.given(QuestionType.NUMERICAL, "3.14", "free_text"),
        **exam.given(QuestionType.ESSAY, "Once upon a time"),
    }
    final = await exam.wrote(id_, answers=rest, submitted=True)
    assert final["answers"] == first | more | rest
    assert final["points"] == 2 + 1.5 + 1 + 1  # one of three chosen was wrong: (2 - 1) / 2 of its points
    assert final["submitted"] is True
    assert final["created_at"] < final["submitted_at"]

    told = (await ask.data(READ, exam.learner, id=id_))["submission"]
    assert told["points"] == final["points"]
    assert told["quiz"]["viewerNewestSubmission"] == {"id": id_}
    assert told["quiz"]["item"]["viewerState"] == {"status": "SUBMITTED", "points": 5.5}
    quiz = await exam.read(f"quizzes/{exam.quiz.id}?include=newest_user_submission")
    assert quiz["included"][0]["attributes"] == final
    (section,) = (await exam.read(f"section-progresses?filter[course]={exam.course.id}"))["data"]
    (item,) = section["attributes"]["items"]
    assert (item["user_state"], item["user_points"], item["max_points"]) == ("submitted", 5.5, 7.0)
    assert section["attributes"]["main_exercises"]["points_scored"] == 5.5

    for attributes in ({"submitted": True}, {"answers": first}):
        assert (await exam.write(id_, **attributes)).status_code == 409
    second = await exam.started()
    assert second != id_
    assert (await exam.wrote(second, submitted=True))["points"] == 0.0
    response = await exam.start()
    assert (response.status_code, response.text) == (
        422,
        "422 Unprocessable Entity: All allowed attempts are used.",
    )
    quiz = await exam.read(f"quizzes/{exam.quiz.id}")
    assert quiz["data"]["relationships"]["newest_user_submission"]["data"]["id"] == second
    progress = await exam.read(f"course-progresses/{exam.course.id}")
    assert progress["data"]["attributes"]["main_exercises"]["points_scored"] == 5.5  # the best counts


async def test_answers_in_arrays_as_000_has_them(xikolo: Xikolo, world: World) -> None:
    exam = await exam_with(xikolo, world)
    id_ = await exam.started()
    one, (a, b, _) = exam.right(QuestionType.SELECT_ONE)[0], exam.options[QuestionType.SELECT_MULTIPLE]
    several, words = (
        exam.questions[QuestionType.SELECT_MULTIPLE].id,
        exam.questions[QuestionType.FREE_TEXT].id,
    )
    sent = {
        exam.questions[QuestionType.SELECT_ONE].id: [{"type": "select_one", "data": one}],
        several: [{"type": "select_multiple", "data": a.id}, {"type": "select_multiple", "data": [b.id]}],
        words: [{"type": "free_text", "data": "Ada Lovelace"}],
    }
    final = await exam.wrote(id_, answers=sent, submitted=True)
    assert final["points"] == 2 + 3 + 1
    assert final["answers"][several] == {"type": "select_multiple", "data": [a.id, b.id]}
    assert final["answers"][words] == {"type": "free_text", "data": "Ada Lovelace"}


async def test_answers_that_are_none(xikolo: Xikolo, world: World) -> None:
    exam = await exam_with(xikolo, world)
    id_ = await exam.started()
    one = exam.questions[QuestionType.SELECT_ONE].id
    for wrong, status in (
        ("yes", 400),
        (None, 400),
        ({one: "yes"}, 400),
        ({one: {"data": "yes"}}, 400),
        ({one: {"type": "song", "data": "la"}}, 400),
        ({one: {"type": "select_one", "data": "yes"}}, 400),
        ({exam.quiz.id: {"type": "free_text", "data": "?"}}, 422),
        ({one: {"type": "free_text", "data": "?"}}, 422),
        (exam.given(QuestionType.SELECT_ONE, exam.right(QuestionType.SELECT_MULTIPLE)[0]), 422),
    ):
        assert (await exam.write(id_, answers=wrong)).status_code == status, wrong
        assert (await exam.write(id_, answers=wrong, submitted=True)).status_code == status, wrong
    assert (await exam.read(f"quiz-submissions/{id_}"))["data"]["attributes"]["answers"] == {}


async def test_time_is_the_servers(xikolo: Xikolo, world: World, database: Database) -> None:
    exam = await exam_with(xikolo, world, {"time_limit": 60})
    id_ = await exam.started()

    async def ended(**ago: float) -> datetime:
        end = datetime.now(UTC) - timedelta(**ago)
        await database.fetch(
            "UPDATE submissions SET expires_at = %(end)s, started_at = %(end)s - interval '1 minute'"
            " WHERE id = %(id)s RETURNING id",
            {"end": end, "id": id_},
        )
        return end

    answers = exam.given(QuestionType.SELECT_ONE, exam.right(QuestionType.SELECT_ONE)[0])
    await ended(seconds=5)
    assert (await exam.wrote(id_, answers=answers))["answers"] == answers  # within 15 seconds of grace
    end = await ended(seconds=20)
    response = await exam.write(id_, answers=exam.given(QuestionType.FREE_TEXT, "Ada Lovelace"))
    assert (response.status_code, response.text) == (422, "422 Unprocessable Entity: The attempt has ended.")
    late = exam.given(QuestionType.FREE_TEXT, "Ada Lovelace")
    final = await exam.wrote(id_, answers=late, submitted=True)
    assert (final["points"], final["answers"]) == (2.0, answers)
    assert final["submitted_at"] == f"{end.isoformat(timespec='milliseconds')}"


@pytest.mark.parametrize(
    ("item", "before", "after"),
    [
        ({}, False, True),
        ({"deadline": TOMORROW}, False, False),
        ({"deadline": TOMORROW, "solutions_at": YESTERDAY}, True, True),
        ({"solutions_at": TOMORROW}, False, False),
    ],
    ids=["undated", "deadline", "published", "to be published"],
)
async def test_solutions_are_withheld(
    item: Any, before: bool, after: bool, xikolo: Xikolo, world: World
) -> None:
    exam = await exam_with(xikolo, world, **item)

    async def is_told() -> bool:
        listed = (await exam.read(f"quiz-questions?filter[quiz]={exam.quiz.id}"))["data"]
        told = {each["attributes"]["explanation"] is not None for each in listed}
        choices = [each["attributes"] for each in listed if each["attributes"]["type"].startswith("select")]
        told |= {any(option["correct"] for option in each["options"]) for each in choices}
        words = [each["attributes"] for each in listed if each["attributes"]["type"] == "free_text"]
        told |= {bool(each["options"]) for each in words}  # the accepted answers
        (only,) = told
        return only

    id_ = await exam.started()
    assert await is_told() is before
    await exam.wrote(id_, submitted=True)
    assert await is_told() is after


async def test_two_hundred_submits_at_once_score_once(patient: Database, world: World) -> None:
    exam = await exam_with(Xikolo(patient), world)
    id_ = await exam.started()
    answers = exam.given(QuestionType.SELECT_ONE, exam.right(QuestionType.SELECT_ONE)[0])
    responses = await asyncio.gather(
        *(exam.write(id_, answers=answers if at % 2 else {}, submitted=True) for at in range(200))
    )
    statuses = [response.status_code for response in responses]
    assert (statuses.count(200), statuses.count(409)) == (1, 199)
    (won,) = (response for response in responses if response.status_code == 200)
    read = (await exam.read(f"quiz-submissions/{id_}"))["data"]["attributes"]
    assert read == won.json()["data"]["attributes"]
    assert read["points"] == (2.0 if read["answers"] else 0.0)
    scored = "SELECT id FROM events WHERE kind = 'submission_scored' AND subject_id = %(id)s"
    assert len(await patient.fetch(scored, {"id": id_})) == 1
