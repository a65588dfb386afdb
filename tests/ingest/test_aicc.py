"""AICC courses."""

from hashlib import sha256

import pytest

from models.packages.packaged_activity import LearningStandard
from tests.ingest.conftest import whys
from tests.ingest.package_files import Files, Read
from tests.ingest.test_scorm import activities

CRS = """[Course]
Course_ID=C1
Course_Title=Bees
; a comment
[Course_Description]
All about
bees
"""
AU = (
    '"System_ID","Type","File_Name","Max_Time_Allowed","Max_Score","Mastery_Score","Core_Vendor","Web_Launch"\r\n'
    '"A1","lesson","a.html","00:10:00","100","80","first\r\nsecond","x=1"\r\n'
    '"A2","lesson","https://elsewhere.example/a","","","",""\r\n'
)
DES = (
    '"System_ID","Developer_ID","Title","Description"\n"A1","D","First","Several\nlines"\n'
    '"B1","D","Block",""\n'
)
CST = '"block","member","member"\n"root","B1","A2"\n"b1","a1"\n'
FILES: Files = {"c.crs": CRS, "c.au": AU, "c.des": DES, "c.cst": CST, "a.html": ""}


def test_blocks_units_and_values_of_several_lines(read: Read) -> None:
    package, report = read(FILES)
    assert package.standard is LearningStandard.AICC
    assert (package.identifier, package.course.title) == ("C1", "Bees")
    assert package.course.description == "All about\nbees"
    (top,) = package.course.sections
    assert [(each.title, each.items[0].title) for each in top.sections] == [("Block", "First")]
    first, second = activities(package)
    assert (first.launch_path, first.launch_query, first.launch_data) == ("a.html", "?x=1", "first\r\nsecond")
    assert (first.mastery_score, first.time_limit) == (0.8, 600.0)
    assert first.descriptions == {"und": "Several\nlines"}
    assert second.launch_path == "https://elsewhere.example/a"
    assert report.warnings == ()


def test_a_password_is_kept_as_its_hash(read: Read) -> None:
    units = '"System_ID","File_Name","AU_Password"\n"A1","a.html","bees"\n"A2","a.html",""\n'
    package, _ = read({**FILES, "c.au": units})
    first, second = activities(package)
    assert first.parameters["passwordHash"] == sha256(b"bees").hexdigest()
    assert "passwordHash" not in second.parameters


WILD: dict[str, Files] = {
    "in a folder": {f"course/{name}": content for name, content in FILES.items()},
    "in another case": {name.upper(): content for name, content in FILES.items()},
    "after marks of byte order": {
        name: b"\xef\xbb\xbf" + content.encode() if isinstance(content, str) and content else content
        for name, content in FILES.items()
    },
    "of Windows": {**FILES, "c.crs": CRS.replace("Bees", "Bees \xfc").encode("cp1252")},
    "with backslashes and escapes": {
        **FILES,
        "c.au": AU.replace('"a.html"', '"x y\\a.html"'),
        "x y/a.html": "",
    },
}


@pytest.mark.parametrize("how", WILD)
def test_courses_are_read_as_they_are_met(read: Read, how: str) -> None:
    package, report = read(WILD[how])
    first, second = activities(package)
    assert package.identifier == "C1"
    assert package.course.title in ("Bees", "Bees \xfc")
    assert first.launch_path in {asset.path for asset in package.course.assets}
    assert (first.launch_data, second.launch_path) == ("first\r\nsecond", "https://elsewhere.example/a")
    assert report.warnings == ()


def test_what_is_missing_is_told(read: Read) -> None:
    package, report = read({"sub/c.au": AU, "sub/a.html": ""})
    assert [each.launch_path for each in activities(package)] == ["sub/a.html", "https://elsewhere.example/a"]
    assert list(dict.fromkeys(whys(report.warnings))) == [
        "is missing among the files of the course",
        "has no course structure (.cst): its units are in one list",
    ]


def test_a_structure_that_turns_in_circles_ends(read: Read) -> None:
    package, report = read(
        {**FILES, "c.cst": '"block","member"\n"root","B1"\n"b1","A1"\n"b1","B1"\n"b1","X"\n'}
    )
    assert len(activities(package)) == 1
    assert "is in several blocks, or in itself: it stays in the first" in whys(report.warnings)
