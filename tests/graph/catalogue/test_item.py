"""Items in the graph, and the union of what they hold."""

from datetime import UTC, datetime
from typing import Any

import pytest

from models.catalogue.item import ContentType, ExerciseType
from models.postgres.base import new_id
from tests.conftest import Ask
from tests.world import World

FIELDS = """
query($id: ID!) {
  item(id: $id) {
    id title position topPosition contentType exerciseType icon maxPoints startsAt endsAt deadline solutionsAt
    timeEffort isOptional isProctored isPublished viewerCanAccess
  }
}
"""


def moment(day: int) -> datetime:
    return datetime(2026, 5, day, 8, 30, tzinfo=UTC)


async def test_every_field_is_read_back(ask: Ask, world: World) -> None:
    course = await world.course()
    item = await world.item(
        await world.section(course),
        ContentType.QUIZ,
        title="Task",
        position=3,
        exercise_type=ExerciseType.BONUS,
        icon="star",
        max_points=2.5,
        starts_at=moment(1),
        ends_at=moment(2),
        deadline=moment(3),
        solutions_at=moment(4),
        time_effort=600,
        is_optional=True,
        is_proctored=True,
    )
    answer = await ask(FIELDS, id=item.id)
    assert answer.data["item"] == {
        "id": item.id,
        "title": "Task",
        "position": 3,
        "topPosition": 1,
        "contentType": "QUIZ",
        "exerciseType": "BONUS",
        "icon": "star",
        "maxPoints": 2.5,
        "startsAt": "2026-05-01T08:30:00+00:00",
        "endsAt": "2026-05-02T08:30:00+00:00",
        "deadline": "2026-05-03T08:30:00+00:00",
        "solutionsAt": "2026-05-04T08:30:00+00:00",
        "timeEffort": 600,
        "isOptional": True,
        "isProctored": True,
        "isPublished": True,
        "viewerCanAccess": False,
    }
    assert len(answer.statements) == 1


async def test_what_a_bare_item_does_not_have_is_null(ask: Ask, world: World) -> None:
    course = await world.course()
    item = await world.item(await world.section(course))
    found = (await ask.data(FIELDS, await world.learner(course), id=item.id))["item"]
    assert {name for name, value in found.items() if value is None} == {
        "exerciseType",
        "icon",
        "startsAt",
        "endsAt",
        "deadline",
        "solutionsAt",
        "timeEffort",
    }
    assert (found["maxPoints"], found["viewerCanAccess"]) == (0.0, True)


@pytest.mark.parametrize("exercise_type", list(ExerciseType))
async def test_each_exercise_type_has_its_name(ask: Ask, world: World, exercise_type: ExerciseType) -> None:
    item = await world.item(await world.section(await world.course()), exercise_type=exercise_type)
    assert (await ask.data(FIELDS, id=item.id))["item"]["exerciseType"] == exercise_type.name


CONTENT = """
query($course: ID!) {
  course(id: $course) {
    items {
      id contentType viewerCanAccess
      course { id } section { title } topSection { id }
      content {
        __typename
        ... on Node { id }
        ... on Quiz { item { id } }
        ... on Video { item { id } }
        ... on RichText { item { id } }
        ... on LtiExercise { item { id } }
        ... on PackagedActivity { item { id } }
        ... on Gadget { item { id } }
        ... on PeerAssessment { item { id } }
      }
    }
  }
}
"""


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_every_item_finds_its_content_and_back_in_a_statement_per_type(
    ask: Ask, world: World, rows: int
) -> None:
    course = await world.course()
    section = await world.section(course)
    made: dict[str, Any] = {}
    for content_type in ContentType:
        made |= {item.id: content for item, content in await world.items([section], content_type, rows)}
    answer = await ask(CONTENT, await world.learner(course), course=course.id)
    assert not answer.errors
    items = answer.data["course"]["items"]
    assert len(items) == len(ContentType) * rows
    for item in items:
        content = made[item["id"]]
        assert item == {
            "id": content.item_id,
            "contentType": item["contentType"],
            "viewerCanAccess": True,
            "course": {"id": course.id},
            "section": {"title": "Section"},
            "topSection": {"id": section.id},
            "content": {
                "__typename": type(content).__name__,
                "id": content.id,
                "item": {"id": content.item_id},
            },
        }
        assert ContentType[item["contentType"]].name == item["contentType"]
    # course, items, their course, section and top section, each type of content, the item of each
    assert len(answer.statements) == 5 + 2 * len(ContentType)


async def test_an_unopened_item_has_no_content(ask: Ask, world: World) -> None:
    course = await world.course()
    for content_type in ContentType:
        await world.item(await world.section(course), content_type)
    data = await ask.data(CONTENT, await world.learner(), course=course.id)
    assert [(item["viewerCanAccess"], item["content"]) for item in data["course"]["items"]] == [
        (False, None)
    ] * len(ContentType)


LIST = """
query($filter: ItemFilter!) { items(filter: $filter, first: 100) { nodes { title } totalCount } }
"""
OF_COURSE = """
query($course: ID!, $filter: ItemFilter) { course(id: $course) { items(filter: $filter) { title } } }
"""


async def test_each_filter_narrows_lists_of_items(ask: Ask, world: World) -> None:
    course = await world.course()
    top = await world.section(course)
    below = await world.section(course, top)
    beside = await world.section(course, position=2)
    await world.item(top, ContentType.VIDEO, title="video")
    await world.item(below, ContentType.QUIZ, title="main", exercise_type=ExerciseType.MAIN)
    await world.item(beside, ContentType.QUIZ, title="survey", exercise_type=ExerciseType.SURVEY)
    await world.item(await world.section(await world.course()), title="elsewhere")

    async def found(**given: Any) -> list[str]:
        listed = (await ask.data(LIST, filter={"course": course.id, **given}))["items"]
        titles = sorted(node["title"] for node in listed["nodes"])
        assert listed["totalCount"] == len(titles)
        of_course = await ask.data(OF_COURSE, course=course.id, filter=given)
        assert sorted(item["title"] for item in of_course["course"]["items"]) == titles
        return titles

    assert await found() == ["main", "survey", "video"]
    assert await found(section=top.id) == ["main", "video"]
    assert await found(section=below.id) == ["main"]
    assert await found(section=new_id()) == []
    assert await found(contentType=["VIDEO", "GADGET"]) == ["video"]
    assert await found(contentType=[]) == []
    assert await found(exerciseType=["MAIN", "SURVEY"]) == ["main", "survey"]
    assert await found(exerciseType=["BONUS"]) == []
    assert await found(section=top.id, contentType=["QUIZ"], exerciseType=["MAIN"]) == ["main"]
    assert await found(section=None, contentType=None) == ["main", "survey", "video"]


async def test_a_filter_by_what_is_no_id_is_refused(ask: Ask) -> None:
    answer = await ask(LIST, filter={"section": "x"})
    assert [error["extensions"]["code"] for error in answer.errors] == ["BAD_USER_INPUT"]
    assert "'section'" in answer.errors[0]["message"]


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_what_a_learner_did_with_items_takes_one_statement(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    made = await world.items(await world.sections(course, 1), rows=rows)
    viewer = await world.learner(course)
    await world.visit(viewer, made[0][0])
    document = """
    query($course: ID!) {
      course(id: $course) { items { viewerState { status isCompleted item { title } } } }
    }
    """
    answer = await ask(document, viewer, course=course.id)
    states = [item["viewerState"] for item in answer.data["course"]["items"]]
    assert states[0] == {"status": "VISITED", "isCompleted": True, "item": {"title": "Item 1"}}
    assert [state["status"] for state in states[1:]] == ["NEW"] * (rows - 1)
    assert len(answer.statements) == 4

    answer = await ask(document, course=course.id)
    assert [item["viewerState"] for item in answer.data["course"]["items"]] == [None] * rows
    assert len(answer.statements) == 2


HELD = "query($id: ID!) { item(contentId: $id) { id contentId content { ... on Node { id } } } }"


async def test_an_item_is_found_by_what_it_holds_and_tells_it_even_unopened(ask: Ask, world: World) -> None:
    course = await world.course()
    section = await world.section(course)
    learner, stranger = await world.learner(course), await world.learner()
    for content_type in ContentType:
        ((item, content),) = await world.items([section], content_type)
        answer = await ask(HELD, learner, id=content.id)
        assert answer.data["item"] == {"id": item.id, "contentId": content.id, "content": {"id": content.id}}
        assert len(answer.statements) == 2
        unopened = (await ask.data(HELD, stranger, id=content.id))["item"]
        assert unopened == {"id": item.id, "contentId": content.id, "content": None}
    assert await ask.data(HELD, learner, id=item.id) == {"item": None}
    hidden = await world.quiz(await world.section(await world.course(is_hidden=True)))
    assert await ask.data(HELD, learner, id=hidden.id) == {"item": None}


async def test_an_item_is_found_by_a_part_of_what_it_holds(ask: Ask, world: World) -> None:
    course = await world.course()
    section = await world.section(course)
    quiz = await world.quiz(section, questions=2)
    ((item, video),) = await world.items([section], ContentType.VIDEO)
    track = await world.subtitles(video, cues=1)
    asked = "query($id: ID!) { item(partId: $id) { id contentId } }"
    answer = await ask(asked, await world.learner(), id=track.id)
    assert answer.data["item"] == {"id": item.id, "contentId": video.id}
    assert len(answer.statements) == 1
    for question in await world.database.fetch(
        "SELECT id FROM questions WHERE quiz_id = %(id)s", {"id": quiz.id}
    ):
        assert (await ask.data(asked, id=question[0]))["item"]["contentId"] == quiz.id
    for other in (quiz.id, item.id, new_id()):
        assert (await ask.data(asked, id=other))["item"] is None
