"""When right answers, explanations and points of single answers are told, and when not."""

from datetime import datetime
from itertools import product
from typing import Any, NamedTuple

import pytest

from models.catalogue.course import Course
from models.catalogue.item import ContentType, ExerciseType, Item
from models.content.quiz import Option, Question, QuestionType, SolutionRule
from models.learning.submission import Answer, Submission
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from tests.conftest import Ask
from tests.world import NOW, TOMORROW, YESTERDAY, World, item_with_content

CHOICES = (QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE)
MOMENTS = {"none": None, "past": YESTERDAY, "to come": TOMORROW}


class Case(NamedTuple):
    """What decides when the solutions of a quiz are told."""

    exercise_type: ExerciseType | None
    deadline: str
    solutions_at: str
    rule: SolutionRule

    def told(self, handed_in: bool) -> bool:
        """Whether a learner is told them: the rule in words is at `resolvers.content.quiz.solution_shown`."""
        if self.rule is not SolutionRule.BY_DATE:
            return self.rule is SolutionRule.ALWAYS
        if self.solutions_at != "none":
            return self.solutions_at == "past"
        if self.deadline != "none":
            return False
        counts = self.exercise_type in (ExerciseType.MAIN, ExerciseType.BONUS)
        return handed_in or not counts


CASES = [Case(*case, SolutionRule.BY_DATE) for case in product([None, *ExerciseType], MOMENTS, MOMENTS)]
CASES += [
    Case(ExerciseType.MAIN, *moments, rule)
    for moments in product(MOMENTS, MOMENTS)
    for rule in (SolutionRule.ALWAYS, SolutionRule.NEVER)
]

QUIZZES = """
query($course: ID!) {
  quizzes(filter: {course: $course}, first: 100) {
    nodes {
      id
      questions {
        type viewerExplanation
        options { text viewerIsCorrect viewerExplanation }
      }
      viewerSubmissions { isSubmitted points answers { points options { text viewerIsCorrect } } }
    }
  }
}
"""


class Examined(NamedTuple):
    """A course with a quiz for each case, by the quiz's id."""

    course: Course
    cases: dict[str, Case]
    items: dict[str, Item]
    questions: dict[str, list[tuple[Question, Option]]]


async def examined(world: World) -> Examined:
    course = await world.course()
    section = await world.section(course)
    made = Examined(course, {}, {}, {})
    rows: list[Any] = []
    for case in CASES:
        item, quiz = item_with_content(
            section,
            ContentType.QUIZ,
            {"solution_rule": case.rule},
            exercise_type=case.exercise_type,
            deadline=moment(case.deadline),
            solutions_at=moment(case.solutions_at),
        )
        made.cases[quiz.id], made.items[quiz.id], made.questions[quiz.id] = case, item, []
        rows += [item, quiz]
        for position, type_ in enumerate(QuestionType):
            question = Question(
                id=new_id(), quiz_id=quiz.id, type=type_, position=position, text="?", explanation="Because"
            )
            option = Option(
                id=new_id(),
                question_id=question.id,
                position=1,
                text="right",
                is_correct=True,
                explanation="Therefore",
            )
            made.questions[quiz.id].append((question, option))
            rows += [question, option]
    await world.add(*sorted(rows, key=lambda row: ORDER.index(type(row).__name__)))
    return made


ORDER = ["Item", "Quiz", "Question", "Option", "Submission", "Answer"]


def moment(name: str) -> datetime | None:
    return MOMENTS[name]


async def attempt(world: World, made: Examined, viewer: Viewer, handed_in: bool) -> None:
    """An attempt of the viewer at every quiz, all questions answered and given points."""
    rows: list[Any] = []
    for quiz_id, item in made.items.items():
        submission = Submission(
            id=new_id(),
            user_id=viewer.signed_in_id,
            quiz_id=quiz_id,
            item_id=item.id,
            course_id=item.course_id,
            attempt=1,
            **({"submitted_at": NOW, "points": 5.0} if handed_in else {}),
        )
        rows.append(submission)
        rows += [
            Answer(submission_id=submission.id, question_id=question.id, option_ids=[option.id], points=1.0)
            for question, option in made.questions[quiz_id]
        ]
    await world.add(*sorted(rows, key=lambda row: ORDER.index(type(row).__name__)))


def expected_questions(told: bool) -> list[dict[str, Any]]:
    """What the questions of a quiz show; accepted answers are the solution, choices are not."""
    right = {"text": "right", "viewerIsCorrect": True, "viewerExplanation": "Therefore"}
    kept = {"text": "right", "viewerIsCorrect": None, "viewerExplanation": None}
    return [
        {
            "type": type_.name,
            "viewerExplanation": "Because" if told else None,
            "options": [right] if told else [kept] if type_ in CHOICES else [],
        }
        for type_ in QuestionType
    ]


def expected_answers(told: bool) -> list[dict[str, Any]]:
    """What the answers of an attempt show, as a set, in the order of question types."""
    option = {"text": "right", "viewerIsCorrect": True if told else None}
    return [
        {"points": 1.0 if told else None, "options": [option] if told or type_ in CHOICES else []}
        for type_ in QuestionType
    ]


ATTEMPTS = {"without an attempt": None, "with a draft": False, "with an attempt handed in": True}


@pytest.mark.parametrize("attempted", ATTEMPTS)
async def test_a_learner_is_told_solutions_exactly_when_they_may_be_shown(
    ask: Ask, world: World, attempted: str
) -> None:
    made = await examined(world)
    viewer, fellow = await world.learner(made.course), await world.learner(made.course)
    await attempt(world, made, fellow, True)  # what others hand in tells the viewer nothing
    handed_in = ATTEMPTS[attempted]
    if handed_in is not None:
        await attempt(world, made, viewer, handed_in)
    data = await ask.data(QUIZZES, viewer, course=made.course.id)
    nodes = data["quizzes"]["nodes"]
    assert len(nodes) == len(CASES) == 45 + 18
    for node in nodes:
        case = made.cases[node["id"]]
        told = case.told(handed_in is True)
        assert node["questions"] == expected_questions(told), case
        submissions = node["viewerSubmissions"]
        if handed_in is None:
            assert submissions == [], case
            continue
        (submission,) = submissions
        assert submission["isSubmitted"] is handed_in
        assert submission["points"] == (5.0 if handed_in else None)
        by_text = sorted(submission["answers"], key=str)
        assert by_text == sorted(expected_answers(told), key=str), case


@pytest.mark.parametrize("who", ["teacher", "staff"])
async def test_who_teaches_the_course_always_knows_the_solutions(ask: Ask, world: World, who: str) -> None:
    made = await examined(world)
    viewer = await world.teacher(made.course) if who == "teacher" else await world.staff()
    data = await ask.data(QUIZZES, viewer, course=made.course.id)
    assert [node["questions"] for node in data["quizzes"]["nodes"]] == [expected_questions(True)] * len(CASES)


async def test_teaching_one_course_tells_nothing_of_another_that_is_learned(ask: Ask, world: World) -> None:
    made = await examined(world)
    learner = await world.learner(made.course)
    viewer = Viewer(learner.id, learner.role, (await world.course()).id.split())
    data = await ask.data(QUIZZES, viewer, course=made.course.id)
    for node in data["quizzes"]["nodes"]:
        assert node["questions"] == expected_questions(made.cases[node["id"]].told(False))


async def test_an_option_tells_no_more_by_its_id(ask: Ask, world: World) -> None:
    made = await examined(world)
    viewer = await world.learner(made.course)
    document = """
    query($ids: [ID!]!) { nodes(ids: $ids) { ... on Option { viewerIsCorrect viewerExplanation } } }
    """
    for quiz_id, case in made.cases.items():
        questions = made.questions[quiz_id]
        data = await ask.data(document, viewer, ids=[option.id for _, option in questions])
        told = case.told(False)
        kept = {"viewerIsCorrect": None, "viewerExplanation": None}
        right = {"viewerIsCorrect": True, "viewerExplanation": "Therefore"}
        assert data["nodes"] == [
            right if told else kept if question.type in CHOICES else None for question, _ in questions
        ], case
