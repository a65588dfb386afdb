"""Where sections and items stand: what `arrange` keeps equals what the tree says, read by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from models.catalogue.course import Course, CourseStatus
from models.catalogue.item import ContentType, Item
from models.catalogue.section import Section
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from resolvers.catalogue.arrangement import arrange
from tests.conftest import Ask
from tests.world import NOW, TOMORROW, YESTERDAY, World

OPEN = (CourseStatus.PREVIEW, CourseStatus.ACTIVE, CourseStatus.SELF_PACED)

moments = st.none() | st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days))
chance = st.integers(0, 9).map(bool)


@dataclass(frozen=True)
class Place:
    """A section or item to be: `within` is the place of its parent among the sections before it."""

    within: int | None
    position: int
    is_published: bool
    starts_at: datetime | None
    ends_at: datetime | None


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[Place], list[Place]]:
    """Sections, parents before children, and items in them."""
    sections = [
        draw(
            st.builds(
                Place,
                st.none() | st.integers(0, place - 1) if place else st.none(),
                st.integers(1, 5),
                chance,
                moments,
                moments,
            )
        )
        for place in range(draw(st.integers(1, 7)))
    ]
    within = st.integers(0, len(sections) - 1)
    items = draw(st.lists(st.builds(Place, within, st.integers(1, 5), chance, moments, moments), max_size=5))
    return sections, items


Standing = tuple[list[int], list[str], bool, datetime | None, datetime | None]


def standing(row: Section | Item) -> Standing:
    return row.path, row.lineage, row.is_visible, row.opens_at, row.closes_at


def latest(*moments: datetime | None) -> datetime | None:
    return max((each for each in moments if each is not None), default=None)


def earliest(*moments: datetime | None) -> datetime | None:
    return min((each for each in moments if each is not None), default=None)


def expected(course: Course, sections: Sequence[Section], items: Sequence[Item]) -> dict[str, Standing]:
    """By id where each stands, worked out one after the other from the top down."""
    found: dict[str, Standing] = {}
    top: Standing = ([], [], course.status in OPEN, course.starts_at, None)
    rows: list[Section | Item] = [*sections, *items]
    for row in rows:
        parent = row.parent_id if isinstance(row, Section) else row.section_id
        path, lineage, is_visible, opens_at, closes_at = found[parent] if parent else top
        found[row.id] = (
            [*path, row.position],
            [*lineage, row.id] if isinstance(row, Section) else lineage,
            is_visible and row.is_published,
            latest(opens_at, row.starts_at),
            earliest(closes_at, row.ends_at),
        )
    return found


async def stood(world: World, course: Course) -> dict[str, Standing]:
    """By id where each section and item of the course stands in the database."""
    async with world.database.transaction() as session:
        sections = await session.scalars(select(Section).where(Section.course_id == course.id))
        items = await session.scalars(select(Item).where(Item.course_id == course.id))
        return {row.id: standing(row) for row in (*sections, *items)}


async def top_positions(world: World, course: Course) -> dict[str, int]:
    """By id the place of each item below its section of the top level."""
    async with world.database.transaction() as session:
        items = await session.scalars(select(Item).where(Item.course_id == course.id))
        return {item.id: item.top_position for item in items}


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(trees(), st.sampled_from(list(CourseStatus)), moments)
async def test_everything_above_is_folded_into_each_place(
    world: World,
    tree: tuple[list[Place], list[Place]],
    status: CourseStatus,
    starts_at: datetime | None,
) -> None:
    course = Course(id=new_id(), slug=new_id(), title="Course", status=status, starts_at=starts_at)
    sections: list[Section] = []
    for place in tree[0]:
        parent_id = None if place.within is None else sections[place.within].id
        sections.append(
            Section(
                id=new_id(),
                course_id=course.id,
                parent_id=parent_id,
                title="Section",
                position=place.position,
                is_published=place.is_published,
                starts_at=place.starts_at,
                ends_at=place.ends_at,
            )
        )
    items = [
        Item(
            id=new_id(),
            course_id=course.id,
            section_id=sections[place.within or 0].id,
            content_type=ContentType.RICH_TEXT,
            title="Item",
            position=place.position,
            is_published=place.is_published,
            starts_at=place.starts_at,
            ends_at=place.ends_at,
        )
        for place in tree[1]
    ]
    await world.add(course, *sections, *items)
    stands = expected(course, sections, items)
    assert await stood(world, course) == stands
    below = sorted(items, key=lambda item: (stands[item.id][0], item.id))
    tops = [stands[item.id][1][0] for item in below]
    counted = {item.id: tops[: place + 1].count(tops[place]) for place, item in enumerate(below)}
    assert await top_positions(world, course) == counted


async def test_a_change_above_reaches_what_lies_below(world: World) -> None:
    course = await world.course()
    top = await world.section(course, position=2)
    middle = await world.section(course, top, position=3)
    item = await world.item(middle, position=4)
    other = await world.course()
    untouched = await world.section(other)
    before = await stood(world, other)

    async with world.database.transaction() as session:
        await session.execute(update(Course).where(Course.id == course.id).values(starts_at=TOMORROW))
        await session.execute(
            update(Section).where(Section.id == top.id).values(position=7, is_published=False, ends_at=NOW)
        )
        await arrange(session, course.id)

    assert await stood(world, course) == {
        top.id: ([7], [top.id], False, TOMORROW, NOW),
        middle.id: ([7, 3], [top.id, middle.id], False, TOMORROW, NOW),
        item.id: ([7, 3, 4], [top.id, middle.id], False, TOMORROW, NOW),
    }
    assert await stood(world, other) == before
    assert before[untouched.id][2]


async def test_a_section_that_moves_takes_along_what_lies_below(world: World) -> None:
    course = await world.course()
    first, second = await world.sections(course, 2)
    middle = await world.section(course, first)
    item = await world.item(middle)
    async with world.database.transaction() as session:
        await session.execute(update(Section).where(Section.id == middle.id).values(parent_id=second.id))
        await arrange(session, course.id)
    found = await stood(world, course)
    assert found[item.id][:2] == ([2, 1, 1], [second.id, middle.id])


ACCESS = """
query($course: ID!, $section: ID!, $item: ID!) {
  course(id: $course) { isStarted viewerCanAccess }
  section(id: $section) { viewerCanAccess }
  item(id: $item) { viewerCanAccess content { __typename } }
}
"""


@pytest.mark.parametrize(("status", "starts_at"), list(product(CourseStatus, (None, YESTERDAY, TOMORROW))))
async def test_an_item_opens_when_its_course_does(
    ask: Ask, world: World, status: CourseStatus, starts_at: datetime | None
) -> None:
    course = await world.course(status=status, starts_at=starts_at)
    section = await world.section(course)
    item = await world.item(section)
    given = {"course": course.id, "section": section.id, "item": item.id}
    is_open = status in OPEN and starts_at != TOMORROW
    learner, teacher = await world.learner(course), await world.teacher(course)

    async def access(viewer: Viewer) -> list[bool]:
        data = await ask.data(ACCESS, viewer, **given)
        seen = [
            data[name] is not None and data[name]["viewerCanAccess"] for name in ("course", "section", "item")
        ]
        return [*seen, data["item"] is not None and data["item"]["content"] is not None]

    assert await access(learner) == [is_open] * 4
    assert await access(teacher) == [True] * 4
    data = await ask.data(ACCESS, teacher, **given)
    assert data["course"]["isStarted"] is is_open


BOUNDS = [
    (None, None, True),
    (YESTERDAY, None, True),
    (TOMORROW, None, False),
    (None, TOMORROW, True),
    (None, YESTERDAY, False),
    (YESTERDAY, TOMORROW, True),
    (TOMORROW, YESTERDAY, False),
]


@pytest.mark.parametrize(("starts_at", "ends_at", "is_open"), BOUNDS)
@pytest.mark.parametrize("level", ["section", "child", "item"])
async def test_the_dates_of_each_level_open_and_close_the_item(
    ask: Ask, world: World, level: str, starts_at: datetime | None, ends_at: datetime | None, is_open: bool
) -> None:
    course = await world.course()
    dates: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at}
    section = await world.section(course, **(dates if level == "section" else {}))
    child = await world.section(course, section, **(dates if level == "child" else {}))
    item = await world.item(child, **(dates if level == "item" else {}))
    data = await ask.data(
        ACCESS, await world.learner(course), course=course.id, section=child.id, item=item.id
    )
    assert data["item"]["viewerCanAccess"] is is_open
    assert (data["item"]["content"] is not None) is is_open
    assert data["section"]["viewerCanAccess"] is (is_open or level == "item")
