"""Launch links: who gets one, for which version, and which registration it goes on with."""

import asyncio
from typing import Any

import pytest

from models.catalogue.course import CourseStatus
from models.catalogue.item import ContentType
from models.postgres.base import new_id
from resolvers.access.viewer import Role, Viewer
from resolvers.packages.player import launched
from tests.conftest import ANONYMOUS, Ask
from tests.world import World

CREATE = """
mutation($input: CreateLaunchLinkInput!) {
  createLaunchLink(input: $input) {
    url expiresAt registration { id attempt version { number } user { id } } userErrors { field code }
  }
}
"""


async def create(ask: Ask, viewer: Viewer, course_id: str, **given: Any) -> Any:
    data = await ask.data(CREATE, viewer, input={"courseId": course_id, **given})
    return data["createLaunchLink"]


def secret_of(url: str) -> str:
    return url.removeprefix("/scorm-player/").removesuffix("/")


async def test_a_learner_launches_and_goes_on(ask: Ask, world: World) -> None:
    course = await world.course()
    version = await world.version(course)
    learner = await world.learner(course)
    first = await create(ask, learner, course.id, redirectUrl="https://example.org/", language="de")
    assert first["userErrors"] == []
    registration = first["registration"]
    assert registration == {
        "id": registration["id"],
        "attempt": 1,
        "version": {"number": 1},
        "user": {"id": learner.id},
    }
    again = await create(ask, learner, course.id)
    assert again["registration"]["id"] == registration["id"]
    assert again["url"] != first["url"]
    launch = await launched(world.database, secret_of(first["url"]))
    assert launch is not None
    assert (launch.registration_id, launch.version_id) == (registration["id"], version.id)
    assert (launch.opens, launch.redirect_url, launch.language) == (True, "https://example.org/", "de")
    assert await launched(world.database, secret_of(first["url"]) + "x") is None
    assert (launch.is_closed_at_end, launch.is_tracked) == (False, True)
    aside = await create(ask, learner, course.id, isClosedAtEnd=True, isTracked=False)
    assert aside["registration"] is None
    launch = await launched(world.database, secret_of(aside["url"]))
    assert launch is not None
    assert (launch.is_closed_at_end, launch.is_tracked) == (True, False)
    anew = await create(ask, learner, course.id, isNewAttempt=True)
    assert anew["registration"]["attempt"] == 2
    assert (await create(ask, learner, course.id))["registration"]["attempt"] == 2


async def test_launches_at_once_make_one_registration(ask: Ask, world: World) -> None:
    course = await world.course()
    await world.version(course)
    learner = await world.learner(course)
    made = await asyncio.gather(*(create(ask, learner, course.id) for _ in range(5)))
    assert len({each["registration"]["id"] for each in made}) == 1


async def test_an_application_looks_at_its_own_course(ask: Ask, world: World) -> None:
    application = await world.application()
    viewer = Viewer(role=Role.APPLICATION, application_id=application.id)
    course = await world.course(application_id=application.id, status=CourseStatus.PREPARATION)
    await world.version(course)
    made = await create(ask, viewer, course.id)
    assert made["registration"]["user"] is None
    assert (await create(ask, viewer, course.id))["registration"]["id"] == made["registration"]["id"]
    other = await world.course(application_id=(await world.application()).id)
    await world.version(other)
    refused = await create(ask, viewer, other.id)
    assert refused["userErrors"] == [{"field": ["courseId"], "code": "NOT_FOUND"}]


async def test_a_reference_that_several_applications_chose_names_none_of_their_courses(
    ask: Ask, world: World
) -> None:
    reference, staff = new_id(), await world.staff()
    viewers = []
    for _ in range(2):
        application = await world.application()
        await world.version(await world.course(application_id=application.id, reference=reference))
        viewers.append(Viewer(role=Role.APPLICATION, application_id=application.id))

    async def refusals(viewer: Viewer) -> Any:
        data = await ask.data(CREATE, viewer, input={"reference": reference})
        return data["createLaunchLink"]["userErrors"]

    assert await refusals(staff) == [{"field": ["reference"], "code": "INVALID_INPUT"}]
    assert [await refusals(viewer) for viewer in viewers] == [[], []]


async def test_only_who_keeps_a_course_runs_former_versions(ask: Ask, world: World) -> None:
    course = await world.course()
    await world.version(course)
    await world.version(course, number=2)
    learner, teacher = await world.learner(course), await world.teacher(course)
    assert (await create(ask, learner, course.id))["registration"]["version"]["number"] == 2
    assert (await create(ask, learner, course.id, version=2))["userErrors"] == []
    refused = await create(ask, learner, course.id, version=1)
    assert refused["userErrors"] == [{"field": ["version"], "code": "NOT_FOUND"}]
    assert (await create(ask, teacher, course.id, version=1))["registration"]["version"]["number"] == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"expiresIn": 0}, "expiresIn"),
        ({"expiresIn": 10**9}, "expiresIn"),
        ({"redirectUrl": "javascript:alert(1)"}, "redirectUrl"),
        ({"redirectUrl": "/elsewhere"}, "redirectUrl"),
        ({"cssUrl": "data:text/css,"}, "cssUrl"),
        ({"cssUrl": "http://[/"}, "cssUrl"),
        ({"language": "\0"}, "language"),
    ],
)
async def test_what_cannot_be_taken_is_refused(
    ask: Ask, world: World, given: dict[str, Any], field: str
) -> None:
    course = await world.course()
    await world.version(course)
    made = await create(ask, await world.learner(course), course.id, **given)
    assert made == {
        "url": None,
        "expiresAt": None,
        "registration": None,
        "userErrors": [{"field": [field], "code": "INVALID_INPUT"}],
    }


async def test_an_activity_to_begin_with_is_of_the_version(ask: Ask, world: World) -> None:
    course = await world.course()
    version = await world.version(course)
    section = await world.section(course, version_id=version.id)
    item = await world.item(section, ContentType.PACKAGED_ACTIVITY)
    learner = await world.learner(course)
    made = await create(ask, learner, course.id, startActivity="sco")
    launch = await launched(world.database, secret_of(made["url"]))
    assert launch is not None
    assert launch.start_item_id == item.id
    refused = await create(ask, learner, course.id, startActivity="none")
    assert refused["userErrors"] == [{"field": ["startActivity"], "code": "NOT_FOUND"}]


async def test_who_may_not_open_a_course_launches_nothing(ask: Ask, world: World) -> None:
    course, hidden, plain = await world.course(), await world.course(is_hidden=True), await world.course()
    for each in (course, hidden):
        await world.version(each)
    stranger = await world.learner(plain)
    for where, code in ((course, "NOT_ACCESSIBLE"), (hidden, "NOT_FOUND"), (plain, "NOT_FOUND")):
        assert [error["code"] for error in (await create(ask, stranger, where.id))["userErrors"]] == [code]
    answer = await ask(CREATE, ANONYMOUS, input={"courseId": course.id})
    assert [error["extensions"]["code"] for error in answer.errors] == ["UNAUTHENTICATED"]
