"""Enrolling, leaving, completing."""

import asyncio
from typing import Any

import pytest

from models.catalogue.course import CourseStatus
from models.learning.enrollment import Enrollment
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from tests.conftest import Answer, Ask
from tests.world import TOMORROW, YESTERDAY, World

ENROLLMENT = "enrollment { id isActive isCompleted completedAt } userErrors { field code message }"
ENROLL = f"mutation($id: ID!) {{ enroll(input: {{courseId: $id}}) {{ {ENROLLMENT} }} }}"
UNENROLL = f"mutation($id: ID!) {{ unenroll(input: {{courseId: $id}}) {{ {ENROLLMENT} }} }}"
LEAVE = f"mutation($id: ID!) {{ unenroll(input: {{enrollmentId: $id}}) {{ {ENROLLMENT} }} }}"
COMPLETE = f"mutation($id: ID!) {{ completeEnrollment(input: {{enrollmentId: $id}}) {{ {ENROLLMENT} }} }}"
OWN = "query($slug: String!) { course(slug: $slug) { viewerEnrollment { id isActive } viewerCanAccess } }"
ALL = "query($course: ID!) { enrollments(filter: {course: $course}) { totalCount nodes { isActive } } }"


async def done(ask: Ask, document: str, viewer: Viewer, id_: str) -> Any:
    """The enrollment that a mutation answers, which must have no errors."""
    (payload,) = (await ask.data(document, viewer, id=id_)).values()
    assert payload["userErrors"] == []
    return payload["enrollment"]


async def refusal(ask: Ask, document: str, viewer: Viewer, id_: str) -> tuple[list[str], str]:
    """Field and code of the one error that a mutation answers, which must have done nothing else."""
    (payload,) = (await ask.data(document, viewer, id=id_)).values()
    (error,) = payload["userErrors"]
    assert payload["enrollment"] is None
    assert error["message"].endswith(".")
    return error["field"], error["code"]


def code(answer: Answer) -> str:
    (error,) = answer.errors
    return str(error["extensions"]["code"])


async def test_enrolling_opens_the_course(ask: Ask, world: World) -> None:
    course = await world.course()
    viewer = await world.learner()
    answer = await ask(ENROLL, viewer, id=course.id)
    assert len(answer.statements) == 3  # what is known of the course, the enrollment written, and read
    enrollment = answer.data["enroll"]["enrollment"]
    assert (enrollment["isActive"], enrollment["isCompleted"]) == (True, False)
    seen = (await ask.data(OWN, viewer, slug=course.slug))["course"]
    assert seen == {"viewerEnrollment": {"id": enrollment["id"], "isActive": True}, "viewerCanAccess": True}


async def test_enrolling_twice_changes_nothing(ask: Ask, world: World) -> None:
    course = await world.course(enrollment_ends_at=TOMORROW)
    viewer = await world.learner()
    first = await done(ask, ENROLL, viewer, course.id)
    answer = await ask(ENROLL, viewer, id=course.id)
    assert answer.data["enroll"]["enrollment"] == first
    assert len(answer.statements) == 2


@pytest.mark.parametrize("closed", [{"enrollment_ends_at": YESTERDAY}, {"is_invite_only": True}])
async def test_who_takes_part_may_ask_again_when_nobody_else_may(
    closed: dict[str, Any], ask: Ask, world: World
) -> None:
    course = await world.course(**closed)
    assert (await done(ask, ENROLL, await world.learner(course), course.id))["isActive"]


async def test_many_at_once_enroll_once(ask: Ask, world: World) -> None:
    course = await world.course()
    viewer = await world.learner()
    made = await asyncio.gather(*(done(ask, ENROLL, viewer, course.id) for _ in range(20)))
    assert len({enrollment["id"] for enrollment in made}) == 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"status": CourseStatus.PREPARATION}, "NOT_FOUND"),
        ({"is_hidden": True}, "NOT_FOUND"),
        ({"status": CourseStatus.EXTERNAL}, "ENROLLMENT_CLOSED"),
        ({"enrollment_starts_at": TOMORROW}, "ENROLLMENT_CLOSED"),
        ({"enrollment_ends_at": YESTERDAY}, "ENROLLMENT_CLOSED"),
        ({"is_invite_only": True}, "INVITE_ONLY"),
    ],
)
async def test_courses_that_take_nobody(
    values: dict[str, Any], expected: str, ask: Ask, world: World
) -> None:
    course = await world.course(**values)
    viewer = await world.learner()
    assert await refusal(ask, ENROLL, viewer, course.id) == (["courseId"], expected)
    staff = await world.staff()
    assert (await ask.data(ALL, staff, course=course.id))["enrollments"]["totalCount"] == 0


async def test_unknown_course(ask: Ask, world: World) -> None:
    viewer = await world.learner()
    for document in (ENROLL, UNENROLL):
        assert await refusal(ask, document, viewer, new_id()) == (["courseId"], "NOT_FOUND")


async def test_team_takes_part_by_the_same_rules_but_needs_no_invitation(ask: Ask, world: World) -> None:
    open_, invited = await world.course(), await world.course(is_invite_only=True)
    closed = await world.course(enrollment_ends_at=YESTERDAY)
    for viewer in (await world.teacher(open_, invited, closed), await world.staff()):
        assert (await done(ask, ENROLL, viewer, open_.id))["isActive"]
        assert (await done(ask, ENROLL, viewer, invited.id))["isActive"]
        assert await refusal(ask, ENROLL, viewer, closed.id) == (["courseId"], "ENROLLMENT_CLOSED")


async def test_leaving_and_returning_keep_the_enrollment(ask: Ask, world: World) -> None:
    course = await world.course()
    viewer = await world.learner()
    first = await done(ask, ENROLL, viewer, course.id)
    answer = await ask(UNENROLL, viewer, id=course.id)
    assert answer.data["unenroll"]["enrollment"] == {**first, "isActive": False}
    assert len(answer.statements) == 2
    seen = (await ask.data(OWN, viewer, slug=course.slug))["course"]
    assert seen == {"viewerEnrollment": None, "viewerCanAccess": False}
    assert await done(ask, UNENROLL, viewer, course.id) == {**first, "isActive": False}
    assert await done(ask, ENROLL, viewer, course.id) == first


async def test_leaving_a_hidden_course_is_the_last_seen_of_it(ask: Ask, world: World) -> None:
    course = await world.course(is_hidden=True)
    viewer = await world.learner(course)
    assert await done(ask, UNENROLL, viewer, course.id) is None
    assert await refusal(ask, ENROLL, viewer, course.id) == (["courseId"], "NOT_FOUND")


async def test_leaving_without_taking_part(ask: Ask, world: World) -> None:
    known, hidden = await world.course(), await world.course(is_hidden=True)
    viewer = await world.learner()
    assert await refusal(ask, UNENROLL, viewer, known.id) == (["courseId"], "NOT_ENROLLED")
    assert await refusal(ask, UNENROLL, viewer, hidden.id) == (["courseId"], "NOT_FOUND")


async def test_leaving_concerns_nobody_else(ask: Ask, world: World) -> None:
    course = await world.course()
    staying = await world.learner(course)
    for leaving in (await world.learner(course), await world.staff()):
        await ask.data(UNENROLL, leaving, id=course.id)
    assert (await ask.data(OWN, staying, slug=course.slug))["course"]["viewerCanAccess"]


async def test_completing_keeps_its_first_moment(ask: Ask, world: World) -> None:
    course = await world.course()
    viewer = await world.learner()
    enrollment = await done(ask, ENROLL, viewer, course.id)
    answer = await ask(COMPLETE, viewer, id=enrollment["id"])
    completed = answer.data["completeEnrollment"]["enrollment"]
    assert completed["isCompleted"]
    assert completed["completedAt"]
    assert len(answer.statements) == 3
    assert await done(ask, COMPLETE, viewer, enrollment["id"]) == completed


async def test_completing_what_was_left(ask: Ask, world: World) -> None:
    course = await world.course()
    user = await world.user()
    enrollment = await world.enrollment(user, course, is_active=False)
    viewer = Viewer(user.id, (await world.learner()).role)
    assert await refusal(ask, COMPLETE, viewer, enrollment.id) == (["enrollmentId"], "NOT_ENROLLED")


async def test_completing_is_for_the_learner_alone(ask: Ask, world: World) -> None:
    course = await world.course()
    enrollment = await world.enrollment(await world.user(), course)
    for viewer in (await world.learner(course), await world.teacher(course), await world.staff()):
        for id_ in (enrollment.id, new_id()):
            assert await refusal(ask, COMPLETE, viewer, id_) == (["enrollmentId"], "NOT_FOUND")


async def test_others_see_of_enrollments_what_concerns_them(ask: Ask, world: World) -> None:
    course = await world.course()
    await done(ask, ENROLL, await world.learner(), course.id)
    for viewer, count in (
        (Viewer(), 0),
        (await world.learner(course), 1),
        (await world.teacher(course), 2),
        (await world.teacher(await world.course()), 0),
        (await world.staff(), 2),
    ):
        assert (await ask.data(ALL, viewer, course=course.id))["enrollments"]["totalCount"] == count


@pytest.mark.parametrize("document", [ENROLL, UNENROLL, COMPLETE])
async def test_anonymous_has_to_sign_in(document: str, ask: Ask, world: World) -> None:
    course = await world.course()
    answer = await ask(document, id=course.id)
    assert code(answer) == "UNAUTHENTICATED"
    assert answer.statements == []


@pytest.mark.parametrize("document", [ENROLL, UNENROLL, COMPLETE])
async def test_what_is_no_id(document: str, ask: Ask, world: World) -> None:
    assert code(await ask(document, await world.learner(), id="1 OR 1")) == "BAD_USER_INPUT"


async def test_leaving_by_the_enrollments_own_id(ask: Ask, world: World) -> None:
    course = await world.course()
    viewer = await world.learner()
    enrollment = await done(ask, ENROLL, viewer, course.id)
    assert await refusal(ask, LEAVE, await world.learner(course), enrollment["id"]) == (
        ["enrollmentId"],
        "NOT_FOUND",
    )
    left = await done(ask, LEAVE, viewer, enrollment["id"])
    assert (left["id"], left["isActive"]) == (enrollment["id"], False)
    for given in ("", f'courseId: "{course.id}", enrollmentId: "{left["id"]}"'):
        answer = await ask(f"mutation {{ unenroll(input: {{{given}}}) {{ userErrors {{ code }} }} }}", viewer)
        assert code(answer) == "BAD_USER_INPUT"


async def test_enrollments_of_the_viewer_alone(ask: Ask, world: World) -> None:
    course = await world.course()
    await world.learner(course)
    teacher = await world.teacher(course)
    assert teacher.id
    await world.add(Enrollment(id=new_id(), user_id=teacher.id, course_id=course.id))
    document = """
    query($course: ID!, $own: Boolean) {
      enrollments(filter: {course: $course, isOfViewer: $own}) { totalCount }
    }
    """
    for own, wanted in ((True, 1), (False, 1), (None, 2)):
        data = await ask.data(document, teacher, course=course.id, own=own)
        assert data["enrollments"]["totalCount"] == wanted
