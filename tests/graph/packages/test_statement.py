"""Statements: recorded by learners, read by them and by who teaches them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.catalogue.item import ContentType
from resolvers.access.viewer import Viewer
from resolvers.packages.statement import LONGEST_DETAILS, MOST_AT_ONCE, actor_key
from tests.conftest import Ask
from tests.world import NOW, World, statement_row

RECORD = """
mutation($statements: [StatementInput!]!) {
  recordStatements(input: {statements: $statements}) {
    statements {
      id identifier actor verb activity object result context registration document
      happenedAt storedAt user { id } course { id } item { id }
    }
    userErrors { field code message }
  }
}
"""
LIST = """
query($filter: StatementFilter!) {
  statements(filter: $filter, first: 100) { nodes { id verb user { id } item { id } } totalCount }
}
"""


def played(object_id: str, **more: Any) -> dict[str, Any]:
    return {"verb": "VIDEO_PLAY", "object": {"id": object_id, "type": "video"}, **more}


async def recorded(ask: Ask, viewer: Viewer, *statements: dict[str, Any]) -> Any:
    payload = (await ask.data(RECORD, viewer, statements=list(statements)))["recordStatements"]
    assert payload["userErrors"] == []
    return payload["statements"]


async def test_words_of_clients_become_xapi(ask: Ask, world: World) -> None:
    course = await world.course()
    item = await world.item(await world.section(course), ContentType.VIDEO)
    video, learner = await world.content(item), await world.learner(course)
    given = played(
        video.id, result={"at": 1.5}, context={"user agent": "App"}, happenedAt="2015-09-24T10:06:49+02:00"
    )
    (found,) = await recorded(ask, learner, given)
    assert (found["user"], found["course"], found["item"]) == (
        {"id": learner.id},
        {"id": course.id},
        {"id": item.id},
    )
    assert found["verb"] == "urn:scholagraph:verb:VIDEO_PLAY"
    assert found["activity"] == f"urn:uuid:{video.id}"
    assert found["registration"] is None
    assert found["happenedAt"] == "2015-09-24T08:06:49+00:00"
    assert datetime.fromisoformat(found["storedAt"]) > NOW
    assert found["document"] == {
        "id": found["identifier"],
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": "urn:scholagraph", "name": learner.id},
        },
        "verb": {"id": found["verb"], "display": {"und": "VIDEO_PLAY"}},
        "object": {
            "objectType": "Activity",
            "id": found["activity"],
            "definition": {"type": "urn:scholagraph:type:video"},
        },
        "result": {"extensions": {"urn:scholagraph:extension:at": 1.5}},
        "context": {"extensions": {"urn:scholagraph:extension:user%20agent": "App"}},
        "timestamp": "2015-09-24T08:06:49+00:00",
        "stored": found["storedAt"],
        "version": "1.0.0",
    }
    parts = ("actor", "object", "result", "context")
    assert {part: found[part] for part in parts} == {part: found["document"][part] for part in parts}


async def test_what_is_not_told_is_null_and_iris_stay(ask: Ask, world: World) -> None:
    learner = await world.learner()
    given = {
        "verb": "http://adlnet.gov/expapi/verbs/launched",
        "object": {"id": "https://example.org/a?b=c", "type": "http://adlnet.gov/expapi/activities/media"},
    }
    (found,) = await recorded(ask, learner, given)
    assert (found["verb"], found["activity"]) == (given["verb"], "https://example.org/a?b=c")
    assert (found["result"], found["context"], found["course"], found["item"]) == (None,) * 4
    assert found["happenedAt"] == found["storedAt"]


async def test_places_that_the_viewer_does_not_know_are_not_told(ask: Ask, world: World) -> None:
    course = await world.course(is_hidden=True)
    item = await world.item(await world.section(course))
    team, stranger = await world.teacher(course), await world.learner()
    for object_id in (course.id, item.id, (await world.content(item)).id):
        (found,) = await recorded(ask, stranger, played(object_id))
        assert (found["course"], found["item"]) == (None, None)
        (found,) = await recorded(ask, team, played(object_id.upper()))
        assert found["course"] == {"id": course.id}
        assert (found["item"] is None) is (object_id == course.id)


@pytest.mark.parametrize(
    ("statement", "field"),
    [
        ({**played("a"), "verb": " "}, "0.verb"),
        (played(""), "0.object.id"),
        ({"verb": "A", "object": {"id": "a", "type": "\0"}}, "0.object.type"),
        (played("a", result=[]), "0.result"),
        (played("a", result={"a": "\0"}), "0.result"),
        (played("a", context={"a": "\ud800"}), "0.context"),
        (played("a", context={"a": "b" * LONGEST_DETAILS}), "0.context"),
    ],
)
async def test_one_that_is_wrong_keeps_all_from_being_recorded(
    ask: Ask, world: World, statement: dict[str, Any], field: str
) -> None:
    learner = await world.learner()
    wrong = [statement, played("a")]
    payload = (await ask.data(RECORD, learner, statements=wrong))["recordStatements"]
    (error,) = payload["userErrors"]
    assert (".".join(error["field"]), error["code"]) == (f"statements.{field}", "INVALID_INPUT")
    assert payload["statements"] == []
    assert (await ask.data(LIST, learner, filter={}))["statements"]["totalCount"] == 0


async def test_too_many_and_none_at_all(ask: Ask, world: World) -> None:
    learner = await world.learner()
    many = [played("a")] * (MOST_AT_ONCE + 1)
    payload = (await ask.data(RECORD, learner, statements=many))["recordStatements"]
    assert [error["field"] for error in payload["userErrors"]] == [["statements"]]
    assert await recorded(ask, learner) == []
    answer = await ask(RECORD, statements=[])
    assert [error["extensions"]["code"] for error in answer.errors] == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_statements_of_sql_do_not_grow(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    items = [item for item, _ in await world.items([await world.section(course)], rows=rows)]
    learner = await world.learner(course)
    answer = await ask(RECORD, learner, statements=[played(item.id) for item in items])
    found = answer.data["recordStatements"]["statements"]
    assert [each["item"]["id"] for each in found] == [item.id for item in items]
    # Places; all rows; the payload and its users, courses and items.
    assert len(answer.statements) == 6
    listed = await ask(LIST, await world.teacher(course), filter={"course": course.id})
    assert listed.data["statements"]["totalCount"] == rows
    assert len(listed.statements) == 4


async def test_each_filter_narrows_the_list(ask: Ask, world: World) -> None:
    course = await world.course()
    teacher = await world.teacher(course)
    item = await world.item(await world.section(course))
    user = await world.user()
    first = statement_row(course_id=course.id, item_id=item.id, user_id=user.id, verb="urn:a")
    second = statement_row(course_id=course.id, activity="urn:b", happened_at=NOW - timedelta(hours=1))
    await world.add(first, second)

    async def found(**given: Any) -> list[str]:
        data = await ask.data(LIST, teacher, filter={"course": course.id, **given})
        return [node["id"] for node in data["statements"]["nodes"]]

    assert await found() == [first.id, second.id]
    for given in ({"item": item.id}, {"user": user.id}, {"verb": "urn:a"}, {"since": NOW.isoformat()}):
        assert await found(**given) == [first.id], given
    for given in ({"activity": "urn:b"}, {"until": NOW.astimezone(UTC).isoformat()}):
        assert await found(**given) == [second.id], given


@pytest.mark.parametrize(
    ("actor", "key"),
    [
        ({"mbox": "mailto:a@example.org"}, "mbox mailto:a@example.org"),
        ({"mbox_sha1sum": "0f"}, "mbox_sha1sum 0f"),
        ({"openid": "https://a.example.org"}, "openid https://a.example.org"),
        ({"account": {"homePage": "https://h", "name": "a b"}}, "account https://h a b"),
        ({"objectType": "Group", "member": []}, ""),
    ],
)
def test_actors_are_known_by_their_inverse_functional_identifier(actor: dict[str, Any], key: str) -> None:
    assert actor_key(actor) == key
