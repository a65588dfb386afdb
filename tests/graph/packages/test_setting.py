"""Settings of courses in the graph: what holds, and where it comes from."""

from typing import Any

import pytest

from models.catalogue.course import Course
from models.people.application import Application
from models.postgres.base import new_id
from resolvers.access.viewer import Role, Viewer
from tests.conftest import Ask
from tests.graph.packages.test_course_version import with_versions
from tests.world import World

SET = """
mutation($input: SetSettingsInput!) {
  setSettings(input: $input) {
    course { id settings { name value source ownValue } } version { settings { name value source ownValue } }
    userErrors { code field }
  }
}
"""
READ = """
query($id: ID!) {
  course(id: $id) {
    settings { name type description isEnforced value source ownValue default choices { value description } }
    version { settings { name value source ownValue } }
  }
}
"""
MANY = """
query($ids: [ID!]!) { nodes(ids: $ids) { ... on Course { settings { name value } } } }
"""
WIDTH = "PlayerDesiredWidth"


def width(settings: list[dict[str, Any]]) -> tuple[str, str, str | None]:
    """What holds, where it comes from, what is set right there."""
    (found,) = (each for each in settings if each["name"] == WIDTH)
    return found["value"], found["source"], found["ownValue"]


@pytest.fixture
async def course(world: World) -> Course:
    return await with_versions(world, 1)


async def test_every_field_is_read_back(ask: Ask, world: World, course: Course) -> None:
    answer = await ask(READ, await world.teacher(course), id=course.id)
    settings = {each["name"]: each for each in answer.data["course"]["settings"]}
    assert len(settings) == 19
    assert not [
        each for each in settings.values() if ("Kept only" in each["description"]) == each["isEnforced"]
    ]
    assert settings["PlayerScoLaunchType"] == {
        "name": "PlayerScoLaunchType",
        "type": "CHOICE",
        "description": "Where an activity opens. Kept only: the player does not heed it.",
        "isEnforced": False,
        "value": "FRAMESET",
        "source": "DEFAULT",
        "ownValue": None,
        "default": "FRAMESET",
        "choices": [
            {"value": "FRAMESET", "description": "Within the page of the player."},
            {"value": "NEW_WINDOW", "description": "In a window of its own."},
        ],
    }
    assert len(answer.statements) == 4


async def test_the_nearest_value_holds(ask: Ask, world: World, course: Course) -> None:
    application = await world.add(Application(id=new_id(), name="App", secret_hash=b""))
    async with world.database.transaction() as session:
        row = await session.get_one(Course, course.id)
        row.application_id = application.id
    client = Viewer(role=Role.APPLICATION, application_id=application.id)

    async def put(value: str | None, **place: str) -> None:
        given = {**place, "settings": [{"name": WIDTH, "value": value}]}
        data = await ask.data(SET, client, input=given)
        assert data["setSettings"]["userErrors"] == []

    async def both() -> list[tuple[str, str, str | None]]:
        found = (await ask.data(READ, client, id=course.id))["course"]
        return [width(found["settings"]), width(found["version"]["settings"])]

    version_id = course.version_id
    assert version_id
    await put("1")
    assert await both() == [("1", "APPLICATION", None)] * 2
    await put("2", courseId=course.id)
    assert await both() == [("2", "COURSE", "2"), ("2", "COURSE", None)]
    await put("3", versionId=version_id)
    assert await both() == [("2", "COURSE", "2"), ("3", "VERSION", "3")]
    await put(None, courseId=course.id)
    assert await both() == [("1", "APPLICATION", None), ("3", "VERSION", "3")]
    await put("4", versionId=version_id)
    await put(None)
    assert await both() == [("0", "DEFAULT", None), ("4", "VERSION", "4")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Nothing", "1"),
        (WIDTH, "-1"),
        (WIDTH, "wide"),
        ("PlayerShowNavBar", "yes"),
        ("PlayerScoLaunchType", "ELSEWHERE"),
        ("PlayerStatusRollupModeThresholdScore", "1.5"),
        ("PlayerStatusRollupModeThresholdScore", "-0.1"),
        ("PlayerCssUrl", "x" * 2001),
    ],
)
async def test_wrong_values_are_told(ask: Ask, world: World, course: Course, name: str, value: str) -> None:
    given = {"courseId": course.id, "settings": [{"name": name, "value": value}]}
    data = await ask.data(SET, await world.teacher(course), input=given)
    assert data["setSettings"]["userErrors"] == [{"code": "INVALID_INPUT", "field": ["settings"]}]


async def test_settings_are_the_teams(ask: Ask, world: World, course: Course) -> None:
    learner = await world.learner(course)
    found = (await ask.data(READ, learner, id=course.id))["course"]
    assert found == {"settings": [], "version": {"settings": []}}
    for place, id_ in (("courseId", course.id), ("versionId", course.version_id)):
        given = {place: id_, "settings": [{"name": WIDTH, "value": "1"}]}
        data = await ask.data(SET, learner, input=given)
        assert data["setSettings"]["userErrors"] == [{"code": "NOT_ACCESSIBLE", "field": [place]}]
        given = {place: new_id(), "settings": [{"name": WIDTH, "value": "1"}]}
        data = await ask.data(SET, learner, input=given)
        assert data["setSettings"]["userErrors"] == [{"code": "NOT_FOUND", "field": [place]}]
    data = await ask.data(SET, learner, input={"settings": []})
    assert data["setSettings"]["userErrors"][0]["code"] == "INVALID_INPUT"


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_settings_of_many_courses_take_one_statement(ask: Ask, world: World, rows: int) -> None:
    courses = await world.courses(rows)
    answer = await ask(MANY, await world.staff(), ids=[each.id for each in courses])
    assert all(len(each["settings"]) == 19 for each in answer.data["nodes"])
    assert len(answer.statements) == 3
