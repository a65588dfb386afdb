"""Packages of several SCOs in a real browser: SCORM 2004 as its rules have it, SCORM 1.2 in a row."""

import re
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ask
from tests.ingest.package_files import Pack, manifest, pack
from tests.runtime.browser import BROWSER_MARKS, Stage, shown, stage
from tests.runtime.test_browser import CMI5

__all__ = ["pack", "stage"]

pytestmark = BROWSER_MARKS

PAGE = """<!doctype html><script>
const name = new URL(location.href).searchParams.get("sco");
const player = parent.document;
const { dataset } = player.body;
const trace = (...words) => (dataset.trace = [dataset.trace ?? "", ...words].join(" "));
const buttons = () => [...player.querySelectorAll("button")];
const button = (label) => buttons().find((each) => each.textContent.includes(label));
const may = (label) => !button(label).disabled && !button(label).hidden;
trace(name);
%s
</script>"""
SCORM_2004 = """
const api = parent.API_1484_11;
api.Initialize("");
const entry = api.GetValue("cmi.entry");
const told = {
  intro: () => {
    trace(may("Next"), may("Previous"), may("Extra"), api.GetValue("adl.nav.request_valid.continue"));
    api.SetValue("cmi.completion_status", "completed");
    api.SetValue("cmi.success_status", "passed");
    setTimeout(() => button("Next").click());
  },
  a: () => {
    trace(may("Previous"));
    api.SetValue("cmi.completion_status", "completed");
    api.SetValue("cmi.success_status", "passed");
    api.SetValue("cmi.score.scaled", "0.5");
    api.SetValue("adl.nav.request", "continue");
    api.Terminate("");
  },
  b: () => {
    trace(entry, api.GetValue("cmi.location"));
    const again = entry === "resume";
    if (again) api.SetValue("cmi.score.scaled", "1");
    if (again) api.SetValue("cmi.success_status", "passed");
    api.SetValue("cmi.completion_status", again ? "completed" : "incomplete");
    api.SetValue("cmi.location", "page 2");
    api.SetValue("cmi.exit", again ? "normal" : "suspend");
    api.SetValue("adl.nav.request", again ? "continue" : "suspendAll");
    api.Terminate("");
  },
};
told[name]();
"""
ITEM = '<item identifier="{0}" identifierref="r" parameters="?sco={0}"><title>{1}</title>{2}</item>'
RULE = """<imsss:sequencing><imsss:controlMode flow="true"/>{0}<imsss:deliveryControls
  completionSetByContent="true" objectiveSetByContent="true"/></imsss:sequencing>"""
SKIPPED = """<imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions>
  <imsss:ruleCondition condition="always"/></imsss:ruleConditions><imsss:ruleAction action="skip"/>
  </imsss:preConditionRule></imsss:sequencingRules>"""
DONE = """<imsss:sequencingRules><imsss:postConditionRule><imsss:ruleConditions>
  <imsss:ruleCondition condition="satisfied"/></imsss:ruleConditions><imsss:ruleAction action="exitAll"/>
  </imsss:postConditionRule></imsss:sequencingRules>"""
WEIGHTLESS = '<imsss:rollupRules rollupObjectiveSatisfied="false" objectiveMeasureWeight="0"/>'
COURSE = manifest(
    "Bees",
    ITEM.format("intro", "Introduction", RULE.format(WEIGHTLESS)),
    ITEM.format("extra", "Extra", RULE.format(SKIPPED + WEIGHTLESS)),
    '<item identifier="lessons"><title>Lessons</title>',
    ITEM.format("a", "Anatomy", RULE.format("")),
    ITEM.format("b", "Behaviour", RULE.format(DONE)),
    '<imsss:sequencing><imsss:controlMode choice="false" flow="true"/></imsss:sequencing></item>',
    more='<imsss:sequencing><imsss:controlMode choice="false" flow="true"/></imsss:sequencing>',
    version="2004 4th Edition",
)
REGISTRATION = """
query($id: ID!) {
  registration(id: $id) {
    completion success score
    activities { completion success score activity { identifier } }
    statements { nodes { verb } }
  }
}
"""


async def looked_at(
    stage: Stage, tmp_path: Path, course: tuple[str, Any], times: int
) -> list[tuple[str, dict[str, Any]]]:
    """What the pages of each launch traced, and the registration then, with the `page` as it was left."""
    found = []
    for _ in range(times):
        url, registration_id = await stage.do(stage.launched(*course))
        page = await shown(url, tmp_path / "profile")
        trace = re.search(r'data-trace="\s*([^"]*)"', page)
        asked = Ask(stage.database).data(REGISTRATION, course[1], id=registration_id)
        told = (await stage.do(asked))["registration"]
        assert trace is not None, page
        found.append((trace[1].strip(), {**told, "page": page}))
    return found


async def test_scorm_2004_goes_where_its_rules_lead(stage: Stage, tmp_path: Path, pack: Pack) -> None:
    package = pack({"imsmanifest.xml": COURSE, "a.html": PAGE % SCORM_2004})
    course = await stage.do(stage.imported(package))
    first, second = await looked_at(stage, tmp_path, course, 2)
    trace, told = first
    # Next, and neither back nor a choice; what is to be skipped is; back within the cluster's own flow.
    assert trace == "intro true false false true a true b ab-initio"
    assert "You can close this page now." in told["page"]
    assert (told["completion"], told["success"]) == ("INCOMPLETE", "UNKNOWN")
    states = {each["activity"]["identifier"]: each["completion"] for each in told["activities"]}
    assert states == {"intro": "COMPLETED", "a": "COMPLETED", "b": "INCOMPLETE"}
    trace, told = second
    assert trace == "b resume page 2"
    assert "You can close this page now." in told["page"]
    # Its rules weigh the introduction nothing, and leave the extra out.
    assert (told["completion"], told["success"]) == ("INCOMPLETE", "PASSED")
    assert told["score"] == pytest.approx(0.75)
    verbs = [each["verb"].rpartition("/")[2] for each in told["statements"]["nodes"]]
    assert (verbs.count("completed"), verbs.count("passed")) == (3, 3)


SCORM_1_2 = """
const api = parent.API;
api.LMSInitialize("");
if (name === "second") api.LMSSetValue("cmi.core.score.raw", "80");
if (name === "second") api.LMSSetValue("cmi.core.lesson_status", "passed");
onunload = () => api.LMSFinish("");
trace(may("Previous"), may("Next"));
if (name === "first") setTimeout(() => button("Last").click());
if (name === "third") setTimeout(() => button("Previous").click());
if (name === "second") setTimeout(() => button("Exit").click());
"""


async def test_scorm_1_2_is_free(stage: Stage, tmp_path: Path, pack: Pack) -> None:
    items = (("first", "First"), ("second", "Second"), ("third", "Last"))
    tree = [ITEM.format(*each, "") for each in items]
    package = pack({"imsmanifest.xml": manifest("Bees", *tree), "a.html": PAGE % SCORM_1_2})
    course = await stage.do(stage.imported(package))
    stage.delay = 0.3
    ((trace, told),) = await looked_at(stage, tmp_path, course, 1)
    stage.delay = 0.0
    # What an activity told last is there before the next one begins.
    kinds = [path.split("/")[3] for path in stage.answered if path.count("/") > 3]
    assert [kind for kind, _ in groupby(kinds)][-6:] == ["content", "activities"] * 3
    assert trace == "first false true third true false second true true"
    assert (told["completion"], told["success"], told["score"]) == ("COMPLETED", "PASSED", 0.8)
    states = {each["activity"]["identifier"]: each["success"] for each in told["activities"]}
    assert states == {"first": "UNKNOWN", "second": "PASSED", "third": "UNKNOWN"}


GATED = """
const api = parent.API;
api.LMSInitialize("");
onunload = () => api.LMSFinish("");
const isShut = (label) => button(label).disabled;
trace(isShut("Second"), isShut("Last"));
if (name === "first") setTimeout(() => button("Next").click());
if (name === "second") api.LMSSetValue("cmi.core.lesson_status", dataset.tried ? "passed" : "failed");
if (name === "second") setTimeout(() => button(dataset.tried ? "Next" : "Last").click());
if (name === "second" && !dataset.tried) setTimeout(() => button("Next").click());
if (name === "second") dataset.tried = true;
"""
SCRIPT = "<adlcp:prerequisites>{0}</adlcp:prerequisites>"


async def test_scorm_1_2_waits_for_what_has_to_be_done_before(
    stage: Stage, tmp_path: Path, pack: Pack
) -> None:
    tree = [
        ITEM.format("first", "First", ""),
        ITEM.format("second", "Second", SCRIPT.format("first")),
        ITEM.format("third", "Last", SCRIPT.format("second=passed")),
    ]
    package = pack({"imsmanifest.xml": manifest("Bees", *tree), "a.html": PAGE % GATED})
    course = await stage.do(stage.imported(package))
    ((trace, told),) = await looked_at(stage, tmp_path, course, 1)
    # The last one is shut, so that "Next" leads to the second again, which is passed then.
    assert trace == "first true true second false true second false true third false false"
    states = {each["activity"]["identifier"]: each["success"] for each in told["activities"]}
    assert states == {"first": "UNKNOWN", "second": "PASSED", "third": "UNKNOWN"}


UNITS = """<?xml version="1.0"?><courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
<course id="https://example.org/bees"><title><langstring lang="en">Bees</langstring></title>
<description><langstring lang="en">Bees</langstring></description></course>%s</courseStructure>"""
UNIT = """<au id="https://example.org/{0}" moveOn="Passed"><title><langstring lang="en">{0}</langstring>
</title><description><langstring lang="en">{0}</langstring></description><url>a.html?sco={0}</url></au>"""


async def test_the_page_hears_of_what_a_unit_told_the_server(
    stage: Stage, tmp_path: Path, pack: Pack
) -> None:
    structure = UNITS % "".join(UNIT.format(name) for name in ("first", "second"))
    package = pack(
        {
            "cmi5.xml": structure,
            "a.html": f"<script>parent.document.body.dataset.trace = ' a';</script>{CMI5}",
        }
    )
    course = await stage.do(stage.imported(package))
    ((_, told),) = await looked_at(stage, tmp_path, course, 1)
    signs = re.findall(r'title="([^"]*)">.</span>(\w+)</button>', told["page"])
    assert signs == [("passed", "first"), ("not started", "second")]


MEASURED = """
const api = parent.API_1484_11;
api.Initialize("");
trace(api.GetValue("cmi.completion_threshold"));
api.SetValue("cmi.progress_measure", "0.9");
api.SetValue("cmi.exit", "suspend");
api.SetValue("adl.nav.request", "suspendAll");
api.Terminate("");
"""
THRESHOLD = (
    '<adlcp:completionThreshold completedByMeasure="{0}" minProgressMeasure="{1}" progressWeight="{2}"/>'
)


@pytest.mark.parametrize(("least", "completion"), [("0.6", "COMPLETED"), ("0.7", "INCOMPLETE")])
async def test_a_course_may_be_completed_by_measure(
    stage: Stage, tmp_path: Path, pack: Pack, least: str, completion: str
) -> None:
    course = manifest(
        "Bees",
        ITEM.format("a", "Anatomy", THRESHOLD.format("true", "0.8", "0.75") + RULE.format("")),
        ITEM.format("b", "Behaviour", THRESHOLD.format("false", "0.8", "0.25")),
        more=THRESHOLD.format("true", least, "1")
        + '<imsss:sequencing><imsss:controlMode flow="true"/></imsss:sequencing>',
        version="2004 4th Edition",
    )
    package = pack({"imsmanifest.xml": course, "a.html": PAGE % MEASURED})
    imported = await stage.do(stage.imported(package))
    ((trace, told),) = await looked_at(stage, tmp_path, imported, 1)
    assert trace == "a 0.8"
    # Three quarters of the course's measure are those of one activity, of which nine tenths are done.
    assert told["completion"] == completion
    states = {each["activity"]["identifier"]: each["completion"] for each in told["activities"]}
    assert states == {"a": "COMPLETED"}
