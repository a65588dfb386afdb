"""Packages of cmi5 and Tin Can."""

import pytest

from models.packages.packaged_activity import ActivityKind, LearningStandard, MoveOn
from tests.ingest.package_files import Files, Read
from tests.ingest.test_scorm import activities

COURSE = """<?xml version="1.0" encoding="utf-8"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
  <course id="https://example.org/c"><title><langstring lang="en">Bees</langstring>
    <langstring lang="de">Bienen</langstring></title>
    <description><langstring lang="en">About bees</langstring></description></course>
  <objectives><objective id="https://example.org/o"><title><langstring>Know</langstring></title></objective>
  </objectives>
  <block id="https://example.org/b"><title><langstring>Block</langstring></title>
    <au id="https://example.org/1" moveOn="CompletedAndPassed" masteryScore="0.8" launchMethod="OwnWindow"
      activityType="http://adlnet.gov/expapi/activities/lesson">
      <title><langstring lang="en">One</langstring></title><objectives><objective idref="https://example.org/o"/>
      </objectives><url>a.html?x=1</url><launchParameters>p</launchParameters>
      <entitlementKey>key</entitlementKey></au></block>
  <au id="https://example.org/2" moveOn="Whatever" masteryScore="80"><url>https://elsewhere.example/au</url></au>
  <au id="https://example.org/2"><url>a.html</url></au>
</courseStructure>"""

TINCAN = """<tincan xmlns="http://projecttincan.com/tincan.xsd"><activities>
  <activity id="https://example.org/c" type="http://adlnet.gov/expapi/activities/course">
    <name lang="en">Bees</name><name lang="de">Bienen</name><description lang="en">About</description>
    <launch lang="en">start.html</launch><launch lang="de">anfang.html</launch></activity>
  <activity id="https://example.org/part" type="http://adlnet.gov/expapi/activities/module"/>
</activities></tincan>"""


def test_blocks_units_and_what_moves_on(read: Read) -> None:
    package, report = read({"cmi5.xml": COURSE, "a.html": ""})
    assert package.standard is LearningStandard.CMI5
    assert package.titles == {"en": "Bees", "de": "Bienen"}
    (top,) = package.course.sections
    assert (top.title, [each.title for each in top.sections]) == ("Bees", ["Block"])
    first, second = activities(package)
    assert first.kind is ActivityKind.ASSIGNABLE_UNIT
    assert (first.move_on, first.mastery_score) == (MoveOn.COMPLETED_AND_PASSED, 0.8)
    assert (first.launch_path, first.launch_query, first.launch_data) == ("a.html", "?x=1", "p")
    assert first.parameters == {
        "launchMethod": "OwnWindow",
        "activityType": "http://adlnet.gov/expapi/activities/lesson",
        "entitlementKey": "key",
        "objectives": [{"id": "https://example.org/o", "title": {"und": "Know"}, "description": {}}],
    }
    assert second.launch_path == "https://elsewhere.example/au"
    assert (second.move_on, second.mastery_score) == (MoveOn.NOT_APPLICABLE, None)
    assert len(report.warnings) == 3


WILD: dict[str, tuple[Files, int]] = {
    "cmi5 in a folder and another case": ({"Course/CMI5.XML": COURSE, "Course/A.html": ""}, 2),
    "cmi5 after a mark of byte order": ({"cmi5.xml": b"\xef\xbb\xbf" + COURSE.encode(), "a.html": ""}, 2),
    "cmi5 in UTF-16": ({"cmi5.xml": COURSE.replace("utf-8", "utf-16").encode("utf-16"), "a.html": ""}, 2),
    "cmi5 escaped": ({"cmi5.xml": COURSE.replace("a.html", "x%20y\\a.html"), "x y/a.html": ""}, 2),
    "Tin Can in a folder and another case": (
        {"Golf/TinCan.xml": TINCAN, "Golf/START.html": "", "Golf/anfang.html": ""},
        1,
    ),
    "Tin Can after a mark of byte order": (
        {"tincan.xml": b"\xef\xbb\xbf" + TINCAN.encode(), "start.html": "", "anfang.html": ""},
        1,
    ),
}


@pytest.mark.parametrize("how", WILD)
def test_packages_are_read_as_they_are_met(read: Read, how: str) -> None:
    files, count = WILD[how]
    package, _ = read(files)
    found = activities(package)
    assert len(found) == count
    assert found[0].launch_path in {asset.path for asset in package.course.assets}
    assert package.titles == {"en": "Bees", "de": "Bienen"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Passed", MoveOn.PASSED),
        ("Completed", MoveOn.COMPLETED),
        ("completedandpassed", MoveOn.COMPLETED_AND_PASSED),
        ("CompletedOrPassed", MoveOn.COMPLETED_OR_PASSED),
        ("NotApplicable", MoveOn.NOT_APPLICABLE),
    ],
)
def test_what_moves_on(read: Read, said: str, expected: MoveOn) -> None:
    course = COURSE.replace('moveOn="CompletedAndPassed"', f'moveOn="{said}"')
    package, _ = read({"cmi5.xml": course, "a.html": ""})
    assert activities(package)[0].move_on is expected


def test_blocks_and_units_have_their_titles_in_all_languages(read: Read) -> None:
    both = "<langstring lang='en'>One</langstring><langstring lang='de'>Eins</langstring>"
    course = COURSE.replace('<langstring lang="en">One</langstring>', both)
    package, _ = read({"cmi5.xml": course, "a.html": ""})
    assert activities(package)[0].titles == {"en": "One", "de": "Eins"}


def test_tin_can_starts_its_activities(read: Read) -> None:
    package, report = read({"tincan.xml": TINCAN, "start.html": "", "anfang.html": ""})
    assert package.standard is LearningStandard.TIN_CAN
    assert package.titles == {"en": "Bees", "de": "Bienen"}
    (activity,) = activities(package)
    assert (activity.identifier, activity.launch_path) == ("https://example.org/c", "start.html")
    assert activity.parameters == {"activityType": "http://adlnet.gov/expapi/activities/course"}
    assert [note.why for note in report.warnings] == [
        "is started by several files, one for each language: the first is used"
    ]
