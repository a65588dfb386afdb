"""SCORM Cloud's official Python client, unchanged, on these routes."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from rustici_software_cloud_v2 import AuthenticationApi, CourseApi
from rustici_software_cloud_v2.models import PreviewLaunchLinkRequestSchema
from rustici_software_cloud_v2.rest import ApiException

from models.catalogue.course import Course
from models.catalogue.item import ContentType
from models.packages.packaged_activity import LearningStandard
from models.packages.statement import Statement
from models.people.application import Application
from models.postgres.base import new_id
from resolvers.packages.player import launched
from tests.rest.scormcloud.conftest import SECRET, Cloud

pytestmark = pytest.mark.usefixtures("documented")


async def shelf(cloud: Cloud, application: Application, reference: str, **values: Any) -> Course:
    """A course of the application in two versions of one activity each, with a registration of the second."""
    world = cloud.world
    course = await world.course(application_id=application.id, reference=reference, is_hidden=True, **values)
    for number in (1, 2):
        version = await world.version(
            course,
            number=number,
            standard=LearningStandard.SCORM_2004_3RD_EDITION,
            identifier="golf",
            title={"en": "Golf explained"},
            keywords=["golf"],
            languages=["en"],
        )
        section = await world.section(course, version_id=version.id, title="Playing")
        content = {"launch_path": "play.html", "launch_query": "?a", "mastery_score": 0.5}
        await world.items([section], ContentType.PACKAGED_ACTIVITY, 1, content)
    (registration,) = await world.registrations(version)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    statement = {
        "id": new_id(),
        "actor": {"account": {"homePage": "urn:scholagraph", "name": "ada"}},
        "verb": {"id": "urn:passed"},
        "object": {"id": "urn:quiz"},
        "context": {"contextActivities": {"parent": [{"id": "urn:golf"}]}},
        "timestamp": moment.isoformat(),
        "stored": moment.isoformat(),
    }
    row = Statement(
        statement_id=statement["id"],
        application_id=application.id,
        course_id=course.id,
        registration=registration.id,
        actor_key="account urn:scholagraph ada",
        verb="urn:passed",
        activity="urn:quiz",
        happened_at=moment,
        document=statement,
    )
    await world.add(row)
    return course


@pytest.fixture(params=["basic", "oauth"])
def signed_in(request: pytest.FixtureRequest, cloud: Cloud) -> tuple[CourseApi, Application]:
    """The client of a fresh application, signed in each way."""
    application = cloud.application()
    client = cloud.client(application)
    if request.param == "oauth":
        made = AuthenticationApi(client).get_app_token("read:course", expiration=60)
        assert (made.token_type, made.expires_in) == ("bearer", 60)
        client = cloud.client(token=made.access_token)
    return CourseApi(client), application


def test_courses_are_read(cloud: Cloud, signed_in: tuple[CourseApi, Application]) -> None:
    api, application = signed_in
    cloud.run(shelf(cloud, application, "golf", title="Golf", tags=["sport", "new"]))
    cloud.run(shelf(cloud, cloud.application(), "other"))
    (listed,) = api.get_courses(include_registration_count=True, include_course_metadata=True).courses
    one = api.get_course("golf", include_registration_count=True, include_course_metadata=True)
    for found in (listed, one):
        assert (found.id, found.title, found.version, found.tags) == ("golf", "Golf", 2, ["sport", "new"])
        assert (found.course_learning_standard, found.registration_count) == ("SCORM20043RDEDITION", 1)
        assert (found.metadata.title, found.metadata.keywords) == ("Golf explained", ["golf"])
        assert isinstance(found.created, datetime)
    assert api.get_course("golf").metadata is None
    root = one.root_activity
    assert (root.activity_type, root.title, root.item_identifier) == ("AGGREGATION", "Golf", "golf")
    (cluster,) = root.children
    (leaf,) = cluster.children
    assert (cluster.activity_type, cluster.title) == ("AGGREGATION", "Playing")
    assert (leaf.activity_type, leaf.href) == ("SCO", "play.html?a")
    assert (leaf.item_identifier, leaf.scaled_passing_score) == ("sco", "0.5")
    assert api.get_course_tags("golf").tags == ["sport", "new"]


def test_versions_are_read(cloud: Cloud, signed_in: tuple[CourseApi, Application]) -> None:
    api, application = signed_in
    cloud.run(shelf(cloud, application, "golf"))
    versions = api.get_course_versions("golf", include_registration_count=True).courses
    assert [(each.version, each.registration_count) for each in versions] == [(1, 0), (2, 1)]
    assert api.get_course_versions("golf", since=datetime(2099, 1, 1, tzinfo=UTC)).courses == []
    assert api.get_course_version_info("golf", 1).version == 1
    with pytest.raises(ApiException) as refused:
        api.get_course_version_info("golf", 3)
    assert refused.value.status == 404


def test_statements_are_read(cloud: Cloud, signed_in: tuple[CourseApi, Application]) -> None:
    api, application = signed_in
    cloud.run(shelf(cloud, application, "golf"))
    (found,) = api.get_course_statements("golf").statements
    assert (found.verb.id, found.object_activity.id) == ("urn:passed", "urn:quiz")
    assert (found.actor.object_type, found.actor.account.name) == ("Agent", "ada")
    assert found.context.context_activities.parent[0].id == "urn:golf"
    assert len(api.get_course_statements("golf", learner_id="ada").statements) == 1
    assert api.get_course_statements("golf", learner_id="bob").statements == []
    assert api.get_course_statements("golf", until=datetime(2025, 1, 1, tzinfo=UTC)).statements == []
    assert len(api.get_course_version_statements("golf", 2).statements) == 1
    assert api.get_course_version_statements("golf", 1).statements == []
    with pytest.raises(ApiException) as refused:
        api.get_course_version_statements("golf", 3)
    assert refused.value.status == 404


def test_a_preview_is_launched(cloud: Cloud, signed_in: tuple[CourseApi, Application]) -> None:
    api, application = signed_in
    cloud.run(shelf(cloud, application, "golf"))
    asked = PreviewLaunchLinkRequestSchema(
        expiry=5,
        redirect_on_exit_url="https://example.org/home",
        culture="de-DE",
        start_sco="sco",
        css_url="https://example.org/a.css",
    )
    link = urlsplit(api.build_course_preview_launch_link("golf", asked).launch_link)
    assert link.netloc == f"127.0.0.1:{cloud.port}"
    launch = cloud.run(launched(cloud.database, link.path.split("/")[2]))
    assert (launch.redirect_url, launch.language) == ("https://example.org/home", "de-DE")
    assert launch.css_url == "https://example.org/a.css"
    assert launch.start_item_id is not None
    assert launch.user_id is None
    former = api.build_course_preview_launch_link_with_version("golf", 1, PreviewLaunchLinkRequestSchema())
    other = cloud.run(launched(cloud.database, urlsplit(former.launch_link).path.split("/")[2]))
    assert other.version_id != launch.version_id


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"redirectOnExitUrl": "closer"}, {"is_closed_at_end": True, "redirect_url": None}),
        ({"redirectOnExitUrl": "message"}, {"is_closed_at_end": False, "redirect_url": None}),
        ({"redirectOnExitUrl": "https://a.example/"}, {"redirect_url": "https://a.example/"}),
        ({"tracking": False}, {"is_tracked": False}),
        ({"tracking": True, "learnerTags": [], "launchAuth": None}, {"is_tracked": True}),
        ({"culture": "fr"}, {"language": "fr"}),
    ],
)
def test_what_a_preview_is_asked_for_holds(cloud: Cloud, sent: dict[str, Any], told: dict[str, Any]) -> None:
    application = cloud.application()
    cloud.run(shelf(cloud, application, "golf"))
    for path in ("golf/preview", "golf/versions/1/preview"):
        answer = asked_for_preview(cloud, application, path, sent)
        assert answer.status_code == 200, answer.text
        launch = cloud.run(launched(cloud.database, answer.json()["launchLink"].split("/")[-2]))
        assert {name: getattr(launch, name) for name in told} == told


@pytest.mark.parametrize(
    ("sent", "status", "why"),
    [
        ({"launchAuth": {"type": "vault"}}, 501, "'launchAuth' is not served: previews run without it."),
        ({"additionalvalues": [{"item": "a", "value": "b"}]}, 501, "'additionalvalues' is not served"),
        ({"learnerId": "ada"}, 501, "'learnerId' is not served"),
        ({"expiry": 0}, 400, "A link opens for 1 to"),
        ({"expiry": "soon"}, 400, "expiry"),
        ({"tracking": "no"}, 400, "tracking"),
        ({"redirectOnExitUrl": "javascript:alert(1)"}, 400, "Give an address that begins with http."),
        ({"cssUrl": "a.css"}, 400, "Give an address that begins with http."),
        ({"culture": "klingon!"}, 400, ""),
        ({"startSco": "none"}, 404, "There is no such activity in the version."),
    ],
)
def test_what_a_preview_cannot_do_is_told(cloud: Cloud, sent: dict[str, Any], status: int, why: str) -> None:
    application = cloud.application()
    cloud.run(shelf(cloud, application, "golf"))
    answer = asked_for_preview(cloud, application, "golf/preview", sent)
    assert answer.status_code == status, answer.text
    assert why in answer.json()["message"]


def asked_for_preview(
    cloud: Cloud, application: Application, path: str, sent: dict[str, Any]
) -> httpx.Response:
    url = f"http://127.0.0.1:{cloud.port}/scormcloud/api/v2/courses/{path}"
    return httpx.post(url, json=sent, auth=(application.id, SECRET))


def test_lists_are_filtered_ordered_and_paged(cloud: Cloud) -> None:
    application = cloud.application()
    api = CourseApi(cloud.client(application))
    made = cloud.run(cloud.world.courses(105, application_id=application.id, title="Many"))
    cloud.run(shelf(cloud, application, "golf", title="Golf 100 %", tags=["sport", "new"]))
    page = api.get_courses(order_by="created_desc")
    assert (len(page.courses), page.courses[0].id) == (100, "golf")
    rest = api.get_courses(more=page.more)
    assert (len(rest.courses), rest.more) == (6, None)
    counted, _, headers = api.get_courses_with_http_info(order_by="created_desc", include_total_count=True)
    assert (headers["X-Total-Count"], counted.courses) == ("106", page.courses)
    for asked in ({}, {"more": counted.more}):
        assert "X-Total-Count" not in api.get_courses_with_http_info(**asked)[2]
    assert {each.id for each in page.courses + rest.courses} == {"golf", *(each.id for each in made)}
    for asked, count in (
        ({"filter": "golf 100 %"}, 1),
        ({"filter": "golf", "filter_by": "course_title"}, 1),
        ({"filter": "100 %", "filter_by": "course_id"}, 0),
        ({"filter": "GOLF", "filter_by": "course_id"}, 1),
        ({"filter": made[0].id}, 1),
        ({"filter": made[0].id, "filter_by": "course_id"}, 1),
        ({"filter": made[0].id, "filter_by": "course_title"}, 0),
        ({"filter": "%"}, 1),
        ({"tags": ["sport"]}, 1),
        ({"tags": ["sport", "old"]}, 1),
        ({"tags": ["old"]}, 0),
        ({"since": datetime(2099, 1, 1, tzinfo=UTC)}, 0),
        ({"until": datetime(1999, 1, 1, tzinfo=UTC), "datetime_filter": "created"}, 0),
    ):
        assert len(api.get_courses(**asked).courses) == count, asked


@pytest.mark.parametrize(
    "asked",
    [
        {"order_by": "size"},
        {"filter_by": "size"},
        {"datetime_filter": "deleted"},
        {"more": "x"},
        {"more": "YQ==", "filter": "a"},
    ],
)
def test_what_cannot_be_asked_is_400(cloud: Cloud, asked: dict[str, Any]) -> None:
    with pytest.raises(ApiException) as refused:
        CourseApi(cloud.client(cloud.application())).get_courses(**asked)
    assert refused.value.status == 400
    assert b'"message"' in refused.value.body.encode()


def test_who_signs_in_wrongly_is_refused(cloud: Cloud) -> None:
    for client in (cloud.client(), cloud.client(token="none")):
        with pytest.raises(ApiException) as refused:
            CourseApi(client).get_courses()
        assert refused.value.status == 401
    application = cloud.application()
    writes = AuthenticationApi(cloud.client(application)).get_app_token("write:course").access_token
    with pytest.raises(ApiException) as refused:
        CourseApi(cloud.client(token=writes)).get_courses()
    assert refused.value.status == 403
    with pytest.raises(ApiException) as refused:
        AuthenticationApi(cloud.client(application)).get_app_token("everything")
    assert refused.value.status == 400


def test_what_others_keep_is_not_found(cloud: Cloud) -> None:
    cloud.run(shelf(cloud, cloud.application(), "theirs"))
    api = CourseApi(cloud.client(cloud.application()))
    for ask in (api.get_course, api.get_course_tags, api.get_course_versions, api.get_course_statements):
        with pytest.raises(ApiException) as refused:
            ask("theirs")
        assert (refused.value.status, refused.value.body) == (404, '{"message":"Not found."}')
    with pytest.raises(ApiException) as refused:
        api.build_course_preview_launch_link("theirs", PreviewLaunchLinkRequestSchema())
    assert refused.value.status == 404
