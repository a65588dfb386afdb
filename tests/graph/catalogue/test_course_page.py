"""Courses with all that hangs on them, in as many statements as they have relations."""

from datetime import timedelta
from typing import Any

import pytest

from models.catalogue.item import ContentType, ExerciseType
from tests.conftest import Ask
from tests.world import NOW, TOMORROW, World

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
          ... on PeerAssessment { instructions }
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
        "PeerAssessment": {"__typename": "PeerAssessment", "instructions": "Build it."},
    }
    assert len(answer.statements) == 14  # course, sections, items, seven contents, two levels below two


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
