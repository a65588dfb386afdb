"""Sections in the graph."""

from datetime import UTC, datetime
from typing import Any

import pytest

from models.catalogue.section import Section
from models.postgres.base import new_id
from tests.conftest import Ask
from tests.world import TOMORROW, World

FIELDS = """
query($id: ID!) {
  section(id: $id) {
    id title description position startsAt endsAt opensAt closesAt isOpen deadline
    isPublished isOptional isGraded assignmentType hasAlternatives viewerCanAccess
  }
}
"""


def moment(day: int) -> datetime:
    return datetime(2026, 5, day, 8, 30, tzinfo=UTC)


async def test_every_field_is_read_back(ask: Ask, world: World) -> None:
    course = await world.course()
    full = await world.section(
        course,
        title="Week 1",
        description="*All*",
        position=7,
        starts_at=moment(1),
        ends_at=moment(2),
        deadline=moment(3),
        is_optional=True,
        is_graded=True,
        assignment_type="Homework",
        has_alternatives=True,
    )
    answer = await ask(FIELDS, id=full.id)
    assert answer.data["section"] == {
        "id": full.id,
        "title": "Week 1",
        "description": "*All*",
        "position": 7,
        "startsAt": "2026-05-01T08:30:00+00:00",
        "endsAt": "2026-05-02T08:30:00+00:00",
        "opensAt": "2026-05-01T08:30:00+00:00",
        "closesAt": "2026-05-02T08:30:00+00:00",
        "isOpen": False,
        "deadline": "2026-05-03T08:30:00+00:00",
        "isPublished": True,
        "isOptional": True,
        "isGraded": True,
        "assignmentType": "Homework",
        "hasAlternatives": True,
        "viewerCanAccess": False,
    }
    assert len(answer.statements) == 1


async def test_what_a_bare_section_does_not_have_is_null_or_false(ask: Ask, world: World) -> None:
    course = await world.course()
    bare = await world.section(course)
    found = (await ask.data(FIELDS, await world.learner(course), id=bare.id))["section"]
    assert {name for name, value in found.items() if value is None} == {
        "description",
        "startsAt",
        "endsAt",
        "opensAt",
        "closesAt",
        "deadline",
        "assignmentType",
    }
    assert {name for name, value in found.items() if value is True} == {
        "isPublished",
        "isOpen",
        "viewerCanAccess",
    }


TREE = """
query($id: ID!) {
  course(id: $id) {
    sections {
      title
      course { id }
      parent { title }
      items { title }
      allItems { title section { title } }
      sections {
        title
        parent { title parent { title } }
        course { id }
        items { title }
        allItems { title }
        sections { title parent { title } sections { title } items { title } allItems { title } }
      }
    }
  }
}
"""


async def tree(world: World, rows: int) -> Any:
    """A course of three levels; items lie at the middle and at the lowest."""
    course = await world.course()
    chapters = await world.sections(course, rows)
    sequences = [
        Section(
            id=new_id(), course_id=course.id, parent_id=chapter.id, title=f"{chapter.title}.1", position=1
        )
        for chapter in chapters
    ]
    verticals = [
        Section(id=new_id(), course_id=course.id, parent_id=each.id, title=f"{each.title}.1", position=2)
        for each in sequences
    ]
    await world.add(*sequences, *verticals)
    await world.items([*sequences, *verticals])
    return course


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_a_tree_reads_both_ways_in_one_statement_per_relation(
    ask: Ask, world: World, rows: int
) -> None:
    course = await tree(world, rows)
    answer = await ask(TREE, id=course.id)
    assert not answer.errors
    chapters = answer.data["course"]["sections"]
    assert [chapter["title"] for chapter in chapters] == [f"Section {place}" for place in range(1, rows + 1)]
    name = f"Section {rows}"
    item = {"title": "Item 1"}
    assert chapters[-1] == {
        "title": name,
        "course": {"id": course.id},
        "parent": None,
        "items": [],
        "allItems": [
            {**item, "section": {"title": f"{name}.1"}},
            {**item, "section": {"title": f"{name}.1.1"}},
        ],
        "sections": [
            {
                "title": f"{name}.1",
                "parent": {"title": name, "parent": None},
                "course": {"id": course.id},
                "items": [item],
                "allItems": [item, item],
                "sections": [
                    {
                        "title": f"{name}.1.1",
                        "parent": {"title": f"{name}.1"},
                        "sections": [],
                        "items": [item],
                        "allItems": [item],
                    }
                ],
            }
        ],
    }
    # Course and chapters; of chapters course, children, items, all items and their sections; of sequences
    # parent, course, children, items and all items; of verticals parent, children, items and all items.
    assert len(answer.statements) <= 2 + 5 + 5 + 4


async def test_siblings_come_by_position_and_all_items_in_course_order(ask: Ask, world: World) -> None:
    course = await world.course()
    top = await world.section(course, title="top")
    last = await world.section(course, top, position=2, title="last")
    first = await world.section(course, top, position=1, title="first")
    await world.item(last, position=1, title="4")
    await world.item(first, position=2, title="2")
    await world.item(first, position=1, title="1")
    await world.item(await world.section(course, first, position=10), title="3")
    document = """
    query($id: ID!) { section(id: $id) { sections { title } allItems { title } } }
    """
    data = await ask.data(document, id=top.id)
    assert [each["title"] for each in data["section"]["sections"]] == ["first", "last"]
    assert [each["title"] for each in data["section"]["allItems"]] == ["1", "2", "3", "4"]


async def test_sections_are_listed_of_all_levels_of_one_course(ask: Ask, world: World) -> None:
    course, other = await world.course(), await world.course()
    top = await world.section(course, title="top")
    await world.section(course, top, title="below")
    await world.section(other)
    document = """
    query($course: ID!) { sections(filter: {course: $course}) { nodes { title } totalCount } }
    """
    data = await ask.data(document, course=course.id)
    assert data["sections"] == {"nodes": [{"title": "top"}, {"title": "below"}], "totalCount": 2}


async def test_a_section_that_is_not_open_yet_is_known_but_not_accessible(ask: Ask, world: World) -> None:
    course = await world.course()
    section = await world.section(course, starts_at=TOMORROW)
    await world.item(section)
    document = """
    query($id: ID!) { section(id: $id) { viewerCanAccess items { viewerCanAccess content { __typename } } } }
    """
    data = await ask.data(document, await world.learner(course), id=section.id)
    assert data["section"] == {
        "viewerCanAccess": False,
        "items": [{"viewerCanAccess": False, "content": None}],
    }


async def test_what_a_section_lies_in_says_when_it_is_open(ask: Ask, world: World) -> None:
    course = await world.course(starts_at=moment(2))
    outer = await world.section(course, ends_at=moment(9))
    inner = await world.section(course, parent=outer, starts_at=moment(1), ends_at=moment(8))
    free = await world.section(await world.course())
    later = await world.section(course, starts_at=TOMORROW)
    document = "query($id: ID!) { section(id: $id) { opensAt closesAt isOpen viewerCanAccess } }"

    async def told(section: Section) -> tuple[Any, ...]:
        answer = await ask(document, id=section.id)
        assert len(answer.statements) == 1
        return tuple(answer.data["section"].values())

    start = moment(2).isoformat()
    assert await told(outer) == (start, moment(9).isoformat(), False, False)
    assert await told(inner) == (start, moment(8).isoformat(), False, False)
    assert await told(free) == (None, None, True, False)  # whoever asks
    assert await told(later) == (TOMORROW.isoformat(), None, False, False)
