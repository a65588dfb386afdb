"""Courses in the graph."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.base import new_id
from models.course import CourseStatus, Pacing
from models.item import ContentType, ExerciseType
from resolvers.viewer import Viewer
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
    viewerCanAccess viewerCanEnroll
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
async def test_a_course_that_is_none_is_null(ask: Ask, given: dict[str, str]) -> None:
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
async def test_a_wrong_way_to_name_a_course_is_refused(ask: Ask, given: dict[str, str], named: str) -> None:
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


RELATIONS = """
query($organization: ID!) {
  courses(filter: {organization: $organization}, first: 100) {
    nodes {
      id
      channel { code } organization { slug }
      classifiers { code cluster { code } }
      sections { title } items { title }
      gradingPolicy { gracePeriod } dates { title }
      viewerEnrollment { mode } viewerProgress { visits { visited } } viewerLastVisit { item { title } }
      enrollments { nodes { user { name } } totalCount }
      announcements { nodes { title } totalCount }
      assets { nodes { path } totalCount }
    }
  }
}
"""


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_all_relations_of_courses_take_one_statement_each(ask: Ask, world: World, rows: int) -> None:
    channel, organization = await world.channel(), await world.organization()
    courses = await world.courses(rows, channel_id=channel.id, organization_id=organization.id)
    classifier = await world.classifier(await world.cluster(), *courses)
    for course in courses[:10]:
        section = await world.section(course)
        await world.item(section, deadline=TOMORROW, title="Task")
        await world.grading_policy(course, grace_period=60)
        await world.announcement(course)
        await world.asset(course, path="a.png")
    viewer = await world.learner(*courses)
    answer = await ask(RELATIONS, viewer, organization=organization.id)
    assert not answer.errors
    nodes = {node["id"]: node for node in answer.data["courses"]["nodes"]}
    assert len(nodes) == rows
    assert nodes[courses[0].id] == {
        "id": courses[0].id,
        "channel": {"code": channel.code},
        "organization": {"slug": organization.slug},
        "classifiers": [
            {"code": classifier.code, "cluster": nodes[courses[0].id]["classifiers"][0]["cluster"]}
        ],
        "sections": [{"title": "Section"}],
        "items": [{"title": "Task"}],
        "gradingPolicy": {"gracePeriod": 60},
        "dates": [{"title": "Task"}],
        "viewerEnrollment": {"mode": "audit"},
        "viewerProgress": {"visits": {"visited": 0}},
        "viewerLastVisit": None,
        "enrollments": {"nodes": [{"user": {"name": "Ada"}}], "totalCount": 1},
        "announcements": {"nodes": [{"title": "News"}], "totalCount": 1},
        "assets": {"nodes": [], "totalCount": 0},
    }
    # the courses, thirteen relations of theirs, three counts, and below them clusters and users
    assert len(answer.statements) == 1 + 13 + 3 + 2


OUTLINE = """
query($slug: String!) {
  course(slug: $slug) {
    sections {
      title
      items {
        title
        content {
          __typename
          ... on Quiz { questions { text options { text } } }
          ... on Video { subtitleTracks { language cues { text } } }
          ... on RichText { text }
          ... on LtiExercise { launchUrl }
          ... on PackagedActivity { standard }
          ... on Gadget { type }
        }
      }
    }
  }
}
"""


async def outline(world: World, rows: int) -> Any:
    """A course of `rows` sections, each with an item of every type."""
    course = await world.course()
    sections = await world.sections(course, rows)
    for content_type in ContentType:
        made = await world.items(sections, content_type, exercise_type=ExerciseType.SELFTEST)
        contents = [content for _, content in made]
        if content_type is ContentType.QUIZ:
            await world.questions(contents, 2)
        if content_type is ContentType.VIDEO:
            await world.subtitles_of(contents)
    return course


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_an_outline_takes_one_statement_per_level_and_type(ask: Ask, world: World, rows: int) -> None:
    course = await outline(world, rows)
    answer = await ask(OUTLINE, await world.learner(course), slug=course.slug)
    assert not answer.errors
    sections = answer.data["course"]["sections"]
    assert [section["title"] for section in sections] == [f"Section {place}" for place in range(1, rows + 1)]
    contents = {item["content"]["__typename"]: item["content"] for item in sections[-1]["items"]}
    assert contents == {
        "Quiz": {
            "__typename": "Quiz",
            "questions": [{"text": "?", "options": [{"text": "yes"}, {"text": "no"}]}] * 2,
        },
        "Video": {
            "__typename": "Video",
            "subtitleTracks": [{"language": "en", "cues": [{"text": "Line 1"}, {"text": "Line 2"}]}],
        },
        "RichText": {"__typename": "RichText", "text": "Text"},
        "LtiExercise": {"__typename": "LtiExercise", "launchUrl": "https://example.org/lti"},
        "PackagedActivity": {"__typename": "PackagedActivity", "standard": "SCORM_1_2"},
        "Gadget": {"__typename": "Gadget", "type": "poll"},
    }
    assert len(answer.statements) == 13  # course, sections, items, six contents, two levels below two of them


PAGE = """
query($slug: String!) {
  course(slug: $slug) {
    title
    sections {
      title viewerCanAccess
      items { title viewerCanAccess viewerState { status points visitedAt } }
      viewerProgress { main { scoredPoints possiblePoints } visits { percentage } }
    }
    viewerEnrollment { isCompleted }
    viewerProgress { main { scoredPoints possiblePoints } visits { visited } }
    viewerLastVisit { visitedAt }
  }
}
"""


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_a_course_page_of_a_learner_takes_at_most_eight_statements(
    ask: Ask, world: World, rows: int
) -> None:
    course = await world.course()
    made = await world.items(
        await world.sections(course, rows), ContentType.QUIZ, exercise_type=ExerciseType.MAIN, max_points=2.0
    )
    viewer = await world.learner(course)
    item, quiz = made[-1]
    await world.visit(viewer, item)
    await world.submission(viewer, quiz, submitted_at=NOW + timedelta(seconds=1), points=1.5)
    answer = await ask(PAGE, viewer, slug=course.slug)
    assert not answer.errors
    found = answer.data["course"]
    assert len(found["sections"]) == rows
    assert found["sections"][-1]["items"][0]["viewerState"]["points"] == 1.5
    assert found["sections"][-1]["items"][0]["viewerState"]["visitedAt"] is not None
    assert found["viewerLastVisit"] is not None
    assert (found["viewerProgress"]["main"], found["viewerProgress"]["visits"]) == (
        {"scoredPoints": 1.5, "possiblePoints": 2.0 * rows},
        {"visited": 1},
    )
    assert len(answer.statements) <= 8
