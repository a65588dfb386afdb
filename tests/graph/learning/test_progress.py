"""How far learners have come: figures compared with what counting by hand gives."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.catalogue.course import Course
from models.catalogue.item import ContentType, ExerciseType, Item
from models.catalogue.section import Section
from models.content.quiz import Question, QuestionType
from models.learning.enrollment import Enrollment
from models.learning.submission import Answer, Submission
from models.learning.visit import Visit
from models.postgres.base import new_id
from resolvers.access.viewer import Role, Viewer
from resolvers.learning import progress
from resolvers.operations.context import Context
from tests.conftest import Ask
from tests.world import NOW, World, item_with_content

STATS = "available taken possiblePoints scoredPoints"
FIGURES = f"""
main {{ {STATS} }} selftest {{ {STATS} }} bonus {{ {STATS} }} visits {{ available visited percentage }}
"""
PROGRESS = f"""
query($id: ID!) {{
  course(id: $id) {{
    viewerProgress {{
      {FIGURES}
      course {{ id }}
      user {{ id }}
      sections {{
        {FIGURES}
        section {{ id }}
        items {{ item {{ id }} visitedAt points isCompleted status }}
      }}
    }}
    sections {{ id viewerProgress {{ {FIGURES} }} sections {{ id viewerProgress {{ {FIGURES} }} }} }}
    items {{ id viewerState {{ visitedAt points isCompleted status }} }}
  }}
}}
"""
NOTHING = {"available": 0, "taken": 0, "possiblePoints": 0.0, "scoredPoints": 0.0}
KINDS = (ExerciseType.MAIN, ExerciseType.SELFTEST, ExerciseType.BONUS)


@dataclass
class Place:
    """An item with what the learner did with it: `attempts` are points of what was handed in."""

    item: Item
    content: Any
    visited: bool = False
    attempts: list[float] = field(default_factory=list)
    draft: bool = False

    @property
    def state(self) -> dict[str, Any]:
        """Its state without the moment of the visit."""
        status = "GRADED" if self.attempts else "VISITED" if self.visited else "NEW"
        counts = self.item.content_type == ContentType.QUIZ and self.item.exercise_type is not None
        done = bool(self.attempts) or (self.visited and not counts)
        return {"points": max(self.attempts, default=None), "isCompleted": done, "status": status}


def figures(places: Sequence[Place]) -> dict[str, Any]:
    """What there is, and what was made of it."""
    told: dict[str, Any] = {}
    for kind in KINDS:
        of_kind = [place for place in places if place.item.exercise_type == kind]
        told[kind.value] = {
            "available": len(of_kind),
            "taken": sum(bool(place.attempts) for place in of_kind),
            "possiblePoints": sum(place.item.max_points for place in of_kind),
            "scoredPoints": sum(max(place.attempts, default=0.0) for place in of_kind),
        }
    visited = sum(place.visited for place in places)
    percentage = visited * 100 // len(places) if places else 0
    return {**told, "visits": {"available": len(places), "visited": visited, "percentage": percentage}}


points = st.integers(0, 20).map(lambda quarters: quarters / 4)
contents = st.sampled_from([ContentType.QUIZ, ContentType.QUIZ, ContentType.VIDEO, ContentType.RICH_TEXT])


@st.composite
def courses(draw: st.DrawFn) -> tuple[Course, list[Section], list[Place]]:
    """A course of two levels with what a learner did in it."""
    course = Course(id=new_id(), slug=new_id(), title="Course", status="active")
    sections: list[Section] = []
    for position in range(1, draw(st.integers(1, 5)) + 1):
        parents = [each.id for each in sections if each.parent_id is None]
        parent_id = draw(st.none() | st.sampled_from(parents)) if parents else None
        sections.append(
            Section(
                id=new_id(),
                course_id=course.id,
                parent_id=parent_id,
                title="Section",
                position=position,
                is_published=draw(st.integers(0, 5)) > 0,
            )
        )
    places: list[Place] = []
    for position in range(1, draw(st.integers(0, 8)) + 1):
        content_type = draw(contents)
        item, content = item_with_content(
            draw(st.sampled_from(sections)),
            content_type,
            {},
            position=position,
            exercise_type=draw(st.none() | st.sampled_from(ExerciseType)),
            max_points=draw(points),
            is_published=draw(st.integers(0, 5)) > 0,
        )
        attempts = draw(st.lists(points, max_size=3)) if content_type is ContentType.QUIZ else []
        draft = content_type is ContentType.QUIZ and draw(st.booleans())
        places.append(Place(item, content, draw(st.booleans()), attempts, draft))
    return course, sections, places


def rows_of(user_id: str, place: Place) -> list[Visit | Submission]:
    """Rows of what a learner did with an item."""
    by = {"user_id": user_id, "item_id": place.item.id, "course_id": place.item.course_id}
    rows: list[Visit | Submission] = [Visit(**by)] if place.visited else []
    attempts = len(place.attempts) + place.draft
    for attempt in range(1, attempts + 1):
        handed_in = (
            {"submitted_at": NOW, "points": place.attempts[attempt - 1]}
            if attempt <= len(place.attempts)
            else {}
        )
        rows.append(Submission(id=new_id(), quiz_id=place.content.id, attempt=attempt, **by, **handed_in))
    return rows


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(courses())
async def test_figures_are_those_of_counting_by_hand(
    ask: Ask, world: World, made: tuple[Course, list[Section], list[Place]]
) -> None:
    course, sections, places = made
    learner, other = await world.users(2)
    await world.add(
        course,
        *sections,
        *(place.item for place in places),
        *(place.content for place in places),
        *(Enrollment(id=new_id(), user_id=each.id, course_id=course.id) for each in (learner, other)),
    )
    done = [row for place in places for row in rows_of(learner.id, place)]
    elsewhere = [
        row
        for place in places
        for row in rows_of(
            other.id,
            Place(
                place.item, place.content, True, [9.0] if place.item.content_type == ContentType.QUIZ else []
            ),
        )
    ]
    if rows := [*done, *elsewhere]:
        await world.add(*sorted(rows, key=lambda row: type(row).__name__))

    shown = {section.id for section in sections if section.is_published}
    hidden = {section.id for section in sections} - shown
    for section in sections:
        if section.parent_id in hidden:
            shown.discard(section.id)
    seen = [place for place in places if place.item.is_published and place.item.section_id in shown]
    below = {
        section.id: [
            place
            for place in seen
            if place.item.section_id
            in {section.id, *(each.id for each in sections if each.parent_id == section.id)}
        ]
        for section in sections
    }
    order = {section.id: ((section.position,) if section.parent_id is None else ()) for section in sections}
    for section in sections:
        if section.parent_id is not None:
            order[section.id] = (*order[section.parent_id], section.position)

    def in_order(places: Sequence[Place]) -> list[Place]:
        return sorted(places, key=lambda place: (*order[place.item.section_id], place.item.position))

    viewer = Viewer(learner.id, Role.MEMBER)
    found = (await ask.data(PROGRESS, viewer, id=course.id))["course"]
    whole = found["viewerProgress"]
    assert {name: whole[name] for name in figures(seen)} == figures(seen)
    assert (whole["course"]["id"], whole["user"]["id"]) == (course.id, learner.id)

    top = sorted(
        (section for section in sections if section.parent_id is None and section.id in shown),
        key=lambda section: section.position,
    )
    assert [each["section"]["id"] for each in whole["sections"]] == [section.id for section in top]
    for each, section in zip(whole["sections"], top, strict=True):
        assert {name: each[name] for name in figures([])} == figures(below[section.id])
        states = [
            {name: state[name] for name in ("points", "isCompleted", "status")} for state in each["items"]
        ]
        assert states == [place.state for place in in_order(below[section.id])]
        assert [state["item"]["id"] for state in each["items"]] == [
            place.item.id for place in in_order(below[section.id])
        ]
    for section in found["sections"]:
        assert section["viewerProgress"] == figures(below[section["id"]])
        for child in section["sections"]:
            assert child["viewerProgress"] == figures(below[child["id"]])
    by_id = {place.item.id: place for place in seen}
    for item in found["items"]:
        state, place = item["viewerState"], by_id[item["id"]]
        assert {name: state[name] for name in place.state} == place.state
        assert (state["visitedAt"] is not None) is place.visited


async def test_answers_without_points_wait_for_their_grade(ask: Ask, world: World) -> None:
    course = await world.course()
    section = await world.section(course)
    quiz = await world.quiz(section, 0)
    essay = Question(id=new_id(), quiz_id=quiz.id, type=QuestionType.ESSAY, position=1, text="?")
    await world.add(essay)
    viewer = await world.learner(course)
    document = "query($id: ID!) { item(id: $id) { viewerState { status isCompleted points } } }"

    async def state() -> Any:
        return (await ask.data(document, viewer, id=quiz.item_id))["item"]["viewerState"]

    waiting = Answer(question_id=essay.id, text="words")
    await world.submission(viewer, quiz, [waiting], attempt=1, submitted_at=NOW, points=0.0)
    assert await state() == {"status": "SUBMITTED", "isCompleted": True, "points": 0.0}
    graded = Answer(question_id=essay.id, text="words", points=1.0)
    await world.submission(viewer, quiz, [graded], attempt=2, submitted_at=NOW, points=1.0)
    assert await state() == {"status": "GRADED", "isCompleted": True, "points": 1.0}


async def test_the_last_visit_is_told(ask: Ask, world: World) -> None:
    course = await world.course()
    item = await world.item(await world.section(course))
    viewer = await world.learner(course)
    at = NOW - timedelta(hours=1)
    await world.visit(viewer, item, first_visited_at=at - timedelta(days=1), visited_at=at)
    document = "query($id: ID!) { item(id: $id) { viewerState { visitedAt } } }"
    data = await ask.data(document, viewer, id=item.id)
    assert data["item"]["viewerState"]["visitedAt"] == at.isoformat()


async def test_anonymous_has_come_nowhere(ask: Ask, world: World) -> None:
    course = await world.course()
    await world.item(await world.section(course))
    found = (await ask.data(PROGRESS, id=course.id))["course"]
    assert found["viewerProgress"] is None
    assert [section["viewerProgress"] for section in found["sections"]] == [None]
    assert [item["viewerState"] for item in found["items"]] == [None]


async def test_an_empty_course_has_figures_of_nothing(ask: Ask, world: World) -> None:
    course = await world.course()
    found = (await ask.data(PROGRESS, await world.learner(course), id=course.id))["course"]["viewerProgress"]
    assert [found[kind.value] for kind in KINDS] == [NOTHING] * 3
    assert found["visits"] == {"available": 0, "visited": 0, "percentage": 0}
    assert found["sections"] == []


async def test_the_same_asked_twice_is_not_counted_twice(world: World) -> None:
    course = await world.course()
    section = await world.section(course)
    item = await world.item(section, exercise_type=ExerciseType.MAIN, max_points=2.0)
    viewer = await world.learner(course)
    await world.visit(viewer, item)
    context = Context(world.database, viewer)
    for function, place in (
        (progress.of_courses, course.id),
        (progress.of_sections, section.id),
        (progress.of_sections_of_courses, course.id),
        (progress.states_in_sections, section.id),
    ):
        key = (viewer.signed_in_id, place)
        once: list[Any] = await function(context, [key])
        twice: list[Any] = await function(context, [key, key])
        assert twice == once * 2, function


OF_ENROLLMENTS = f"""
query($course: ID!) {{
  enrollments(filter: {{course: $course}}, first: 100) {{
    nodes {{
      user {{ id }}
      progress {{
        {FIGURES}
        sections {{ {FIGURES} section {{ title }} items {{ status item {{ title }} }} }}
      }}
    }}
  }}
}}
"""


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_a_gradebook_takes_one_statement_per_level(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    items = await world.items(
        await world.sections(course, 2), exercise_type=ExerciseType.MAIN, max_points=1.0
    )
    users = await world.users(rows)
    taken = [Enrollment(id=new_id(), user_id=user.id, course_id=course.id) for user in users]
    visits = [Visit(user_id=user.id, item_id=items[0][0].id, course_id=course.id) for user in users[::2]]
    await world.add(*taken, *visits)
    answer = await ask(OF_ENROLLMENTS, await world.teacher(course), course=course.id)
    assert not answer.errors
    nodes = {node["user"]["id"]: node["progress"] for node in answer.data["enrollments"]["nodes"]}
    assert len(nodes) == rows
    for place, user in enumerate(users):
        found = nodes[user.id]
        visited = 1 - place % 2
        assert found["main"] == {**NOTHING, "available": 2, "possiblePoints": 2.0}
        assert found["visits"] == {"available": 2, "visited": visited, "percentage": 50 * visited}
        assert [section["visits"]["visited"] for section in found["sections"]] == [visited, 0]
        assert found["sections"][0]["items"] == [
            {"status": "VISITED" if visited else "NEW", "item": {"title": "Item 1"}}
        ]
    # enrollments, users, progress, its sections, their rows, the states of their items, their rows
    assert len(answer.statements) == 7
