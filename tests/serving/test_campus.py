"""A campus fits: many anonymous learners behind one address open the course page, and none is refused."""

import random
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from app import create_app
from graph.declaring.schema import public_schema
from graph.execution.execute import prepare
from graph.limits.budget import Budgets
from graph.limits.figures import ANONYMOUS, budgets_of
from models.catalogue.course import Course
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import FileStore
from resolvers.access.viewer import Role
from settings.environment import Settings
from tests.world import World

LEARNERS = 500
PERIOD = 60.0
"""Seconds between two openings of the course page by one learner."""

MINUTES = 4
SECTIONS = ITEMS = 10
"""Sections of the course, and items of each."""

PAGE = """
query CoursePage($slug: String!) {
  course(slug: $slug) {
    id title abstract description status language startsAt endsAt
    channel { id title } certificateOffers { __typename }
    sections { id title position opensAt items { id title contentType maxPoints } }
    announcements(first: 10) { nodes { id title publishedAt } }
  }
}
"""
HEADERS = {"accept": "application/vnd.api+json; xikolo-version=4.10"}
PATHS_BY_APP = {
    "Android": (
        "courses/{id}?include=user_enrollment",
        "course-sections?filter[course]={id}&include=items",
        "announcements?filter[course]={id}",
    ),
    "iOS": (
        "courses/{id}?include=channel%2Cuser_enrollment",
        "course-sections?filter[course]={id}",
        "announcements?filter%5Bcourse%5D={id}",
    ),
}
"""Requests of the apps on the course page, as far as anonymous viewers may send them (`test_apps.py`)."""


@pytest.fixture
async def client(migrated: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    made = create_app(Settings(home=tmp_path), migrated, FileStore.in_folder(tmp_path / "assets"))
    async with made.router.lifespan_context(made):
        transport = httpx.ASGITransport(made, client=(f"test {new_id()}", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


@pytest.fixture
def charged(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Charges of all requests."""
    costs: list[int] = []
    charge = Budgets.charge

    def noted(self: Budgets, database: Database, key: str, of: object, cost: int, **given: bool) -> object:
        costs.append(cost)
        return charge(self, database, key, of, cost, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(Budgets, "charge", noted)
    return costs


@pytest.fixture
async def course(world: World) -> Course:
    made = await world.course(slug=f"s-{new_id()}")
    await world.items(await world.sections(made, SECTIONS), rows=ITEMS)
    for _ in range(10):
        await world.announcement(made)
    return made


async def by_graphql(client: httpx.AsyncClient, course: Course) -> None:
    prepare(public_schema, PAGE, ANONYMOUS)  # the document is new to the server only once
    answer = await client.post("/graphql", json={"query": PAGE, "variables": {"slug": course.slug}})
    sections = answer.json()["data"]["course"]["sections"]
    assert [len(each["items"]) for each in sections] == [ITEMS] * SECTIONS


async def by_rest(client: httpx.AsyncClient, course: Course, app: str) -> None:
    for path in PATHS_BY_APP[app]:
        given = {**HEADERS, "x-user-platform": app}
        answer = await client.get(f"/xikolo/api/v2/{path.format(id=course.id)}", headers=given)
        assert answer.status_code == 200


@pytest.mark.parametrize("app", [None, *PATHS_BY_APP])
async def test_a_campus_may_open_the_course_page_each_minute(
    client: httpx.AsyncClient, course: Course, charged: list[int], database: Database, app: str | None
) -> None:
    await (by_graphql(client, course) if app is None else by_rest(client, course, app))
    assert sum(charged) > 10
    cost_of_page = charged[:]
    for opened in (at_any_time(), all_at_once()):
        clock = iter([each for each in opened for _ in cost_of_page])
        budgets, budget = (
            Budgets(partial(next, clock, 0.0)),
            budgets_of(Settings())[Role.ANONYMOUS],
        )
        for cost in cost_of_page * len(opened):
            budgets.charge(database, "campus", budget, cost)
        await budgets.close()


def at_any_time() -> list[float]:
    """Timestamps at which learners open the page, each at a time of their own."""
    own = [random.Random(7).uniform(0, PERIOD) for _ in range(LEARNERS)]
    return sorted(each + minute * PERIOD for each in own for minute in range(MINUTES))


def all_at_once() -> list[float]:
    """The same if all of them open it at the same time."""
    return [minute * PERIOD for minute in range(MINUTES) for _ in range(LEARNERS)]
