"""Certificates that courses offer and that learners have gained."""

import pytest

from models.catalogue.course import CertificateKind, Course
from models.learning.enrollment import Enrollment
from models.postgres.base import new_id
from tests.conftest import Ask
from tests.world import World

OFFERS = "query($id: ID!) { course(id: $id) { certificateOffers { kind isAvailable threshold } } }"
GAINED = """
query($course: ID!) {
  enrollments(filter: {course: $course}, first: 100) { nodes { certificates { kind url issuedAt } } }
}
"""


async def test_offers_are_read_back_in_their_order(ask: Ask, world: World) -> None:
    course = await world.course(
        certificate_offers=[
            {"kind": "confirmation_of_participation", "is_available": True, "threshold": 50},
            {"kind": "record_of_achievement", "is_available": False, "threshold": 0},
            {"kind": "qualified_certificate", "is_available": True},
        ]
    )
    answer = await ask(OFFERS, id=course.id)
    assert answer.data["course"]["certificateOffers"] == [
        {"kind": "CONFIRMATION_OF_PARTICIPATION", "isAvailable": True, "threshold": 50},
        {"kind": "RECORD_OF_ACHIEVEMENT", "isAvailable": False, "threshold": 0},
        {"kind": "QUALIFIED_CERTIFICATE", "isAvailable": True, "threshold": None},
    ]
    assert [each["kind"] for each in answer.data["course"]["certificateOffers"]] == [
        kind.name for kind in CertificateKind
    ]
    assert len(answer.statements) == 1


async def test_gained_certificates_are_read_back(ask: Ask, world: World) -> None:
    course, user = await world.course(), await world.user()
    issued = "2026-05-01T08:30:00+00:00"
    await world.enrollment(
        user,
        course,
        certificates=[
            {"kind": "record_of_achievement", "url": "/record.pdf", "issued_at": issued},
            {"kind": "qualified_certificate"},
        ],
    )
    data = await ask.data(GAINED, await world.staff(), course=course.id)
    (enrollment,) = data["enrollments"]["nodes"]
    assert enrollment["certificates"] == [
        {"kind": "RECORD_OF_ACHIEVEMENT", "url": "/record.pdf", "issuedAt": issued},
        {"kind": "QUALIFIED_CERTIFICATE", "url": None, "issuedAt": None},
    ]


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_certificates_come_with_their_row(ask: Ask, world: World, rows: int) -> None:
    organization = await world.organization()
    offers = [{"kind": kind.value, "is_available": True, "threshold": 1} for kind in CertificateKind]
    courses: list[Course] = await world.courses(
        rows, organization_id=organization.id, certificate_offers=offers
    )
    document = """
    query($id: ID!) { organization(id: $id) { courses(first: 100) { nodes { certificateOffers { kind } } } } }
    """
    answer = await ask(document, id=organization.id)
    found = [len(node["certificateOffers"]) for node in answer.data["organization"]["courses"]["nodes"]]
    assert found == [3] * rows
    assert len(answer.statements) == 2

    gained = [{"kind": "record_of_achievement"}]
    users = await world.users(rows)
    taken = [
        Enrollment(id=new_id(), user_id=user.id, course_id=courses[0].id, certificates=gained)
        for user in users
    ]
    await world.add(*taken)
    answer = await ask(GAINED, await world.staff(), course=courses[0].id)
    assert len(answer.data["enrollments"]["nodes"]) == rows
    assert len(answer.statements) == 1
