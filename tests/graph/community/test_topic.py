"""Topics and comments: who reads them, and who writes them."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import update

from models.catalogue.item import ContentType, Item
from models.community.topic import Comment, Topic
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from resolvers.catalogue.arrangement import arrange
from resolvers.community.topic import LONGEST_TITLE
from tests.conftest import Ask
from tests.world import NOW, World

FIELDS = """
id title text videoPosition isClosed commentCount createdAt authorName author { id }
course { id } item { id } learningRoom { id }
"""
CREATE = f"""
mutation($input: CreateTopicInput!) {{
  createTopic(input: $input) {{ topic {{ {FIELDS} }} userErrors {{ field code message }} }}
}}
"""
COMMENT = """
mutation($topic: ID!, $text: Markdown!) {
  createComment(input: {topicId: $topic, text: $text}) {
    comment { text authorName author { id } createdAt topic { id } }
    topic { commentCount }
    userErrors { field code message }
  }
}
"""
READ = "query($id: ID!) { topic(id: $id) { title comments(first: 100) { nodes { text } totalCount } } }"
LIST = """
query($filter: TopicFilter!) {
  topics(filter: $filter, first: 100) {
    nodes { title commentCount authorName comments(first: 2) { nodes { text } } } totalCount
  }
}
"""


async def refusal(ask: Ask, document: str, viewer: Viewer, **variables: Any) -> tuple[str, str]:
    (payload,) = (await ask.data(document, viewer, **variables)).values()
    (error,) = payload.pop("userErrors")
    assert set(payload.values()) == {None}
    return ".".join(error["field"]), error["code"]


async def test_a_topic_is_begun_and_read_back(ask: Ask, world: World) -> None:
    course = await world.course()
    item = await world.item(await world.section(course), ContentType.VIDEO)
    learner = await world.learner(course)
    given = {
        "courseId": course.id,
        "itemId": item.id,
        "title": " Why? ",
        "text": "*So*",
        "videoPosition": 1.5,
    }
    answer = await ask(CREATE, learner, input=given)
    topic = answer.data["createTopic"]["topic"]
    assert datetime.fromisoformat(topic.pop("createdAt")) > NOW
    assert topic.pop("id")
    assert topic == {
        "title": "Why?",
        "text": "*So*",
        "videoPosition": 1.5,
        "isClosed": False,
        "commentCount": 0,
        "authorName": "Ada",
        "author": {"id": learner.id},
        "course": {"id": course.id},
        "item": {"id": item.id},
        "learningRoom": None,
    }
    # Its place, the topic written and read, author, course and item.
    assert len(answer.statements) == 6


async def test_authors_are_known_to_fellows_by_their_name_alone(ask: Ask, world: World) -> None:
    course = await world.course()
    author, fellow = await world.learner(course), await world.learner(course)
    topic = await world.topic(course, author)
    payload = (await ask.data(COMMENT, fellow, topic=topic.id, text="So."))["createComment"]
    assert payload["topic"] == {"commentCount": 1}
    comment = payload["comment"]
    assert datetime.fromisoformat(comment.pop("createdAt")) > NOW
    assert comment == {
        "text": "So.",
        "authorName": "Ada",
        "author": {"id": fellow.id},
        "topic": {"id": topic.id},
    }
    read = "query($id: ID!) { topic(id: $id) { authorName author { id } } }"
    found = (await ask.data(read, fellow, id=topic.id))["topic"]
    assert found == {"authorName": "Ada", "author": None}
    found = (await ask.data(read, await world.teacher(course), id=topic.id))["topic"]
    assert found == {"authorName": "Ada", "author": {"id": author.id}}


async def test_who_may_write_where(ask: Ask, world: World) -> None:
    course, elsewhere = await world.course(), await world.course()
    hidden = await world.course(is_hidden=True)
    item = await world.item(await world.section(elsewhere))
    learner, stranger = await world.learner(course, elsewhere), await world.learner()
    room = await world.room(course, stranger)
    said = {"title": "a", "text": "b"}

    async def refused(viewer: Viewer, **given: Any) -> tuple[str, str]:
        return await refusal(ask, CREATE, viewer, input={**said, **given})

    assert await refused(stranger, courseId=course.id) == ("courseId", "NOT_ENROLLED")
    assert await refused(learner, courseId=hidden.id) == ("courseId", "NOT_FOUND")
    assert await refused(learner, courseId=new_id()) == ("courseId", "NOT_FOUND")
    assert await refused(learner, courseId=course.id, itemId=item.id) == ("itemId", "NOT_FOUND")
    in_room = {"courseId": course.id, "learningRoomId": room.id}
    assert await refused(learner, **in_room) == ("learningRoomId", "NOT_FOUND")
    assert await refused(learner, **{**in_room, "courseId": elsewhere.id}) == ("learningRoomId", "NOT_FOUND")
    for viewer in (await world.teacher(course), await world.staff()):
        made = (await ask.data(CREATE, viewer, input={**said, **in_room}))["createTopic"]
        assert made["topic"]["learningRoom"] == {"id": room.id}
    answer = await ask(CREATE, input={**said, "courseId": course.id})
    assert [error["extensions"]["code"] for error in answer.errors] == ["UNAUTHENTICATED"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " ", "text": "b"}, "title"),
        ({"title": "a" * (LONGEST_TITLE + 1), "text": "b"}, "title"),
        ({"title": "a", "text": "\0"}, "text"),
        ({"title": "a", "text": "b", "videoPosition": -1}, "videoPosition"),
    ],
)
async def test_what_is_wrong_is_refused(ask: Ask, world: World, given: dict[str, Any], field: str) -> None:
    course = await world.course()
    refused = await refusal(ask, CREATE, await world.learner(course), input={"courseId": course.id, **given})
    assert refused == (field, "INVALID_INPUT")


async def test_comments_on_what_is_closed_or_unknown_are_refused(ask: Ask, world: World) -> None:
    course = await world.course()
    author, stranger = await world.learner(course), await world.learner()
    closed = await world.topic(course, author, is_closed=True)
    assert await refusal(ask, COMMENT, author, topic=closed.id, text="a") == ("topicId", "NOT_ACCESSIBLE")
    assert await refusal(ask, COMMENT, stranger, topic=closed.id, text="a") == ("topicId", "NOT_FOUND")
    opened = await world.topic(course, author)
    assert await refusal(ask, COMMENT, author, topic=opened.id, text="") == ("text", "INVALID_INPUT")


async def test_topics_of_a_learning_room_are_its_members(ask: Ask, world: World) -> None:
    course = await world.course()
    member, fellow = await world.learner(course), await world.learner(course)
    room = await world.room(course, member)
    topic = await world.topic(course, member, learning_room_id=room.id)
    assert (await ask.data(READ, member, id=topic.id))["topic"]
    assert (await ask.data(READ, await world.teacher(course), id=topic.id))["topic"]
    assert await ask.data(READ, fellow, id=topic.id) == {"topic": None}
    assert await refusal(ask, COMMENT, fellow, topic=topic.id, text="a") == ("topicId", "NOT_FOUND")


async def test_each_filter_narrows_the_list(ask: Ask, world: World) -> None:
    course = await world.course()
    item = await world.item(await world.section(course))
    learner = await world.learner(course)
    room = await world.room(course, learner)
    await world.topic(course, learner, title="a", item_id=item.id)
    await world.topic(course, learner, title="b", learning_room_id=room.id)
    await world.topic(course, learner, title="c", is_closed=True)

    async def titles(**given: Any) -> list[str]:
        data = await ask.data(LIST, learner, filter={"course": course.id, **given})
        return [node["title"] for node in data["topics"]["nodes"]]

    assert await titles() == ["c", "b", "a"]
    assert await titles(item=item.id) == ["a"]
    assert await titles(learningRoom=room.id) == ["b"]
    assert await titles(isClosed=True) == ["c"]
    assert await titles(isClosed=False) == ["b", "a"]
    of_item = "query($id: ID!) { item(id: $id) { topics { nodes { title } } } }"
    data = await ask.data(of_item, learner, id=item.id)
    assert data["item"]["topics"]["nodes"] == [{"title": "a"}]


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_statements_do_not_grow_with_rows(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    learner = await world.learner(course)
    said = {"user_id": learner.id, "text": "a"}
    topics = [Topic(id=new_id(), course_id=course.id, title="a", **said) for _ in range(rows)]
    comments = [Comment(id=new_id(), topic_id=topics[0].id, **said) for _ in range(rows)]
    await world.add(*topics, *comments)
    answer = await ask(LIST, learner, filter={"course": course.id})
    assert answer.data["topics"]["totalCount"] == rows
    assert answer.data["topics"]["nodes"][-1]["commentCount"] == rows
    assert len(answer.statements) == 3
    answer = await ask(READ, learner, id=topics[0].id)
    assert answer.data["topic"]["comments"] == {"nodes": [{"text": "a"}] * rows, "totalCount": rows}
    assert len(answer.statements) == 3


HIDDEN = """
query($course: ID!, $topic: ID!, $comment: ID!) {
  topics(filter: {course: $course}) { totalCount nodes { id } }
  course(id: $course) { topics { totalCount nodes { id } } }
  topic(id: $topic) { title }
  nodes(ids: [$topic, $comment]) { id }
  platformEvents(filter: {course: $course}) { totalCount nodes { title preview } }
}
"""


async def test_a_topic_about_a_hidden_item_is_hidden(ask: Ask, world: World) -> None:
    course = await world.course()
    section = await world.section(course)
    item = await world.item(section, is_published=False)
    teacher, learner = await world.teacher(course), await world.learner(course)
    topic = await world.topic(course, teacher, item_id=item.id)
    comment = await world.add(Comment(id=new_id(), topic_id=topic.id, user_id=teacher.signed_in_id, text="x"))
    asked = {"course": course.id, "topic": topic.id, "comment": comment.id}
    nothing = {"totalCount": 0, "nodes": []}
    answer = await ask(HIDDEN, learner, **asked)
    assert answer.data == {
        "topics": nothing,
        "course": {"topics": nothing},
        "topic": None,
        "nodes": [None, None],
        "platformEvents": nothing,
    }
    assert (await ask.data(HIDDEN, teacher, **asked))["platformEvents"]["totalCount"] == 2
    async with world.database.transaction() as session:
        await session.execute(update(Item).where(Item.id == item.id).values(is_published=True))
        await arrange(session, course.id)
    shown = await ask.data(HIDDEN, learner, **asked)
    assert shown["topics"] == {"totalCount": 1, "nodes": [{"id": topic.id}]}
    assert shown["platformEvents"]["totalCount"] == 2
