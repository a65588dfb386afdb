"""AICC courses."""

from models.packaged_activity import LearningStandard
from tests.ingest.conftest import whys
from tests.ingest.packages import Files, Read
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


def test_what_is_missing_is_told(read: Read) -> None:
    package, report = read({"sub/c.au": AU, "sub/a.html": ""})
    assert [each.launch_path for each in activities(package)] == ["sub/a.html", "https://elsewhere.example/a"]
    assert list(dict.fromkeys(whys(report.warnings))) == [
        "is missing among the files of the course",
        "has no course structure (.cst): its units stand in a row",
    ]


def test_a_structure_that_turns_in_circles_ends(read: Read) -> None:
    package, report = read(
        {**FILES, "c.cst": '"block","member"\n"root","B1"\n"b1","A1"\n"b1","B1"\n"b1","X"\n'}
    )
    assert len(activities(package)) == 1
    assert "stands in several blocks, or in itself: its first place is its own" in whys(report.warnings)
