"""Writes by SCORM Cloud's official Python client: titles, tags, settings, deletions."""

import pytest
from rustici_software_cloud_v2 import CourseApi
from rustici_software_cloud_v2.models import (
    BatchTagsSchema,
    SettingsIndividualSchema,
    SettingsPostSchema,
    TagListSchema,
    TitleSchema,
)
from rustici_software_cloud_v2.rest import ApiException

from tests.rest.scormcloud.conftest import Cloud
from tests.rest.scormcloud.test_client import shelf

pytestmark = pytest.mark.usefixtures("documented")

WIDTH = "PlayerDesiredWidth"
SHOWS = "PlayerShowNavBar"


def settings(**values: str) -> SettingsPostSchema:
    given = [SettingsIndividualSchema(setting_id=name, value=value) for name, value in values.items()]
    return SettingsPostSchema(settings=given)


@pytest.fixture
def api(cloud: Cloud) -> CourseApi:
    """The client of an application with the course `a/b`, tagged `old`."""
    application = cloud.application()
    cloud.run(shelf(cloud, application, "a/b", tags=["old"]))
    return CourseApi(cloud.client(application))


def status_of(refused: pytest.ExceptionInfo[ApiException]) -> int:
    """Return the status of a refusal, whose reason is a `MessageSchema`."""
    assert refused.value.body.startswith('{"message":"')
    return int(refused.value.status)


def test_a_title_is_set(api: CourseApi) -> None:
    assert api.set_course_title("a/b", TitleSchema(title="Bees")) is None
    assert api.get_course("a/b").title == "Bees"
    with pytest.raises(ApiException) as refused:
        api.set_course_title("a/b", TitleSchema(title=" "))
    assert status_of(refused) == 400
    with pytest.raises(ApiException) as refused:
        api.set_course_title("a/b", TitleSchema())
    assert status_of(refused) == 400


def test_tags_are_set_taken_and_given_to_many(cloud: Cloud, api: CourseApi) -> None:
    api.put_course_tags("a/b", TagListSchema(tags=["x", "y"]))
    assert api.get_course_tags("a/b").tags == ["x", "y"]
    api.delete_course_tags("a/b", TagListSchema(tags=["x", "none"]))
    assert api.get_course_tags("a/b").tags == ["y"]
    api.put_course_tags_batch(BatchTagsSchema(ids=["a/b"], tags=["z"]))
    assert api.get_course_tags("a/b").tags == ["y", "z"]
    with pytest.raises(ApiException) as refused:
        api.put_course_tags_batch(BatchTagsSchema(ids=["a/b", "none"], tags=["q"]))
    assert status_of(refused) == 404
    assert api.get_course_tags("a/b").tags == ["y", "z"]


def test_settings_hold_where_they_are_set(api: CourseApi) -> None:
    api.set_course_configuration("a/b", settings(**{WIDTH: "800", SHOWS: "false"}))
    api.set_course_version_configuration("a/b", 1, settings(**{WIDTH: "600"}))

    def read(version: int | None = None) -> dict[str, tuple[str, str, str | None]]:
        found = (
            api.get_course_configuration("a/b")
            if version is None
            else api.get_course_version_configuration("a/b", version)
        )
        return {
            each.id: (each.effective_value, each.effective_value_source, each.explicit_value)
            for each in found.setting_items
        }

    assert (read()[WIDTH], read()[SHOWS]) == (("800", "course", "800"), ("false", "course", "false"))
    assert read(1)[WIDTH] == ("600", "course", "600")
    assert read(2)[WIDTH] == ("800", "course", None)
    api.delete_course_version_configuration_setting("a/b", 1, WIDTH)
    assert read(1)[WIDTH] == ("800", "course", None)
    api.delete_course_configuration_setting("a/b", WIDTH)
    assert read()[WIDTH] == ("0", "default", None)


def test_settings_say_what_they_take(api: CourseApi) -> None:
    assert api.get_course_configuration("a/b").setting_items[0].metadata is None
    found = api.get_course_configuration("a/b", include_metadata=True).setting_items
    (launch,) = (each.metadata for each in found if each.id == "PlayerScoLaunchType")
    assert (launch.default, launch.data_type) == ("FRAMESET", "choice")
    assert [each.value for each in launch.valid_values] == ["FRAMESET", "NEW_WINDOW"]
    assert all(each.metadata.setting_description for each in found)


def test_settings_that_cannot_be_are_refused(api: CourseApi) -> None:
    for wrong in (settings(Nothing="1"), settings(**{WIDTH: "wide"}), SettingsPostSchema()):
        with pytest.raises(ApiException) as refused:
            api.set_course_configuration("a/b", wrong)
        assert status_of(refused) == 400
    with pytest.raises(ApiException) as refused:
        api.delete_course_configuration_setting("a/b", "Nothing")
    assert status_of(refused) == 400
    for ask, *given in (
        (api.get_course_version_configuration,),
        (api.set_course_version_configuration, settings(**{WIDTH: "1"})),
        (api.delete_course_version_configuration_setting, WIDTH),
    ):
        with pytest.raises(ApiException) as refused:
            ask("a/b", 3, *given)
        assert status_of(refused) == 404


def test_versions_are_deleted_and_with_the_last_the_course(api: CourseApi) -> None:
    api.delete_course_version("a/b", 2)
    assert [each.version for each in api.get_course_versions("a/b").courses] == [1]
    assert api.get_course("a/b").version == 1
    with pytest.raises(ApiException) as refused:
        api.delete_course_version("a/b", 2)
    assert status_of(refused) == 404
    api.delete_course_version("a/b", 1)
    assert api.get_courses().courses == []


def test_a_course_is_deleted(api: CourseApi) -> None:
    assert api.delete_course("a/b") is None
    for ask in (api.get_course, api.delete_course, api.get_course_configuration):
        with pytest.raises(ApiException) as refused:
            ask("a/b")
        assert status_of(refused) == 404
