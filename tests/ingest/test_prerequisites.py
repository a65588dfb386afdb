"""Prerequisites of SCORM 1.2 and AICC as packages have them: those of clusters hold for what lies in them."""

from ingest.package import PackageOutline
from tests.ingest.conftest import whys
from tests.ingest.package_files import Files, Read, manifest
from tests.ingest.test_aicc import FILES
from tests.ingest.test_scorm import activities

NEEDS = "<adlcp:prerequisites type='aicc_script'>{0}</adlcp:prerequisites>"


def item(name: str, script: str = "", *inner: str) -> str:
    needs = NEEDS.format(script) if script else ""
    reference = "" if inner else ' identifierref="r"'
    return f'<item identifier="{name}"{reference}><title>{name}</title>{"".join(inner)}{needs}</item>'


def scripts(package: PackageOutline) -> dict[str, str | None]:
    return {each.identifier: each.parameters.get("prerequisites") for each in activities(package)}


def test_what_a_cluster_needs_is_needed_by_all_in_it(read: Read) -> None:
    inner = item("E", "B=completed", item("c1"), item("c2", "c1"))
    tree = (item("A"), item("B", "A|E"), item("D", "A", inner))
    package, report = read({"imsmanifest.xml": manifest("Bees", *tree), "a.html": ""})
    assert report.warnings == ()
    assert scripts(package) == {
        "A": None,
        "B": "A|E",
        "c1": "(A)&(B=completed)",
        "c2": "(A)&(B=completed)&(c1)",
    }


def test_what_cannot_be_read_blocks_nothing(read: Read) -> None:
    tree = (item("A", "(A"), item("B", "gone"), item("C", "A", item("d", "A &amp;")))
    package, report = read({"imsmanifest.xml": manifest("Bees", *tree), "a.html": ""})
    assert whys(report.warnings) == [
        "is the prerequisite of 'a', but blocks nothing: it ends too early",
        "is the prerequisite of 'b', but blocks nothing: there is no 'gone'",
        "is the prerequisite of 'd', but blocks nothing: it ends too early",
    ]
    assert scripts(package)["d"] == "A"


def test_scorm_2004_has_sequencing_in_their_place(read: Read) -> None:
    whole = manifest("Bees", item("A", "gone"), version="2004 3rd Edition")
    _, report = read({"imsmanifest.xml": whole, "a.html": ""})
    assert report.warnings == ()


def test_units_and_blocks_of_aicc_need_others(read: Read) -> None:
    files: Files = {
        **FILES,
        "c.cst": '"block","member","member"\n"root","A2","B1"\n"b1","A1"\n',
        "c.pre": '"structure_element","prerequisite"\n"B1","A2"\n"A1","~A1"\n"A2","J1"\n',
    }
    package, report = read(files)
    assert scripts(package) == {"A1": "(A2)&(~A1)", "A2": "J1"}
    assert whys(report.warnings) == ["is the prerequisite of 'a2', but blocks nothing: there is no 'j1'"]
