"""Requests generated from the OpenAPI description of Xikolo, on a running server.

Many generated ids are replaced by existing ones, so that not all requests end as "not found".
"""

from collections import defaultdict
from typing import Any
from zlib import crc32

import httpx
import pytest

from conformance.openapi import assert_described, by_description
from conformance.service import Service

LIST_PATHS = (
    "courses?include=channel,user_enrollment",
    "announcements",
    "documents?include=localizations",
    "enrollments",
    "clusters",
    "channels",
)
COURSE_LIST_PATHS = (
    "course-items?filter[course]={}&include=content",
    "course-sections?filter[course]={}",
)

TYPES_BY_PARAMETER = {
    "course-progresses": "courses",
    "last-visits": "courses",
    "course-features": "courses",
    "filter[course]": "courses",
    "filter[section]": "course-sections",
    "filter[quiz]": "quizzes",
    "filter[video]": "videos",
    "filter[channel]": "channels",
    "filter[document]": "documents",
}
"""Resource types of ids whose parameters have other names."""


@pytest.fixture(scope="session")
def known(service: Service) -> dict[str, list[str]]:
    """Return ids of resources by type, as a learner finds them."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    headers = {"Authorization": f"Bearer {service.tokens['learner']}"}
    with httpx.Client(base_url=f"{service.origin}/xikolo/api/v2/", headers=headers) as http:

        def note(path: str) -> None:
            answer = http.get(path)
            if answer.status_code == 403:  # a quiz that is not accessible to learners
                return
            for each in answer.raise_for_status().json()["data"]:
                found[each["type"]].append(each["id"])
                for name, relationship in each.get("relationships", {}).items():
                    if name == "content" and "data" in relationship:
                        found[relationship["data"]["type"]].append(relationship["data"]["id"])

        for path in LIST_PATHS:
            note(path)
        for enrollment in http.get("enrollments").json()["data"]:
            for path in COURSE_LIST_PATHS:
                note(path.format(enrollment["relationships"]["course"]["data"]["id"]))
        for quiz in found["quizzes"]:
            note(f"quiz-questions?filter[quiz]={quiz}")
    return found


def exchanged(case: Any, known: dict[str, list[str]]) -> None:
    """Replace most ids in a request by existing ones, at random, seeded by the request."""
    segment = case.operation.path.removeprefix("/api/v2/").split("/")[0]
    chance = crc32(repr((case.path_parameters, case.query, case.body)).encode())
    places = [(case.path_parameters, "id", segment)]
    places += [(case.query, name, name) for name in case.query or ()]
    for values, name, place in places:
        ids = known.get(TYPES_BY_PARAMETER.get(place, place))
        if values and name in values and ids and chance % 4:
            values[name] = ids[chance % len(ids)]
    if isinstance(case.body, dict) and isinstance(data := case.body.get("data"), dict) and chance % 4:
        if "id" in data and case.path_parameters:
            data["id"] = case.path_parameters["id"]
        course = {"data": {"type": "courses", "id": known["courses"][chance % len(known["courses"])]}}
        if isinstance(data.get("relationships"), dict) and "course" in data["relationships"]:
            data["relationships"]["course"] = course


@pytest.mark.parametrize("role", ["anonymous", "learner"])
@by_description("xikolo")
def test_answers_are_as_described(
    case: Any, role: str, service: Service, known: dict[str, list[str]]
) -> None:
    exchanged(case, known)
    headers = {"Authorization": f"Bearer {service.tokens[role]}"} if role in service.tokens else {}
    assert_described(case, service, "xikolo", headers)
