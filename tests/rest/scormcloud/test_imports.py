"""Imports by SCORM Cloud's official Python client, up to a launch of the imported course."""

import zipfile
from pathlib import Path

import pytest
from rustici_software_cloud_v2 import AuthenticationApi, CourseApi
from rustici_software_cloud_v2.models import (
    ImportFetchRequestSchema,
    ImportMediaFileReferenceRequestSchema,
    ImportRequestSchema,
    PreviewLaunchLinkRequestSchema,
)
from rustici_software_cloud_v2.rest import ApiException

from models.postgres.base import new_id
from tests.rest.scormcloud.conftest import Cloud

pytestmark = pytest.mark.usefixtures("documented")

MANIFEST = """<?xml version="1.0"?>
<manifest identifier="golf" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="all"><organization identifier="all"><title>Golf</title>
    <item identifier="play" identifierref="r"><title>Play</title></item>
  </organization></organizations>
  <resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="play.html">
    <file href="play.html"/></resource></resources>
</manifest>
"""


@pytest.fixture
def package(tmp_path: Path) -> str:
    path = tmp_path / "golf.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("imsmanifest.xml", MANIFEST)
        archive.writestr("play.html", "<p>Play</p>")
    return str(path)


def test_a_package_is_uploaded_imported_and_launched(cloud: Cloud, package: str) -> None:
    api = CourseApi(cloud.client(cloud.application()))
    job_id = api.create_upload_and_import_course_job("golf/1", file=package, tags=["sport"]).result
    running = api.get_import_job_status(job_id)
    assert (running.job_id, running.status, running.import_result) == (job_id, "RUNNING", None)
    cloud.work()
    done = api.get_import_job_status(job_id)
    assert (done.status, done.message) == ("COMPLETE", "")
    course = done.import_result.course
    assert (course.id, course.title, course.version, course.tags) == ("golf/1", "Golf", 1, ["sport"])
    assert course.course_learning_standard == "SCORM12"
    assert [each.id for each in api.get_courses().courses] == ["golf/1"]
    with pytest.raises(ApiException) as refused:
        api.create_upload_and_import_course_job("golf/1", file=package)
    assert refused.value.status == 409
    again = api.create_upload_and_import_course_job("golf/1", may_create_new_version=True, file=package)
    cloud.work()
    assert api.get_import_job_status(again.result).import_result.course.version == 2


def test_what_is_fetched_and_fails_says_why(cloud: Cloud) -> None:
    api = CourseApi(cloud.client(cloud.application()))
    fetch = ImportFetchRequestSchema(url="http://127.0.0.1:1/golf.zip", content_type="application/zip")
    jobs = [
        api.create_fetch_and_import_course_job("fetched", fetch),
        api.create_no_upload_and_import_course_job("asked", ImportRequestSchema(fetch_request=fetch)),
    ]
    for job in jobs:
        assert api.get_import_job_status(job.result).status == "RUNNING"
    media = ImportMediaFileReferenceRequestSchema(
        url="https://example.org/film.mp4", content_type="video/mp4"
    )
    referred = ImportRequestSchema(media_file_reference_request=media)
    assert api.create_no_upload_and_import_course_job("film", referred).result


def test_imports_need_their_scope_and_are_known_to_who_began_them(cloud: Cloud, package: str) -> None:
    application = cloud.application()
    reads = AuthenticationApi(cloud.client(application)).get_app_token("read").access_token
    with pytest.raises(ApiException) as refused:
        CourseApi(cloud.client(token=reads)).create_upload_and_import_course_job("golf", file=package)
    assert refused.value.status == 403
    job = CourseApi(cloud.client(application)).create_upload_and_import_course_job("golf", file=package)
    stranger = CourseApi(cloud.client(cloud.application()))
    for id_ in (job.result, new_id(), "none"):
        with pytest.raises(ApiException) as refused:
            stranger.get_import_job_status(id_)
        assert refused.value.status == 404


def test_a_course_whose_id_has_a_slash_is_launched(cloud: Cloud, package: str) -> None:
    api = CourseApi(cloud.client(cloud.application()))
    api.create_upload_and_import_course_job("a/b", file=package)
    cloud.work()
    assert api.get_course("a/b").id == "a/b"
    link = api.build_course_preview_launch_link("a/b", PreviewLaunchLinkRequestSchema())
    assert "/scorm-player/" in link.launch_link
