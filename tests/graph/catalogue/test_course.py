"""Courses in the graph."""

from datetime import UTC, datetime
from typing import Any

import pytest

from models.catalogue.course import CourseStatus, Pacing
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from tests.conftest import Ask
from tests.world import NOW, TOMORROW, YESTERDAY, World

FIELDS = """
query($id: ID!) {
  course(id: $id) {
    id slug key title abstract description handouts status language pacing
    startsAt endsAt enrollmentStartsAt enrollmentEndsAt
    image { url maxWidth maxHeight } images { url maxWidth maxHeight }
    teaser { hdUrl sdUrl hlsUrl hdSize sdSize thumbnailUrl }
    teachers learningGoals targetGroups certificateOffers { kind isAvailable threshold }
    isHidden isListed isInviteOnly isOnDemand isExternal isStarted externalUrl policyUrl
    viewerCanAccess viewerCanEnroll viewerIsEnrolled
  }
}
"""


def moment(day: int) -> datetime:
    return datetime(2026, 5, day, 8, 30, tzinfo=UTC)


async def test_every_field_of_a_full_course_is_read_back(ask: Ask, world: World) -> None:
    key = f"course-v1:edX+DemoX+{new_id()}"
    course = await world.course(
        key=key,
        title="Learning",
        abstract="Short.",
        description="*Long.*",
        handouts="<p>Take</p>",
        status=CourseStatus.SELF_PACED,
        language="de",
        pacing=Pacing.SELF,
        starts_at=moment(1),
        ends_at=moment(2),
        enrollment_starts_at=moment(3),
        enrollment_ends_at=moment(4),
        images=[
            {"url": "/large.png", "max_width": 1600, "max_height": 900},
            {"url": "/small.png", "max_width": None},
        ],
        teaser={"hd_url": "https://example.org/hd.mp4", "hd_size": 5_000_000_000},
        teachers="Ada and Grace",
        learning_goals=["Know", "Do"],
        target_groups=["All"],
        certificate_offers=[{"kind": "record_of_achievement", "is_available": True, "threshold": 50}],
        is_listed=False,
        is_invite_only=True,
        is_on_demand=True,
        external_url="https://example.org",
        policy_url="/policy",
    )
    large = {"url": "/large.png", "maxWidth": 1600, "maxHeight": 900}
    none = dict.fromkeys(["sdUrl", "hlsUrl", "sdSize", "thumbnailUrl"])
    answer = await ask(FIELDS, id=course.id)
    assert answer.data["course"] == {
        "id": course.id,
        "slug": course.slug,
        "key": key,
        "title": "Learning",
        "abstract": "Short.",
        "description": "*Long.*",
        "handouts": "<p>Take</p>",
        "status": "SELF_PACED",
        "language": "de",
        "pacing": "SELF",
        "startsAt": "2026-05-01T08:30:00+00:00",
        "endsAt": "2026-05-02T08:30:00+00:00",
        "enrollmentStartsAt": "2026-05-03T08:30:00+00:00",
        "enrollmentEndsAt": "2026-05-04T08:30:00+00:00",
        "image": large,
        "images": [large, {"url": "/small.png", "maxWidth": None, "maxHeight": None}],
        "teaser": {"hdUrl": "https://example.org/hd.mp4", "hdSize": 5_000_000_000, **none},
        "teachers": "Ada and Grace",
        "learningGoals": ["Know", "Do"],
        "targetGroups": ["All"],
        "certificateOffers": [{"kind": "RECORD_OF_ACHIEVEMENT", "isAvailable": True, "threshold": 50}],
        "isHidden": False,
        "isListed": False,
        "isInviteOnly": True,
        "isOnDemand": True,
        "isExternal": True,
        "isStarted": moment(1) <= NOW,
        "externalUrl": "https://example.org",
        "policyUrl": "/policy",
        "viewerCanAccess": False,
        "viewerCanEnroll": False,
        "viewerIsEnrolled": False,
    }
    assert len(answer.statements) == 1


async def test_what_a_bare_course_does_not_have_is_null_or_empty(ask: Ask, world: World) -> None:
    course = await world.course()
    found = (await ask.data(FIELDS, id=course.id))["course"]
    empty = {name for name, value in found.items() if value is None}
    assert empty == {
        "key",
        "abstract",
        "description",
        "handouts",
        "startsAt",
        "endsAt",
        "enrollmentStartsAt",
        "enrollmentEndsAt",
        "image",
        "teaser",
        "teachers",
        "externalUrl",
        "policyUrl",
    }
    assert [found[name] for name in ("images", "learningGoals", "targetGroups", "certificateOffers")] == [
        []
    ] * 4
    assert (found["isListed"], found["isExternal"], found["isStarted"]) == (True, False, True)


@pytest.mark.parametrize("status", list(CourseStatus))
async def test_each_status_has_its_name(ask: Ask, world: World, status: CourseStatus) -> None:
    course = await world.course(status=status)
    data = await ask.data(FIELDS, await world.staff(), id=course.id)
    assert (data["course"]["status"], data["course"]["isExternal"]) == (
        status.name,
        status is CourseStatus.EXTERNAL,
    )


LOOKUP = "query($id: ID, $slug: String, $key: String) { course(id: $id, slug: $slug, key: $key) { id } }"


async def test_a_course_is_found_by_each_of_its_names(ask: Ask, world: World) -> None:
    course = await world.course(key=f"course-v1:a+b+{new_id()}")
    await world.course(key=f"course-v1:a+b+{new_id()}")
    for given in ({"id": course.id}, {"id": course.id.upper()}, {"slug": course.slug}, {"key": course.key}):
        answer = await ask(LOOKUP, **given)
        assert answer.data == {"course": {"id": course.id}}
        assert len(answer.statements) == 1


@pytest.mark.parametrize("given", [{"id": new_id()}, {"slug": ""}, {"slug": "no'; --"}, {"key": "no"}])
async def test_a_course_that_is_none_is_null(ask: Ask, given: dict[str, Any]) -> None:
    assert await ask.data(LOOKUP, **given) == {"course": None}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "'id', 'slug', 'key'"),
        ({"id": None, "slug": None}, "'id', 'slug', 'key'"),
        ({"id": new_id(), "slug": "a"}, "'id', 'slug', 'key'"),
        ({"id": "1"}, "'id'"),
        ({"id": ""}, "'id'"),
        ({"slug": "a\0b"}, "'slug'"),
        ({"key": "\ud800"}, "'key'"),
    ],
)
async def test_a_wrong_way_to_name_a_course_is_refused(ask: Ask, given: dict[str, Any], named: str) -> None:
    answer = await ask(LOOKUP, **given)
    assert [error["extensions"]["code"] for error in answer.errors] == ["BAD_USER_INPUT"]
    assert named in answer.errors[0]["message"]
    assert not answer.statements


FOUND = """
query($filter: CourseFilter!) {
  courses(filter: $filter) { nodes { title } totalCount }
}
"""


async def found_titles(ask: Ask, filter: dict[str, Any], viewer: Viewer | None = None) -> list[str]:  # noqa: A002
    data = await ask.data(FOUND, viewer or Viewer(), filter=filter)
    titles = [node["title"] for node in data["courses"]["nodes"]]
    assert data["courses"]["totalCount"] == len(titles)
    return titles


async def test_each_filter_narrows_the_list(ask: Ask, world: World) -> None:
    organization, channel = await world.organization(), await world.channel()
    within = {"organization_id": organization.id}
    await world.course(title="a", channel_id=channel.id, **within)
    await world.course(title="b", status=CourseStatus.ANNOUNCED, is_listed=False, **within)
    joined = await world.course(title="c", language="pt-BR", status=CourseStatus.EXTERNAL, **within)
    await world.course(title="elsewhere")
    here = {"organization": organization.id}
    viewer = await world.learner(joined)
    assert await found_titles(ask, here) == ["a", "b", "c"]
    assert await found_titles(ask, {"channel": channel.id}) == ["a"]
    assert await found_titles(ask, {**here, "status": ["ANNOUNCED", "EXTERNAL"]}) == ["b", "c"]
    assert await found_titles(ask, {**here, "status": []}) == []
    assert await found_titles(ask, {**here, "status": None, "channel": None}) == ["a", "b", "c"]
    assert await found_titles(ask, {**here, "language": "pt-BR"}) == ["c"]
    assert await found_titles(ask, {**here, "isListed": False}) == ["b"]
    assert await found_titles(ask, {**here, "isListed": True}) == ["a", "c"]
    assert await found_titles(ask, {**here, "viewerIsEnrolled": True}, viewer) == ["c"]
    assert await found_titles(ask, {**here, "viewerIsEnrolled": False}, viewer) == ["a", "b"]
    assert await found_titles(ask, {**here, "viewerIsEnrolled": True}) == []
    assert await found_titles(ask, {**here, "channel": channel.id, "isListed": False}) == []


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["100 % Python", "Straße_1", "back\\slash"]),
        ("python", ["100 % Python"]),
        ("STRA", ["Straße_1"]),
        ("%", ["100 % Python"]),
        ("_", ["Straße_1"]),
        ("0%p", []),
        ("\\", ["back\\slash"]),
        ("k\\s", ["back\\slash"]),
        ("'", []),
    ],
)
async def test_searching_takes_every_sign_as_it_is(
    ask: Ask, world: World, search: str, found: list[str]
) -> None:
    organization = await world.organization()
    for title in ("100 % Python", "Straße_1", "back\\slash"):
        await world.course(title=title, organization_id=organization.id)
    titles = await found_titles(ask, {"organization": organization.id, "search": search})
    assert sorted(titles) == found


@pytest.mark.parametrize("filter", [{"search": "\0"}, {"language": "e\0n"}, {"channel": "x"}])
async def test_a_filter_that_cannot_mean_anything_is_refused(ask: Ask, filter: dict[str, str]) -> None:  # noqa: A002
    answer = await ask(FOUND, filter=filter)
    assert [error["extensions"]["code"] for error in answer.errors] == ["BAD_USER_INPUT"]
    assert f"'{next(iter(filter))}'" in answer.errors[0]["message"]


ENROLLING = [
    ({}, True),
    ({"status": CourseStatus.ANNOUNCED}, True),
    ({"status": CourseStatus.EXTERNAL}, False),
    ({"is_invite_only": True}, False),
    ({"enrollment_starts_at": YESTERDAY, "enrollment_ends_at": TOMORROW}, True),
    ({"enrollment_starts_at": TOMORROW}, False),
    ({"enrollment_ends_at": YESTERDAY}, False),
]


@pytest.mark.parametrize(("values", "can_enroll"), ENROLLING)
async def test_enrollment_is_open_by_status_invitation_and_dates(
    ask: Ask, world: World, values: dict[str, Any], can_enroll: bool
) -> None:
    course = await world.course(**values)
    for viewer in (Viewer(), await world.learner()):
        data = await ask.data(FIELDS, viewer, id=course.id)
        assert data["course"]["viewerCanEnroll"] is can_enroll
