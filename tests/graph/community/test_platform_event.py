"""Platform events: what is new, for who sees it and whom it concerns."""

from datetime import timedelta
from typing import Any

import pytest

from models.community.topic import Comment, Topic
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from resolvers.community.platform_event import LONGEST_PREVIEW
from tests.conftest import Ask
from tests.world import NOW, TOMORROW, World

LIST = """
query($filter: PlatformEventFilter, $first: Int = 100, $after: String) {
  platformEvents(filter: $filter, first: $first, after: $after) {
    nodes {
      id type title titleHtml preview previewHtml createdAt resourceId course { id } learningRoom { id }
    }
    totalCount
    pageInfo { endCursor hasNextPage }
  }
}
"""


NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on PlatformEvent { resourceId } } }"


async def events(ask: Ask, viewer: Viewer, **given: Any) -> list[Any]:
    page = (await ask.data(LIST, viewer, filter=given))["platformEvents"]
    assert page["totalCount"] == len(page["nodes"])
    return list(page["nodes"])


async def test_everything_new_in_a_course_is_told(ask: Ask, world: World) -> None:
    course = await world.course()
    learner = await world.learner(course)
    text = "So much to tell. " * 100
    news = await world.announcement(
        course,
        title={"en": "News", "de": "Neues"},
        text={"en": text},
        published_at=NOW - timedelta(hours=3),
    )
    await world.announcement(course, published_at=None)
    await world.announcement(course, published_at=TOMORROW)
    topic = await world.topic(course, learner, created_at=NOW - timedelta(hours=2))
    room = await world.room(course, learner)
    inside = await world.topic(
        course, learner, learning_room_id=room.id, title="In", created_at=NOW - timedelta(hours=1)
    )
    comment = await world.add(Comment(id=new_id(), topic_id=inside.id, user_id=learner.id, text="*Yes*"))
    found = await events(ask, learner, course=course.id)
    assert [each.pop("createdAt") for each in found] == sorted(
        [each.isoformat() for each in (NOW - timedelta(hours=3), topic.created_at, inside.created_at)]
        + [comment.created_at.isoformat()],
        reverse=True,
    )
    assert all(each.pop("course") == {"id": course.id} for each in found)
    assert len({each.pop("id") for each in found}) == len(found)
    assert [each.pop("titleHtml") for each in found] == [f"<p>{each['title']}</p>\n" for each in found]
    assert found[0].pop("previewHtml") == "<p><em>Yes</em></p>\n"
    assert all(each.pop("previewHtml", "<p>").startswith("<p>") for each in found)
    assert found == [
        {
            "type": "COMMENT",
            "title": "In",
            "preview": "*Yes*",
            "resourceId": comment.id,
            "learningRoom": {"id": room.id},
        },
        {
            "type": "TOPIC",
            "title": "In",
            "preview": "Tell me.",
            "resourceId": inside.id,
            "learningRoom": {"id": room.id},
        },
        {
            "type": "TOPIC",
            "title": "Why?",
            "preview": "Tell me.",
            "resourceId": topic.id,
            "learningRoom": None,
        },
        {
            "type": "ANNOUNCEMENT",
            "title": "News",
            "preview": text[:LONGEST_PREVIEW],
            "resourceId": news.id,
            "learningRoom": None,
        },
    ]
    german = Viewer(learner.id, learner.role, languages=("de", "en"))
    assert (await events(ask, german, course=course.id))[-1]["title"] == "Neues"


async def test_filters_narrow_the_list(ask: Ask, world: World) -> None:
    course = await world.course()
    learner = await world.learner(course)
    rooms = [await world.room(course, learner) for _ in range(2)]
    topics = [await world.topic(course, learner, learning_room_id=room.id) for room in rooms]
    plain = await world.topic(course, learner)

    async def ids(**given: Any) -> set[str]:
        return {each["resourceId"] for each in await events(ask, learner, course=course.id, **given)}

    assert await ids() == {plain.id, *(topic.id for topic in topics)}
    assert await ids(learningRoom=rooms[0].id) == {topics[0].id}
    assert await ids(isInLearningRoom=True) == {topic.id for topic in topics}
    assert await ids(isInLearningRoom=False) == {plain.id}


async def test_an_event_has_an_id_of_its_own(ask: Ask, world: World) -> None:
    course = await world.course()
    learner = await world.learner(course)
    topic = await world.topic(course, learner)
    (event,) = await events(ask, learner, course=course.id)
    assert event["id"] != topic.id
    answer = await ask(NODES, learner, ids=[event["id"], topic.id])
    assert answer.data["nodes"] == [
        {"__typename": "PlatformEvent", "id": event["id"], "resourceId": topic.id},
        {"__typename": "Topic", "id": topic.id},
    ]
    assert len(answer.statements) == 3  # the types of the ids, and a statement per type


async def test_the_texts_are_rendered(ask: Ask, world: World) -> None:
    course = await world.course()
    learner = await world.learner(course)
    await world.topic(course, learner, title="*a* <script>x</script>", text="[x](javascript:alert(1)) **b**")
    (event,) = await events(ask, learner, course=course.id)
    assert event["title"] == "*a* <script>x</script>"
    assert event["titleHtml"] == "<p><em>a</em> </p>\n"
    assert event["previewHtml"] == '<p><a rel="noopener noreferrer">x</a> <strong>b</strong></p>\n'


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_statements_do_not_grow_with_rows(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    learner = await world.learner(course)
    said = {"user_id": learner.id, "title": "a", "text": "b", "course_id": course.id}
    await world.add(*(Topic(id=new_id(), **said) for _ in range(rows)))
    answer = await ask(LIST, learner, filter={"course": course.id})
    assert answer.data["platformEvents"]["totalCount"] == rows
    assert len(answer.statements) == 3
