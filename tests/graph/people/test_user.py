"""Users and their profiles in the graph."""

from datetime import UTC, datetime

import pytest

from models.learning.enrollment import Enrollment
from models.postgres.base import new_id
from resolvers.access.viewer import Role, Viewer
from tests.conftest import Ask
from tests.world import YESTERDAY, World

FIELDS = """
fragment Fields on User {
  id username name avatarUrl isStaff
  profile { fullName email language country bio createdAt }
  enrollments { nodes { mode user { username } course { title } } totalCount }
  tokens { nodes { label } totalCount }
}
"""
VIEWER = f"{FIELDS} query {{ viewer {{ ...Fields }} }}"
USER = f"{FIELDS} query($id: ID, $username: String) {{ user(id: $id, username: $username) {{ ...Fields }} }}"


async def test_every_field_is_read_back(ask: Ask, world: World) -> None:
    user = await world.user(
        name="Ada",
        avatar_url="/ada.png",
        full_name="Ada Lovelace",
        language="de",
        country="GB",
        bio="Counts.",
        created_at=datetime(2026, 5, 1, 8, 30, tzinfo=UTC),
    )
    course = await world.course(title="Course")
    await world.enrollment(user, course, mode="verified")
    viewer = Viewer(user.id, Role.MEMBER)
    await world.token(viewer, label="Phone")
    await world.token(viewer, label="Lost", revoked_at=YESTERDAY)
    found = {
        "id": user.id,
        "username": user.username,
        "name": "Ada",
        "avatarUrl": "/ada.png",
        "isStaff": False,
        "profile": {
            "fullName": "Ada Lovelace",
            "email": user.email,
            "language": "de",
            "country": "GB",
            "bio": "Counts.",
            "createdAt": "2026-05-01T08:30:00+00:00",
        },
        "enrollments": {
            "nodes": [
                {"mode": "verified", "user": {"username": user.username}, "course": {"title": "Course"}}
            ],
            "totalCount": 1,
        },
        "tokens": {"nodes": [{"label": "Phone"}], "totalCount": 1},
    }
    answer = await ask(VIEWER, viewer)
    assert answer.data["viewer"] == found
    # user, profile, enrollments with user, course and count, tokens with their count
    assert len(answer.statements) == 8
    for given in ({"id": user.id}, {"username": user.username}):
        assert await ask.data(USER, viewer, **given) == {"user": found}


async def test_a_bare_user_tells_nothing_more_than_a_name(ask: Ask, world: World) -> None:
    user = await world.user()
    found = (await ask.data(VIEWER, Viewer(user.id, Role.MEMBER)))["viewer"]
    assert found["avatarUrl"] is None
    empty = {name for name, value in found["profile"].items() if value is None}
    assert empty == {"fullName", "language", "country", "bio"}


async def test_anonymous_is_nobody(ask: Ask) -> None:
    answer = await ask(VIEWER)
    assert answer.data == {"viewer": None}
    assert not answer.statements


async def test_a_profile_is_for_its_user_and_staff(ask: Ask, world: World) -> None:
    course = await world.course()
    learner, teacher, staff = await world.learner(course), await world.teacher(course), await world.staff()
    await world.token(learner)
    for viewer, shown in ((learner, True), (staff, True), (teacher, False)):
        found = (await ask.data(USER, viewer, id=learner.id))["user"]
        assert (found["profile"] is not None) is shown
        assert found["tokens"]["totalCount"] == (viewer is learner)
    for stranger in (await world.learner(course), await world.teacher(await world.course()), Viewer()):
        assert await ask.data(USER, stranger, id=learner.id) == {"user": None}


async def test_a_teacher_sees_only_enrollments_in_their_own_courses(ask: Ask, world: World) -> None:
    mine, other = await world.course(title="mine"), await world.course(title="other")
    learner = await world.learner(mine, other)
    found = (await ask.data(USER, await world.teacher(mine), id=learner.id))["user"]["enrollments"]
    assert [node["course"]["title"] for node in found["nodes"]] == ["mine"]
    assert found["totalCount"] == 1


LIST = """
query($filter: UserFilter) {
  users(filter: $filter, first: 100) {
    nodes { username name profile { email } enrollments { nodes { course { title } user { name } } } }
    totalCount
  }
}
"""


async def test_who_is_searched_for_is_found_by_either_name(ask: Ask, world: World) -> None:
    course = await world.course()
    mark = new_id()
    for name, username in (
        (f"{mark} Ada", f"{mark}-a"),
        (f"{mark} b_b", f"{mark}-b%"),
        ("Carl", f"{mark}-C"),
    ):
        await world.enrollment(await world.user(name=name, username=username), course)
    teacher = await world.teacher(course)

    async def found(search: str, viewer: Viewer = teacher) -> list[str]:
        users = (await ask.data(LIST, viewer, filter={"search": search}))["users"]
        assert users["totalCount"] == len(users["nodes"])
        return [user["name"] for user in users["nodes"]]

    assert await found(f"{mark} ada".upper()) == [f"{mark} Ada"]
    assert await found(f"{mark}-c") == ["Carl"]
    assert await found(f"{mark}-%") == []
    assert await found(f"{mark}-b%") == [f"{mark} b_b"]
    assert await found(f"{mark} a_a") == []
    assert len(await found(mark)) == 3
    assert await found(mark, await world.learner(course)) == []
    assert await found(mark, Viewer()) == []


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_users_take_one_statement_per_relation(ask: Ask, world: World, rows: int) -> None:
    course = await world.course()
    mark = new_id()
    users = await world.users(rows, name=mark)
    taken = [Enrollment(id=new_id(), user_id=user.id, course_id=course.id) for user in users]
    await world.add(*taken)
    answer = await ask(LIST, await world.staff(), filter={"search": mark})
    assert not answer.errors
    nodes = answer.data["users"]["nodes"]
    assert len(nodes) == rows
    assert {(node["username"], node["profile"]["email"]) for node in nodes} == {
        (user.username, user.email) for user in users
    }
    assert all(
        node["enrollments"]["nodes"] == [{"course": {"title": "Course"}, "user": {"name": mark}}]
        for node in nodes
    )
    assert len(answer.statements) == 6  # users, count, profiles, enrollments, their courses and users


async def test_who_is_signed_in_knows_names_and_pictures(ask: Ask, world: World) -> None:
    user = await world.user(name="Ada", avatar_url="/ada.png")
    document = "query($id: ID!) { person(id: $id) { userId name avatarUrl profile { email } } }"
    known = {"userId": user.id, "name": "Ada", "avatarUrl": "/ada.png", "profile": None}
    answer = await ask(document, await world.learner(), id=user.id)
    assert answer.data == {"person": known}
    assert len(answer.statements) == 2
    own = (await ask.data(document, Viewer(user.id, Role.MEMBER), id=user.id))["person"]
    assert own == {**known, "profile": {"email": user.email}}
    assert await ask.data(document, id=user.id) == {"person": None}
