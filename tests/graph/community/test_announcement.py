"""Announcements in the graph."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.community.announcement import Announcement, AnnouncementVisit
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from tests.conftest import Ask
from tests.world import NOW, TOMORROW, World

ONE = """
query($id: ID!) {
  announcement(id: $id) { id title text imageUrl publishedAt viewerHasVisited course { title } }
}
"""


async def test_every_field_is_read_back(ask: Ask, world: World) -> None:
    course = await world.course(title="Course")
    announcement = await world.announcement(
        course,
        title={"en": "News", "de": "Neues"},
        text={"en": "*All*", "fr": "*Tout*"},
        image_url="/news.png",
        published_at=datetime(2026, 5, 1, 8, 30, tzinfo=UTC),
    )
    viewer = await world.learner()
    answer = await ask(ONE, viewer, id=announcement.id)
    found = {
        "id": announcement.id,
        "title": "News",
        "text": "*All*",
        "imageUrl": "/news.png",
        "publishedAt": "2026-05-01T08:30:00+00:00",
        "viewerHasVisited": False,
        "course": {"title": "Course"},
    }
    assert answer.data["announcement"] == found
    assert len(answer.statements) == 2

    await world.add(AnnouncementVisit(announcement_id=announcement.id, user_id=viewer.signed_in_id))
    german = Viewer(viewer.id, viewer.role, languages=("de", "en"))
    data = await ask.data(ONE, german, id=announcement.id)
    assert data["announcement"] == {**found, "title": "Neues", "viewerHasVisited": True}
    assert (await ask.data(ONE, await world.learner(), id=announcement.id))["announcement"] == found
    assert (await ask.data(ONE, id=announcement.id))["announcement"] == found


async def test_everybodys_announcement_has_no_course(ask: Ask, world: World) -> None:
    announcement = await world.announcement()
    found = (await ask.data(ONE, id=announcement.id))["announcement"]
    assert (found["course"], found["imageUrl"]) == (None, None)


async def test_a_draft_is_for_the_team(ask: Ask, world: World) -> None:
    course = await world.course()
    teacher, learner = await world.teacher(course), await world.learner(course)
    for published_at in (None, TOMORROW):
        draft = await world.announcement(course, published_at=published_at)
        assert (await ask.data(ONE, teacher, id=draft.id))["announcement"]["id"] == draft.id
        assert await ask.data(ONE, learner, id=draft.id) == {"announcement": None}


LIST = """
query($filter: AnnouncementFilter!) {
  announcements(filter: $filter, first: 100) { nodes { title } totalCount }
}
"""
OF_COURSE = """
query($id: ID!, $first: Int!) {
  course(id: $id) { announcements(first: $first) { nodes { title viewerHasVisited } totalCount } }
}
"""


async def test_the_newest_come_first_and_drafts_before_them(ask: Ask, world: World) -> None:
    course = await world.course()
    for title, published_at in (
        ("old", NOW - timedelta(days=3)),
        ("draft", None),
        ("new", NOW - timedelta(days=1)),
        ("soon", TOMORROW),
    ):
        await world.announcement(course, title={"en": title}, published_at=published_at)

    async def titles(viewer: Viewer) -> list[str]:
        data = await ask.data(OF_COURSE, viewer, id=course.id, first=100)
        listed = (await ask.data(LIST, viewer, filter={"course": course.id}))["announcements"]
        found = data["course"]["announcements"]
        assert [node["title"] for node in listed["nodes"]] == [node["title"] for node in found["nodes"]]
        assert listed["totalCount"] == found["totalCount"] == len(found["nodes"])
        return [node["title"] for node in found["nodes"]]

    assert await titles(await world.teacher(course)) == ["draft", "soon", "new", "old"]
    assert await titles(await world.learner(course)) == ["new", "old"]


async def test_each_filter_narrows_the_list(ask: Ask, world: World) -> None:
    course = await world.course()
    await world.announcement(course, title={"pt-BR": "a"})
    await world.announcement(course, title={"en": "b", "de": "b"})

    async def titles(**given: Any) -> list[str]:
        data = await ask.data(LIST, filter={"course": course.id, **given})
        return sorted(node["title"] for node in data["announcements"]["nodes"])

    assert await titles() == ["a", "b"]
    assert await titles(language="de") == ["b"]
    assert await titles(language="pt-BR") == ["a"]
    assert await titles(language="fr") == []
    assert await titles(isGlobal=False) == ["a", "b"]
    assert await titles(isGlobal=True) == []
    mark = new_id()
    await world.announcement(title={"en": mark}, published_at=NOW)
    listed = await ask.data(LIST, filter={"isGlobal": True})
    assert mark in [node["title"] for node in listed["announcements"]["nodes"]]
    both = await ask.data(LIST, filter={"courseOrGlobal": course.id})
    assert {mark, "a", "b"} <= {node["title"] for node in both["announcements"]["nodes"]}


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_announcements_take_one_statement_with_their_count(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    made = [
        Announcement(
            id=new_id(),
            course_id=course.id,
            title={"en": f"{place}"},
            text={},
            published_at=NOW - timedelta(hours=place + 1),
        )
        for place in range(rows)
    ]
    viewer = await world.learner(course)
    seen = AnnouncementVisit(announcement_id=made[0].id, user_id=viewer.signed_in_id)
    await world.add(*made, seen)
    answer = await ask(OF_COURSE, viewer, id=course.id, first=100)
    assert answer.data["course"]["announcements"] == {
        "nodes": [{"title": f"{place}", "viewerHasVisited": place == 0} for place in range(rows)],
        "totalCount": rows,
    }
    assert len(answer.statements) == 3


VISIT = """
mutation($id: ID!) {
  visitAnnouncement(input: {announcementId: $id}) { announcement { viewerHasVisited } userErrors { code } }
}
"""


async def test_seeing_an_announcement_is_noted_once(ask: Ask, world: World) -> None:
    announcement = await world.announcement()
    viewer = await world.learner()
    for _ in range(2):
        answer = await ask(VISIT, viewer, id=announcement.id)
        assert answer.data["visitAnnouncement"] == {
            "announcement": {"viewerHasVisited": True},
            "userErrors": [],
        }
        assert len(answer.statements) == 3
    assert (await ask.data(ONE, await world.learner(), id=announcement.id))["announcement"][
        "viewerHasVisited"
    ] is False


async def test_what_cannot_be_seen_is_no_announcement(ask: Ask, world: World) -> None:
    draft = await world.announcement(published_at=TOMORROW)
    data = await ask.data(VISIT, await world.learner(), id=draft.id)
    assert data["visitAnnouncement"] == {"announcement": None, "userErrors": [{"code": "NOT_FOUND"}]}
    answer = await ask(VISIT, id=draft.id)
    assert [error["extensions"]["code"] for error in answer.errors] == ["UNAUTHENTICATED"]
