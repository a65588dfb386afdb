"""SCORM packages, right ones and such as are met in the wild."""

import pytest

from ingest.outline import PackagedActivityOutline
from ingest.package import PackageError, PackageOutline
from models.packages.packaged_activity import ActivityKind, LearningStandard
from tests.ingest.conftest import all_items, whys
from tests.ingest.package_files import Files, Read, manifest


def activities(package: PackageOutline) -> list[PackagedActivityOutline]:
    contents = [item.content for item in all_items(package.course.sections)]
    return [content for content in contents if isinstance(content, PackagedActivityOutline)]


@pytest.mark.parametrize(
    ("version", "standard"),
    [
        ("1.2", LearningStandard.SCORM_1_2),
        ("CAM 1.3", LearningStandard.SCORM_2004_2ND_EDITION),
        ("2004 3rd Edition", LearningStandard.SCORM_2004_3RD_EDITION),
        ("2004 4th Edition", LearningStandard.SCORM_2004_4TH_EDITION),
        ("", LearningStandard.SCORM_2004_3RD_EDITION),
    ],
)
def test_the_edition_is_told_by_the_schema(read: Read, version: str, standard: LearningStandard) -> None:
    package, report = read({"imsmanifest.xml": manifest("Bees", version=version), "a.html": ""})
    assert package.standard is standard
    assert [each.standard for each in activities(package)] == [standard]
    assert report.warnings == ()


def test_clusters_are_sections_and_leaves_items(read: Read) -> None:
    leaf = '<item identifier="{0}" identifierref="r"><title>{0}</title></item>'
    tree = f'<item identifier="A"><title>A</title>{leaf.format("a")}'
    tree += f'<item identifier="B"><title>B</title>{leaf.format("b")}</item>{leaf.format("c")}</item>'
    package, _ = read({"imsmanifest.xml": manifest("Bees", tree), "a.html": ""})
    (top,) = package.course.sections
    assert (top.title, [each.title for each in top.items]) == ("A", ["a", "c"])
    assert [(each.title, each.position) for each in top.sections] == [("B", 2)]
    assert [each.position for each in top.items] == [1, 3]


def test_what_an_item_says_is_kept(read: Read) -> None:
    item = """<item identifier="i" identifierref="r" parameters="?x=1" isvisible="false"><title>Start</title>
      <adlcp:masteryscore>80</adlcp:masteryscore><adlcp:maxtimeallowed>01:30:00</adlcp:maxtimeallowed>
      <adlcp:timelimitaction>exit,message</adlcp:timelimitaction>
      <adlcp:datafromlms>a
b</adlcp:datafromlms><adlcp:prerequisites type="aicc_script">~i</adlcp:prerequisites></item>"""
    package, _ = read({"imsmanifest.xml": manifest("Bees", item), "a.html": ""})
    (activity,) = activities(package)
    assert activity.launch_query == "?x=1"
    assert (activity.mastery_score, activity.time_limit) == (0.8, 5400.0)
    assert activity.launch_data == "a\nb"
    assert activity.parameters == {
        "prerequisites": "~i",
        "timeLimitAction": "exit,message",
        "isVisible": False,
    }


def test_sequencing_is_kept_with_the_rules_that_it_refers_to(read: Read) -> None:
    item = """<item identifier="i" identifierref="r"><title>Start</title>
      <imsss:sequencing IDRef="shared"><imsss:controlMode flow="true"/><imsss:objectives>
      <imsss:primaryObjective objectiveID="p" satisfiedByMeasure="true">
      <imsss:minNormalizedMeasure>0.7</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives>
      </imsss:sequencing></item>"""
    shared = '<imsss:sequencing ID="shared"><imsss:limitConditions attemptLimit="2"/></imsss:sequencing>'
    whole = manifest("Bees", item, version="2004 4th Edition")
    whole = whole.replace(
        "</manifest>", f"<imsss:sequencingCollection>{shared}</imsss:sequencingCollection></manifest>"
    )
    package, _ = read({"imsmanifest.xml": whole, "a.html": ""})
    rules = package.sequencing["i"]
    assert rules["controlMode"] == [{"flow": True}]
    assert rules["limitConditions"] == [{"attemptLimit": 2}]
    (activity,) = activities(package)
    assert activity.mastery_score == 0.7
    assert activity.parameters["sequencing"] == rules


def test_metadata_are_read_in_all_their_languages(read: Read) -> None:
    lom = """<lom><general><title><langstring xml:lang="en">Bees</langstring>
      <langstring xml:lang="de">Bienen</langstring></title>
      <description><langstring xml:lang="en">About bees</langstring></description>
      <keyword><langstring xml:lang="en">honey</langstring></keyword></general>
      <technical><duration><datetime>PT1H</datetime></duration></technical></lom>"""
    whole = manifest("Bees").replace("</schemaversion>", f"</schemaversion>{lom}")
    package, _ = read({"imsmanifest.xml": whole, "a.html": ""})
    assert package.titles == {"en": "Bees", "de": "Bienen", "und": "Bees"}
    assert package.descriptions == {"en": "About bees"}
    assert (package.keywords, package.duration) == (("honey",), "PT1H")
    assert package.languages == ("en", "de")
    assert package.course.language == "en"


WILD: dict[str, Files] = {
    "in a folder": {"course/imsmanifest.xml": manifest("B"), "course/a.html": ""},
    "in another case": {"IMSManifest.XML": manifest("B"), "A.HTML": ""},
    "after a mark of byte order": {"imsmanifest.xml": b"\xef\xbb\xbf" + manifest("B").encode(), "a.html": ""},
    "escaped": {"imsmanifest.xml": manifest("B").replace("a.html", "a%20b/x%21.html"), "a b/x!.html": ""},
    "with backslashes": {
        "imsmanifest.xml": manifest("B").replace("a.html", "sub\\a.html"),
        "sub\\a.html": "",
    },
    "below bases": {
        "imsmanifest.xml": manifest("B").replace('href="a.html"', 'xml:base="x/" href="a.html"'),
        "x/a.html": "",
    },
    "with litter": {"imsmanifest.xml": manifest("B"), "a.html": "", "__MACOSX/a.html": "", ".DS_Store": ""},
}


@pytest.mark.parametrize("how", WILD)
def test_packages_are_read_as_they_are_met(read: Read, how: str) -> None:
    package, report = read(WILD[how])
    (activity,) = activities(package)
    assert activity.launch_path in {asset.path for asset in package.course.assets}
    assert len(package.course.assets) == 2
    assert report.warnings == ()


def test_an_encoding_that_is_not_told_is_guessed(read: Read) -> None:
    whole = manifest("Bienenzüchter").encode("latin-1")
    package, report = read({"imsmanifest.xml": whole, "a.html": ""})
    assert package.course.title == "Bienenzüchter"
    assert whys(report.warnings) == ["is not in the encoding that it names; read as Windows-1252"]


ITEM = '<item identifier="{0}" identifierref="{1}"><title>{0}</title></item>'
FAULTS = {
    "is what 'i' starts, but is not a file": manifest("B").replace("a.html", "gone.html"),
    "is the identifier of several items": manifest("B", ITEM.format("i", "r"), ITEM.format("i", "r")),
    "is omitted: its resource 'none' is not": manifest("B", ITEM.format("i", "r"), ITEM.format("j", "none")),
    "has no launch and no items": manifest("B", ITEM.format("i", "r"), '<item identifier="e"/>'),
    "does not declare whether it is a SCO": manifest("B").replace('adlcp:scormtype="sco"', ""),
    "names no item in an organization": manifest("B", "<x/>"),
    "has no title": manifest("B", '<item identifier="i" identifierref="r"/>'),
    "has a launch and contains items": manifest(
        "B", '<item identifier="p" identifierref="r"><title>P</title>' + ITEM.format("i", "r") + "</item>"
    ),
    "contains manifests within its manifest": manifest("B").replace(
        "</manifest>", '<manifest identifier="inner"/></manifest>'
    ),
}


@pytest.mark.parametrize("organizations", ["", "<organizations/>"])
def test_without_an_organization_each_sco_is_an_item(read: Read, organizations: str) -> None:
    whole = manifest("B", resources='<resource identifier="s" adlcp:scormtype="sco" href="b.html"/>')
    before, _, rest = whole.partition("<organizations")
    _, _, after = rest.partition("</organizations>")
    package, report = read({"imsmanifest.xml": f"{before}{organizations}{after}", "a.html": "", "b.html": ""})
    assert [each.launch_path for each in activities(package)] == ["a.html", "b.html"]
    assert [item.title for item in all_items(package.course.sections)] == ["a", "b"]
    assert whys(report.warnings) == ["names no item in an organization: every resource that starts is one"]


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_told_and_the_rest_is_read(read: Read, fault: str) -> None:
    package, report = read({"imsmanifest.xml": FAULTS[fault], "a.html": ""})
    assert len(activities(package)) >= 1
    assert any(fault in f"{note.why}" for note in report.warnings), report.warnings


def test_what_starts_nothing_is_refused(read: Read) -> None:
    with pytest.raises(PackageError, match="names nothing that can be started"):
        read({"imsmanifest.xml": manifest("B").replace('href="a.html"', "")})


def test_assets_are_shown_only(read: Read) -> None:
    package, _ = read({"imsmanifest.xml": manifest("B").replace('"sco"', '"asset"'), "a.html": ""})
    assert [each.kind for each in activities(package)] == [ActivityKind.ASSET]


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        ("<adlcp:completionThreshold>0.75</adlcp:completionThreshold>", "0.75"),
        ('<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.5"/>', "0.5"),
        ('<adlcp:completionThreshold completedByMeasure="true"/>', "1.0"),
        ('<adlcp:completionThreshold minProgressMeasure="0.5"/>', None),
    ],
)
def test_thresholds_are_those_of_each_edition(read: Read, threshold: str, expected: str | None) -> None:
    item = f'<item identifier="i" identifierref="r"><title>i</title>{threshold}</item>'
    whole = manifest("Bees", item, version="2004 4th Edition")
    package, _ = read({"imsmanifest.xml": whole, "a.html": ""})
    (activity,) = activities(package)
    assert activity.parameters.get("completionThreshold") == expected
    assert package.sequencing == {}  # a threshold alone leaves a learner as free as before


def test_thresholds_are_part_of_the_rules(read: Read) -> None:
    measured = (
        '<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.5" progressWeight="0.2"/>'
    )
    rule = '<imsss:sequencing><imsss:controlMode flow="true"/></imsss:sequencing>'
    leaf = f'<item identifier="i" identifierref="r"><title>i</title>{rule}</item>'
    tree = f'<item identifier="c"><title>c</title>{leaf}{measured}</item>'
    whole = manifest("Bees", tree, more=measured, version="2004 4th Edition")
    package, _ = read({"imsmanifest.xml": whole, "a.html": ""})
    threshold = [{"completedByMeasure": True, "minProgressMeasure": 0.5, "progressWeight": 0.2}]
    assert package.sequencing == {
        "i": {"controlMode": [{"flow": True}]},
        "c": {"completionThreshold": threshold},
    }
