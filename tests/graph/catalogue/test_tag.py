"""Tags of courses: changed for several at once."""

import pytest

from models.postgres.base import new_id
from tests.conftest import Ask
from tests.world import World

CHANGE = """
mutation($input: {1}Input!) {{
  {0}(input: $input) {{ courses {{ id tags }} userErrors {{ code field }} }}
}}
"""


def change(command: str) -> str:
    return CHANGE.format(command, command[0].upper() + command[1:])


FIND = """
query($tags: [String!]) {
  courses(filter: { tags: $tags }) { nodes { id } }
  any: courses(filter: { anyTags: $tags }, orderBy: { field: CREATED_AT }) { nodes { id } }
}
"""


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_tags_of_many_courses_take_as_many_statements_as_of_one(
    ask: Ask, world: World, rows: int
) -> None:
    courses = await world.courses(rows, tags=["b", "a"])
    staff, ids = await world.staff(), [course.id for course in courses]
    for command, tags, left in (
        ("addTags", ["c", "a", "c"], ["b", "a", "c"]),
        ("removeTags", ["a", "x"], ["b", "c"]),
        ("setTags", ["d"], ["d"]),
        ("setTags", [], []),
    ):
        answer = await ask(change(command), staff, input={"courseIds": ids, "tags": tags})
        found = answer.data[command]
        assert found["userErrors"] == []
        assert {each["id"]: each["tags"] for each in found["courses"]} == dict.fromkeys(ids, left)
        assert len(answer.statements) == 2


async def test_who_is_not_of_the_team_changes_none(ask: Ask, world: World) -> None:
    mine, other = await world.course(tags=["a"]), await world.course()
    teacher = await world.teacher(mine)
    for ids in ([mine.id, other.id], [mine.id, new_id()]):
        given = {"courseIds": ids, "tags": ["b"]}
        data = await ask.data(change("setTags"), teacher, input=given)
        assert data["setTags"] == {
            "courses": [],
            "userErrors": [{"code": "NOT_FOUND", "field": ["courseIds"]}],
        }
    data = await ask.data(change("addTags"), teacher, input={"courseIds": [mine.id], "tags": ["b"]})
    assert data["addTags"]["courses"] == [{"id": mine.id, "tags": ["a", "b"]}]


async def test_tags_are_text_of_some_length(ask: Ask, world: World) -> None:
    staff, course = await world.staff(), await world.course()
    for tags in ([""], ["x" * 101], [str(each) for each in range(101)]):
        data = await ask.data(change("setTags"), staff, input={"courseIds": [course.id], "tags": tags})
        assert data["setTags"]["userErrors"] == [{"code": "INVALID_INPUT", "field": ["tags"]}]


async def test_courses_go_by_what_their_importer_calls_them(ask: Ask, world: World) -> None:
    course, staff = await world.course(reference=new_id()), await world.staff()
    answer = await ask(
        change("setTags"), staff, input={"references": [course.reference, course.reference], "tags": ["a"]}
    )
    assert answer.data["setTags"] == {"courses": [{"id": course.id, "tags": ["a"]}], "userErrors": []}
    assert len(answer.statements) == 2
    for names in ({}, {"references": [course.reference], "courseIds": [course.id]}):
        data = await ask.data(change("setTags"), staff, input={**names, "tags": ["b"]})
        assert data["setTags"]["userErrors"] == [{"code": "INVALID_INPUT", "field": ["courseIds"]}]


async def test_courses_are_found_by_all_or_any_of_their_tags(ask: Ask, world: World) -> None:
    first, second = new_id(), new_id()
    both = await world.course(tags=[first, second])
    one = await world.course(tags=[first])
    data = await ask.data(FIND, tags=[second, first])
    assert data["courses"]["nodes"] == [{"id": both.id}]
    assert data["any"]["nodes"] == [{"id": both.id}, {"id": one.id}]
