"""`attributes.tsv`: every attribute, relationship and filter agrees with documents and description."""

import re

from tests.rest.xikolo.attribute_table import Name, described, operations, read, table, type_of, written

DOCUMENTED = 322
"""Number of names in the Xikolo document; `icon` of items occurs twice."""


def test_the_description_tells_every_name_with_its_kind_and_mark() -> None:
    assert {name: (line.kind, line.mark) for name, line in table().items()} == described()


def test_every_name_is_read_where_the_table_says() -> None:
    assert {name: line.read for name, line in table().items()} == read()


def test_every_name_that_is_written_leads_where_the_table_says() -> None:
    lines = table()
    assert {name: line.written for name, line in lines.items() if line.written} == written()
    for name, line in lines.items():
        inside = [each.written for key, each in lines.items() if key.name.startswith(f"{name.name}.")]
        assert line.mark != "writable" or line.written or any(inside), name


def test_every_name_of_the_source_is_there() -> None:
    sources = [line.source for line in table().values()]
    assert sources.count("Xikolo") == DOCUMENTED
    assert set(sources) == {"Xikolo", "clients"}


def test_each_route_that_reads_takes_all_that_can_be_included() -> None:
    for operation in operations():
        if operation.method == "GET":
            wanted = {
                name.name
                for name, line in table().items()
                if name.type == type_of(operation) and line.mark == "includable"
            }
            assert set(operation.includable) == wanted, operation.name


def test_links_to_lists_lead_to_filters_that_there_are() -> None:
    lines = table()
    for line in lines.values():
        for type_, name in re.findall(r"([a-z-]+)\?filter\[(\w+)\]", line.read):
            assert Name(type_, "filter", name) in lines
