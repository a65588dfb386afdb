"""Files that SCORM Cloud's official Python client puts into courses."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from rustici_software_cloud_v2 import CourseApi
from rustici_software_cloud_v2.models import ImportAssetRequestSchema
from rustici_software_cloud_v2.rest import ApiException

from ingest.archive import open_archive
from models.people.application import Application
from tests.ingest.file_server import Site
from tests.ingest.file_server import site as site
from tests.rest.scormcloud.conftest import SECRET, Cloud
from tests.rest.scormcloud.test_client import shelf

pytestmark = pytest.mark.usefixtures("documented")

PATH = "css/play.css"
FILE_HEADERS = {
    "content-type": "application/octet-stream",
    "content-length": "4",
    "content-disposition": "attachment; filename=\"_.css\"; filename*=utf-8''%C3%84.css",
    "x-content-type-options": "nosniff",
}
READ = """
SELECT v.number, a.path, a.digest, a.size, a.media_type
FROM assets a JOIN course_versions v ON v.id = a.version_id
WHERE a.course_id = (SELECT id FROM courses WHERE application_id = %(application)s) ORDER BY 1, 2
"""


@pytest.fixture
def application(cloud: Cloud) -> Application:
    """An application with the course `golf` in two versions."""
    made = cloud.application()
    cloud.run(shelf(cloud, made, "golf"))
    return made


@pytest.fixture
def api(cloud: Cloud, application: Application) -> CourseApi:
    return CourseApi(cloud.client(application))


@pytest.fixture
def sheet(tmp_path: Path) -> str:
    path = tmp_path / "sheet.css"
    path.write_bytes(b"p {}")
    return str(path)


def kept(cloud: Cloud, application: Application) -> list[tuple[Any, ...]]:
    """Version, path, digest, size and media type of the application's files."""
    found = cloud.run(cloud.database.fetch(READ, {"application": application.id}))
    for row in found:
        file = cloud.folder / "assets" / row[2][:2] / row[2][2:]
        assert hashlib.sha256(file.read_bytes()).hexdigest() == row[2]
    return [tuple(row) for row in found]


def left_in(cloud: Cloud, folder: str) -> set[Path]:
    """Return the names in a folder of the server."""
    return set((cloud.folder / folder).glob("*"))


def test_a_file_is_posted(cloud: Cloud, application: Application, api: CourseApi, sheet: str) -> None:
    before, uploads = api.get_course("golf").updated, left_in(cloud, "assets/uploads")
    put = api.upload_course_asset_file("golf", "/css/play.css", file=sheet)
    assert (put.filename, put.destination) == ("play.css", PATH)
    digest = hashlib.sha256(b"p {}").hexdigest()
    assert kept(cloud, application) == [(2, PATH, digest, 4, "text/css")]
    assert api.get_course("golf").updated > before
    api.upload_course_version_asset_file("golf", 1, "a.css", file=sheet)
    assert [row[:3] for row in kept(cloud, application)] == [(1, "a.css", digest), (2, PATH, digest)]
    assert left_in(cloud, "assets/uploads") == uploads


def test_a_file_is_fetched(cloud: Cloud, application: Application, api: CourseApi, site: Site) -> None:
    site.files["/a.css"] = b"q {}"
    site.moved["/moved.css"] = "/a.css"
    asked = ImportAssetRequestSchema(fetch_url=f"{site.url}/moved.css", destination=PATH)
    put = api.import_course_asset_file("golf", asked)
    assert (put.filename, put.destination) == ("play.css", PATH)
    api.import_course_version_asset_file("golf", 1, asked)
    assert [row[0] for row in kept(cloud, application)] == [1, 2]
    for address in (f"{site.url}/none", "http://127.0.0.1:1/", "ftp://example.org/", "x"):
        asked = ImportAssetRequestSchema(fetch_url=address, destination=PATH)
        with pytest.raises(ApiException) as refused:
            api.import_course_asset_file("golf", asked)
        assert (refused.value.status, refused.value.body[:12]) == (400, '{"message":"')
    assert left_in(cloud, "scratch") == set()


def test_policies_say_what_may_be_replaced(
    cloud: Cloud, application: Application, api: CourseApi, sheet: str, tmp_path: Path
) -> None:
    other = tmp_path / "other.css"
    other.write_bytes(b"other {}")

    def put(policy: str, file: str) -> int:
        try:
            api.upload_course_asset_file("golf", PATH, file=file, update_asset_policy=policy)
        except ApiException as refused:
            return int(refused.status)
        return 200

    assert [put("strict", sheet), kept(cloud, application)] == [400, []]
    assert [put("reject", sheet), put("reject", str(other)), put("unknown", sheet)] == [200, 400, 400]
    assert kept(cloud, application)[0][3] == 4
    assert [put("strict", str(other)), kept(cloud, application)[0][3]] == [200, 8]
    assert [put("lax", sheet), kept(cloud, application)[0][3]] == [200, 4]


def test_files_are_listed_downloaded_and_deleted(
    cloud: Cloud, application: Application, api: CourseApi, sheet: str
) -> None:
    for number, path in enumerate(["a b/Ä.css", PATH]):
        api.upload_course_asset_file("golf", path, file=sheet)
        assert [each.path for each in api.get_course_file_list("golf").files] == ["a b/Ä.css", PATH][
            : number + 1
        ]
    (_, listed) = api.get_course_file_list("golf").files
    assert (listed.size, listed.modified.tzinfo is not None) == (4, True)
    names = [Path(api.get_course_asset("golf", path)) for path in ("a b/Ä.css", PATH)]
    assert [(each.name, each.read_bytes()) for each in names] == [("_.css", b"p {}"), ("play.css", b"p {}")]
    again = Path(api.get_course_version_asset("golf", 2, PATH))
    assert (again, again.read_bytes()) == (names[1], b"p {}")
    for each in names:
        each.unlink()
    url = f"http://127.0.0.1:{cloud.port}/scormcloud/api/v2/courses/golf/asset"
    answer = httpx.get(url, auth=(application.id, SECRET), params={"relativePath": "a b/Ä.css"})
    assert (answer.status_code, answer.content) == (200, b"p {}")
    told = {name: answer.headers[name] for name in FILE_HEADERS}
    assert told == FILE_HEADERS
    api.delete_course_asset("golf", PATH)
    api.delete_course_version_asset("golf", 2, "a b/Ä.css")
    assert kept(cloud, application) == []
    refusals: list[Callable[[], Any]] = [
        lambda: api.delete_course_asset("golf", PATH),
        lambda: api.get_course_asset("golf", PATH),
        lambda: api.get_course_version_asset("golf", 1, PATH),
        lambda: api.get_course_version_asset("golf", 3, PATH),
        lambda: api.get_course_file_list("none"),
    ]
    for refused in refusals:
        with pytest.raises(ApiException) as told_why:
            refused()
        assert (told_why.value.status, told_why.value.body[:12]) == (404, '{"message":"')


def test_a_course_is_downloaded_as_a_package_that_can_be_imported(
    cloud: Cloud, application: Application, api: CourseApi, sheet: str, tmp_path: Path
) -> None:
    large = tmp_path / "large.bin"
    large.write_bytes(bytes(range(256)) * 4096)
    api.upload_course_asset_file("golf", "a b/Ä.css", file=sheet)
    api.upload_course_asset_file("golf", "large.bin", file=str(large))
    api.upload_course_version_asset_file("golf", 1, "first.css", file=sheet)
    assert [each.path for each in api.get_course_version_file_list("golf", 1).files] == ["first.css"]
    downloads: list[tuple[Callable[[], str], dict[str, bytes]]] = [
        (lambda: api.get_course_zip("golf"), {"a b/Ä.css": b"p {}", "large.bin": large.read_bytes()}),
        (lambda: api.get_versioned_course_zip("golf", 1), {"first.css": b"p {}"}),
    ]
    for download, content in downloads:
        path = Path(download())
        assert path.name == "golf.zip"
        with open_archive(path) as folder:
            assert {name: folder.read(name) for name in folder} == content
        path.unlink()
    refusals: list[Callable[[], Any]] = [
        lambda: api.get_versioned_course_zip("golf", 3),
        lambda: api.get_course_version_file_list("golf", 3),
        lambda: api.get_course_zip("none"),
    ]
    for refused in refusals:
        with pytest.raises(ApiException) as told_why:
            refused()
        assert told_why.value.status == 404


@pytest.mark.parametrize(
    "path", ["../a.css", "a/../../b.css", "/..", "a//b.css", "a\\..\\b", "", "a\nb", "./a", "/"]
)
def test_no_path_leads_out(
    cloud: Cloud, application: Application, api: CourseApi, sheet: str, path: str
) -> None:
    with pytest.raises(ApiException) as refused:
        api.upload_course_asset_file("golf", path, file=sheet)
    assert refused.value.status == 400
    assert kept(cloud, application) == []


def test_what_is_not_there_takes_no_file(cloud: Cloud, api: CourseApi, sheet: str) -> None:
    stranger = CourseApi(cloud.client(cloud.application()))
    for client, *place in ((stranger, "golf"), (api, "none"), (stranger, "golf", 1), (api, "golf", 3)):
        put = client.upload_course_asset_file if len(place) == 1 else client.upload_course_version_asset_file
        with pytest.raises(ApiException) as refused:
            put(*place, "a.css", file=sheet)
        assert (refused.value.status, refused.value.body[:12]) == (404, '{"message":"')


def test_a_form_that_cannot_be_read_is_told(cloud: Cloud, application: Application) -> None:
    url = f"http://127.0.0.1:{cloud.port}/scormcloud/api/v2/courses/golf/asset/upload"
    sign = (application.id, SECRET)
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    for answer in (
        httpx.post(url, auth=sign, content=b"--y\r\n", headers=broken),
        httpx.post(url, auth=sign, data={"destination": "a"}),
        httpx.post(url, auth=sign, files={"file": ("a", b"")}),
        httpx.post(url, auth=sign, json={}),
    ):
        assert (answer.status_code, list(answer.json())) == (400, ["message"])
