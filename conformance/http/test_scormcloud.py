"""Requests generated from the OpenAPI description of SCORM Cloud, on a running server.

Most generated ids are replaced by ids of an application's own courses and imports, so that not all requests
end as "not found". Only courses created for that purpose are deleted.
"""

import time
from base64 import b64encode
from typing import Any
from urllib.parse import quote
from zlib import crc32

import httpx
import pytest

from bench.package import write_package
from conformance.openapi import assert_described, by_description
from conformance.service import Service

COURSE = "golf/1"
DOOMED = [f"doomed {number}" for number in range(8)]
SETTINGS = ("PlayerDesiredWidth", "PlayerShowNavBar", "PlayerScoreRollupModeValue")
VERSIONS = ("1", "1", "1", "2")
SENT = {"ids": [COURSE], "url": "https://127.0.0.1/golf.zip", "fetchUrl": "https://127.0.0.1/a.css"}
"""Values by property name; nothing is fetched from this machine, even if a server runs there."""

PATIENCE = 60.0
"""Timeout of the imports in seconds."""

CREATE = 'mutation { createApplication(input: {name: "Made up"}) { application { id } secret } }'


@pytest.fixture(scope="session")
def credentials(service: Service) -> str:
    """Return an application's `Authorization` header."""
    headers = {"Authorization": f"Bearer {service.tokens['staff']}"}
    asked = httpx.post(f"{service.origin}/graphql", headers=headers, json={"query": CREATE})
    made = asked.json()["data"]["createApplication"]
    return "Basic " + b64encode(f"{made['application']['id']}:{made['secret']}".encode()).decode()


@pytest.fixture(scope="session")
def imported(service: Service, credentials: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the id of an import that has ended; the application's courses exist then."""
    package = tmp_path_factory.mktemp("package") / "golf.zip"
    write_package(package)
    url = f"{service.origin}/scormcloud/api/v2/courses/importJobs"
    with httpx.Client(headers={"Authorization": credentials}) as http:
        jobs: list[str] = []
        for course in (*DOOMED, COURSE):
            file = {"file": ("golf.zip", package.read_bytes())}
            begun = http.post(f"{url}/upload", params={"courseId": course}, files=file)
            jobs.append(begun.raise_for_status().json()["result"])
        until = time.monotonic() + PATIENCE
        while (told := http.get(f"{url}/{jobs[-1]}").json())["status"] == "RUNNING":
            assert time.monotonic() < until, told
            time.sleep(0.2)
    assert told["status"] == "COMPLETE", told
    return jobs[-1]


def exchanged(case: Any, imported: str) -> None:
    """Replace most names in a request by existing ones, at random, seeded by the request."""
    chance = crc32(repr((case.path_parameters, case.query, case.body)).encode())
    if not chance % 4:
        return
    course = COURSE
    if case.method == "DELETE" and case.path.endswith(("/{courseId}", "/{versionId}")):
        course = DOOMED[chance % 4 + 4 * case.path.endswith("/{versionId}")]
    known = {
        "courseId": quote(course, safe=""),
        "versionId": VERSIONS[chance % len(VERSIONS)],
        "settingId": SETTINGS[chance % len(SETTINGS)],
        "importJobId": imported,
    }
    for name in case.path_parameters or {}:
        case.path_parameters[name] = known[name]
    if case.query and "relativePath" in case.query:
        case.query["relativePath"] = "start.html"
    if isinstance(case.body, dict):
        case.body |= {name: value for name, value in SENT.items() if name in case.body}


@pytest.mark.parametrize("signed_in", [False, True], ids=["anonymous", "application"])
@by_description("scormcloud")
def test_answers_are_as_described(
    case: Any, signed_in: bool, service: Service, credentials: str, imported: str
) -> None:
    exchanged(case, imported)
    headers = {"Authorization": credentials} if signed_in else {}
    assert_described(case, service, "scormcloud", headers)
