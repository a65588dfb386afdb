"""Pages of lists: whichever way a client walks, it meets every row once and in order."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from models.catalogue.channel import Channel
from models.catalogue.course import Course, CourseStatus
from models.people.organization import Organization
from models.postgres.base import new_id
from tests.conftest import Ask
from tests.world import NOW, World

COURSES = """
query($organization: ID!, $by: CourseOrderField!, $direction: OrderDirection!, $first: Int, $after: String,
      $last: Int, $before: String) {
  courses(filter: {organization: $organization}, orderBy: {field: $by, direction: $direction},
          first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id } }
    nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}
"""
SOME_DB = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FAR = NOW + timedelta(days=5000)

titles = st.sampled_from(["a", "b", "c"])
starts = st.none() | st.integers(-2, 2).map(lambda days: NOW + timedelta(days=days))
populations = st.lists(st.tuples(titles, starts), max_size=9)
orders = st.tuples(st.sampled_from(["TITLE", "STARTS_AT", "CREATED_AT"]), st.sampled_from(["ASC", "DESC"]))


async def populated(world: World, population: Sequence[tuple[str, Any]]) -> tuple[str, list[Course]]:
    """An organization with courses of these titles and starts, some of them made at one moment."""
    organization = Organization(id=new_id(), slug=new_id(), name="HPI")
    courses = [course_of(organization.id, title, start) for title, start in population]
    await world.add(organization, *courses)
    return organization.id, courses


def course_of(organization_id: str, title: str, start: Any) -> Course:
    return Course(
        id=new_id(),
        slug=new_id(),
        title=title,
        status=CourseStatus.ACTIVE,
        starts_at=start,
        created_at=start or NOW,
        organization_id=organization_id,
    )


def sorted_ids(courses: Sequence[Course], order: tuple[str, str]) -> list[str]:
    keys = {
        "TITLE": lambda course: (course.title, course.id),
        "STARTS_AT": lambda course: (course.starts_at or FAR, course.id),
        "CREATED_AT": lambda course: (course.created_at, course.id),
    }
    return [course.id for course in sorted(courses, key=keys[order[0]], reverse=order[1] == "DESC")]


class List:
    """The courses of an organization in an order, read page by page."""

    def __init__(self, ask: Ask, organization: str, order: tuple[str, str]) -> None:
        self.ask = ask
        self.given: dict[str, Any] = {"organization": organization, "by": order[0], "direction": order[1]}

    async def page(self, **span: Any) -> dict[str, Any]:
        data = await self.ask.data(COURSES, **self.given, **span)
        page: dict[str, Any] = data["courses"]
        assert [edge["node"] for edge in page["edges"]] == page["nodes"]
        cursors = [edge["cursor"] for edge in page["edges"]]
        info = page["pageInfo"]
        assert [info["startCursor"], info["endCursor"]] == (
            [cursors[0], cursors[-1]] if cursors else [None] * 2
        )
        return page

    async def forwards(self, size: int) -> list[list[str]]:
        pages: list[list[str]] = []
        after, more = None, True
        while more:
            page = await self.page(first=size, after=after)
            pages.append(ids(page))
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        return pages

    async def backwards(self, size: int) -> list[list[str]]:
        pages: list[list[str]] = []
        before, more = None, True
        while more:
            page = await self.page(last=size, before=before)
            pages.insert(0, ids(page))
            before, more = page["pageInfo"]["startCursor"], page["pageInfo"]["hasPreviousPage"]
        return pages


def ids(page: dict[str, Any]) -> list[str]:
    return [node["id"] for node in page["nodes"]]


@SOME_DB
@given(populations, orders, st.integers(1, 10))
async def test_a_walk_meets_every_row_once_and_in_order(
    ask: Ask, world: World, population: list[tuple[str, Any]], order: tuple[str, str], size: int
) -> None:
    organization, courses = await populated(world, population)
    expected = sorted_ids(courses, order)
    walked = List(ask, organization, order)
    forwards, backwards = await walked.forwards(size), await walked.backwards(size)
    assert list(chain.from_iterable(forwards)) == expected
    assert list(chain.from_iterable(backwards)) == expected
    assert all(len(page) == size for page in [*forwards[:-1], *backwards[1:]])
    assert (await walked.page(first=size))["totalCount"] == len(expected)


@SOME_DB
@given(
    populations,
    orders,
    st.sampled_from(["first", "last"]),
    st.integers(0, 10),
    st.none() | st.integers(0, 8),
    st.none() | st.integers(0, 8),
)
async def test_a_part_is_cut_as_relay_says(
    ask: Ask,
    world: World,
    population: list[tuple[str, Any]],
    order: tuple[str, str],
    end: str,
    size: int,
    after: int | None,
    before: int | None,
) -> None:
    organization, courses = await populated(world, population)
    expected = sorted_ids(courses, order)
    walked = List(ask, organization, order)
    cursors = [edge["cursor"] for edge in (await walked.page(first=100))["edges"]]
    after = after if after is not None and after < len(cursors) else None
    before = before if before is not None and before < len(cursors) else None
    span = {
        end: size,
        "after": None if after is None else cursors[after],
        "before": None if before is None else cursors[before],
    }
    page = await walked.page(**span)
    between = expected[0 if after is None else after + 1 : before]
    cut = between[:size] if end == "first" else between[max(len(between) - size, 0) :]
    assert ids(page) == cut
    more = len(between) > size
    info = page["pageInfo"]
    if end == "first":
        assert (info["hasNextPage"], info["hasPreviousPage"]) == (more, after is not None)
    else:
        assert (info["hasPreviousPage"], info["hasNextPage"]) == (more, before is not None)


changes = st.lists(st.tuples(st.sampled_from(["insert", "delete"]), titles, starts), min_size=1, max_size=4)


@SOME_DB
@given(populations, orders, st.integers(1, 3), changes)
async def test_rows_that_stay_are_met_once_however_others_come_and_go(
    ask: Ask,
    world: World,
    population: list[tuple[str, Any]],
    order: tuple[str, str],
    size: int,
    changes: list[tuple[str, str, Any]],
) -> None:
    organization, courses = await populated(world, population)
    staying, expected = {course.id for course in courses}, sorted_ids(courses, order)
    walked = List(ask, organization, order)
    met: list[str] = []
    after, more, todo = None, True, list(changes)
    while more:
        page = await walked.page(first=size, after=after)
        met += ids(page)
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        if todo:
            what, title, start = todo.pop()
            if what == "insert":
                await world.add(course_of(organization, title, start))
            elif met:
                staying.discard(met[-1])
                async with world.database.transaction() as session:
                    await session.execute(delete(Course).where(Course.id == met[-1]))
    assert [each for each in met if each in staying] == [each for each in expected if each in staying]
    assert len(met) == len(set(met))


async def test_titles_of_all_scripts_are_walked_in_the_databases_order(ask: Ask, world: World) -> None:
    odd = [
        "",
        "  ",
        "Ä",
        "a",
        "A",
        "Zebra",
        "ß",
        "ss",
        "日本語",
        "😀",
        "e\u0301",
        "é",
        "'; --",
        "%",
        "\\",
        "\u200b",
        "\n",
    ]
    organization, _ = await populated(world, [(title, None) for title in odd])
    walked = List(ask, organization, ("TITLE", "ASC"))
    (whole,) = await walked.forwards(100)
    assert len(whole) == len(odd)
    for size in (1, 4):
        assert list(chain.from_iterable(await walked.forwards(size))) == whole
        assert list(chain.from_iterable(await walked.backwards(size))) == whole


async def test_courses_without_a_start_come_last_and_first_when_turned(ask: Ask, world: World) -> None:
    organization, (dateless, dated, later) = await populated(
        world, [("a", None), ("b", NOW), ("c", NOW + timedelta(days=1))]
    )
    up = await List(ask, organization, ("STARTS_AT", "ASC")).page()
    down = await List(ask, organization, ("STARTS_AT", "DESC")).page()
    assert ids(up) == [dated.id, later.id, dateless.id]
    assert ids(down) == [dateless.id, later.id, dated.id]


async def test_twenty_rows_come_where_no_number_is_given(ask: Ask, world: World) -> None:
    organization, _ = await populated(world, [("a", None)] * 21)
    page = await List(ask, organization, ("TITLE", "ASC")).page()
    assert (len(page["nodes"]), page["pageInfo"]["hasNextPage"], page["totalCount"]) == (20, True, 21)


async def test_a_list_of_numbers_is_walked(lone_database: Any) -> None:
    world, ask = World(lone_database), Ask(lone_database)
    channels = [
        Channel(id=new_id(), code=new_id(), title={"en": "Channel"}, position=place % 3) for place in range(7)
    ]
    await world.add(*channels)
    expected = [each.id for each in sorted(channels, key=lambda each: (each.position, each.id))]
    document = """
    query($after: String) {
      channels(first: 2, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } totalCount }
    }
    """
    met: list[str] = []
    after, more = None, True
    while more:
        page = (await ask.data(document, after=after))["channels"]
        assert page["totalCount"] == 7
        met += ids(page)
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert met == expected


NESTED = """
query($ids: [ID!]!, $first: Int, $last: Int) {
  nodes(ids: $ids) {
    ... on Organization {
      id
      courses(first: $first, last: $last) {
        nodes { title }
        edges { cursor }
        pageInfo { hasNextPage hasPreviousPage endCursor }
        totalCount
      }
    }
  }
}
"""


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_each_parent_has_a_page_of_its_own_in_one_statement(ask: Ask, world: World, rows: int) -> None:
    organizations = [Organization(id=new_id(), slug=new_id(), name="HPI") for _ in range(rows)]
    courses = [
        course_of(organization.id, title, None)
        for place, organization in enumerate(organizations)
        for title in "abcd"[: place % 5]
    ]
    await world.add(*organizations, *courses)
    wanted = [organization.id for organization in organizations]
    answer = await ask(NESTED, ids=wanted, first=2)
    assert not answer.errors
    for place, organization in enumerate(answer.data["nodes"]):
        page = organization["courses"]
        assert [node["title"] for node in page["nodes"]] == list("abcd"[: place % 5][:2])
        assert page["pageInfo"]["hasNextPage"] is (place % 5 > 2)
        assert page["totalCount"] == place % 5
    assert len(answer.statements) == 4  # what the ids name, organizations, their pages, their counts

    answer = await ask(NESTED, ids=wanted, last=1)
    for place, organization in enumerate(answer.data["nodes"]):
        page = organization["courses"]
        assert [node["title"] for node in page["nodes"]] == list("abcd"[: place % 5][-1:])
        assert page["pageInfo"]["hasPreviousPage"] is (place % 5 > 1)


async def test_a_nested_page_goes_on_after_its_cursor(ask: Ask, world: World) -> None:
    organization, _ = await populated(world, [("a", None), ("b", None), ("c", None)])
    document = """
    query($id: ID!, $after: String) {
      organization(id: $id) { courses(first: 2, after: $after) { nodes { title } pageInfo { endCursor } } }
    }
    """
    page = (await ask.data(document, id=organization))["organization"]["courses"]
    rest = await ask.data(document, id=organization, after=page["pageInfo"]["endCursor"])
    assert [node["title"] for node in rest["organization"]["courses"]["nodes"]] == ["c"]


async def test_a_cursor_of_another_list_is_refused(ask: Ask, world: World) -> None:
    organization, _ = await populated(world, [("a", NOW)])
    cursors = {
        by: (await List(ask, organization, (by, "ASC")).page())["pageInfo"]["endCursor"]
        for by in ("TITLE", "STARTS_AT", "CREATED_AT")
    }
    document = """
    query($by: CourseOrderField!, $after: String) {
      courses(orderBy: {field: $by}, after: $after) { totalCount }
    }
    """
    for by in cursors:
        for of, cursor in cursors.items():
            answer = await ask(document, by=by, after=cursor)
            assert [error["extensions"]["code"] for error in answer.errors] == ["BAD_USER_INPUT"] * (by != of)
    answer = await ask(
        "query($after: String) { organizations(after: $after) { totalCount } }", after=cursors["TITLE"]
    )
    assert [error["extensions"]["code"] for error in answer.errors] == ["BAD_USER_INPUT"]
