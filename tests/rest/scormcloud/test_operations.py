"""All 29 operations of SCORM Cloud, the operations of its client, and their scopes.

And nobody meets another application's courses.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rustici_software_cloud_v2 import AuthenticationApi, CourseApi
from rustici_software_cloud_v2.models import (
    BatchTagsSchema,
    ImportAssetRequestSchema,
    ImportFetchRequestSchema,
    ImportRequestSchema,
    PreviewLaunchLinkRequestSchema,
    SettingsIndividualSchema,
    SettingsPostSchema,
    TagListSchema,
    TitleSchema,
)
from rustici_software_cloud_v2.rest import ApiException

from models.postgres.base import new_id
from rest.coverage import CLIENTS, State
from rest.platform import PLATFORMS
from tests.rest.scormcloud.conftest import Cloud
from tests.rest.scormcloud.test_client import shelf

pytestmark = pytest.mark.usefixtures("documented")

Call = Callable[[CourseApi, str, str], Any]

WIDTH = "PlayerDesiredWidth"
SETTINGS = SettingsPostSchema(settings=[SettingsIndividualSchema(setting_id=WIDTH, value="8")])
PREVIEW = PreviewLaunchLinkRequestSchema()
TAGS = TagListSchema(tags=["x"])
ASSET = ImportAssetRequestSchema(fetch_url="http://127.0.0.1:1/", destination="a.css")
FETCH = ImportFetchRequestSchema(url="http://127.0.0.1:1/")

CALLS_ON_A_COURSE: dict[str, tuple[str, Call]] = {
    "preview": ("read", lambda api, id_, _: api.build_course_preview_launch_link(id_, PREVIEW)),
    "preview of a version": (
        "read",
        lambda api, id_, _: api.build_course_preview_launch_link_with_version(id_, 1, PREVIEW),
    ),
    "course": ("read", lambda api, id_, _: api.get_course(id_)),
    "settings": ("read", lambda api, id_, _: api.get_course_configuration(id_)),
    "statements": ("read", lambda api, id_, _: api.get_course_statements(id_)),
    "tags": ("read", lambda api, id_, _: api.get_course_tags(id_)),
    "settings of a version": ("read", lambda api, id_, _: api.get_course_version_configuration(id_, 1)),
    "version": ("read", lambda api, id_, _: api.get_course_version_info(id_, 1)),
    "statements of a version": ("read", lambda api, id_, _: api.get_course_version_statements(id_, 1)),
    "versions": ("read", lambda api, id_, _: api.get_course_versions(id_)),
    "fetched file": ("write", lambda api, id_, _: api.import_course_asset_file(id_, ASSET)),
    "fetched file of a version": (
        "write",
        lambda api, id_, _: api.import_course_version_asset_file(id_, 1, ASSET),
    ),
    "posted file": ("write", lambda api, id_, file: api.upload_course_asset_file(id_, "a.css", file=file)),
    "posted file of a version": (
        "write",
        lambda api, id_, file: api.upload_course_version_asset_file(id_, 1, "a.css", file=file),
    ),
    "set tags": ("write", lambda api, id_, _: api.put_course_tags(id_, TAGS)),
    "add tags": (
        "write",
        lambda api, id_, _: api.put_course_tags_batch(BatchTagsSchema(ids=[id_], tags=["x"])),
    ),
    "remove tags": ("write", lambda api, id_, _: api.delete_course_tags(id_, TAGS)),
    "set title": ("write", lambda api, id_, _: api.set_course_title(id_, TitleSchema(title="Golf"))),
    "set settings": ("write", lambda api, id_, _: api.set_course_configuration(id_, SETTINGS)),
    "set settings of a version": (
        "write",
        lambda api, id_, _: api.set_course_version_configuration(id_, 1, SETTINGS),
    ),
    "clear a setting": (
        "write",
        lambda api, id_, _: api.delete_course_configuration_setting(id_, WIDTH),
    ),
    "clear a setting of a version": (
        "write",
        lambda api, id_, _: api.delete_course_version_configuration_setting(id_, 1, WIDTH),
    ),
    "delete a version": ("delete", lambda api, id_, _: api.delete_course_version(id_, 1)),
    "delete the course": ("delete", lambda api, id_, _: api.delete_course(id_)),
}
"""Verb of the required scope, and the call, with a course's id and a file."""

UNDOCUMENTED_CALLS: dict[str, tuple[str, Call]] = {
    "list of files": ("read", lambda api, id_, _: api.get_course_file_list(id_)),
    "list of files of a version": ("read", lambda api, id_, _: api.get_course_version_file_list(id_, 1)),
    "zip": ("read", lambda api, id_, _: api.get_course_zip(id_)),
    "zip of a version": ("read", lambda api, id_, _: api.get_versioned_course_zip(id_, 1)),
    "file": ("read", lambda api, id_, _: api.get_course_asset(id_, "none.css")),
    "file of a version": ("read", lambda api, id_, _: api.get_course_version_asset(id_, 1, "none.css")),
    "delete a file": ("delete", lambda api, id_, _: api.delete_course_asset(id_, "none.css")),
    "delete a file of a version": (
        "delete",
        lambda api, id_, _: api.delete_course_version_asset(id_, 1, "none.css"),
    ),
}
"""The same as `CALLS_ON_A_COURSE`, for operations that only the client names."""

OTHER_CALLS: dict[str, tuple[str, Call]] = {
    "courses": ("read", lambda api, *_: api.get_courses()),
    "import by address": ("write", lambda api, *_: api.create_fetch_and_import_course_job("new 1", FETCH)),
    "import by request": (
        "write",
        lambda api, *_: api.create_no_upload_and_import_course_job(
            "new 2", ImportRequestSchema(fetch_request=FETCH)
        ),
    ),
    "import of a file": (
        "write",
        lambda api, _, file: api.create_upload_and_import_course_job("new 3", file=file),
    ),
    "job": ("read", lambda api, *_: api.get_import_job_status(new_id())),
}
REFUSAL_STATUS_BY_CALL = {
    **dict.fromkeys(("fetched file", "fetched file of a version"), 400),
    **dict.fromkeys(("job", *(name for name in UNDOCUMENTED_CALLS if name != "list of files")), 404),
}
"""Statuses of failing calls: the URL has no server, no job has the id, no file has the path."""


def status_of(call: Call, api: CourseApi, id_: str, file: str) -> int:
    try:
        call(api, id_, file)
    except ApiException as refused:
        return int(refused.status)
    return 200


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("file") / "a.css"
    path.write_bytes(b"p {}")
    return str(path)


def test_all_operations_are_here() -> None:
    (platform,) = (each for each in PLATFORMS if each.name == "scormcloud")
    documented = [row for row in platform.rows if row.source != CLIENTS]
    assert len(CALLS_ON_A_COURSE) + len(OTHER_CALLS) == len(documented) == 29
    known = [row for row in platform.rows if row.source == CLIENTS and row.state is State.SERVED]
    assert len(UNDOCUMENTED_CALLS) + 1 == len(known)  # and the token's route


@pytest.mark.parametrize("form", ["{}", "{}:course"])
@pytest.mark.parametrize("verb", ["read", "write", "delete"])
def test_a_token_lets_what_its_scope_says(cloud: Cloud, file: str, verb: str, form: str) -> None:
    application = cloud.application()
    cloud.run(shelf(cloud, application, "golf"))
    made = AuthenticationApi(cloud.client(application)).get_app_token(form.format(verb))
    api = CourseApi(cloud.client(token=made.access_token))
    for name, (needed, call) in (OTHER_CALLS | UNDOCUMENTED_CALLS | CALLS_ON_A_COURSE).items():
        expected = REFUSAL_STATUS_BY_CALL.get(name, 200) if needed == verb else 403
        assert status_of(call, api, "golf", file) == expected, name


def test_a_secret_lets_everything(cloud: Cloud, file: str) -> None:
    application = cloud.application()
    cloud.run(shelf(cloud, application, "golf"))
    api = CourseApi(cloud.client(application))
    for name, (_, call) in (OTHER_CALLS | UNDOCUMENTED_CALLS | CALLS_ON_A_COURSE).items():
        assert status_of(call, api, "golf", file) == REFUSAL_STATUS_BY_CALL.get(name, 200), name


def test_another_applications_course_is_not_there(cloud: Cloud, file: str) -> None:
    cloud.run(shelf(cloud, cloud.application(), "theirs"))
    api = CourseApi(cloud.client(cloud.application()))
    for name, (_, call) in (UNDOCUMENTED_CALLS | CALLS_ON_A_COURSE).items():
        # A fetch that fails is reported before the course is looked up.
        expected = 400 if name.startswith("fetched") else 404
        assert status_of(call, api, "theirs", file) == expected, name
