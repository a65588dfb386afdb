"""XML of strangers: what is read, what is refused, and that the refusal names file and line."""

import pytest

from ingest.xml import MAX_BYTES, XmlError, inner_html, parse_xml


def test_reads_elements_without_comments() -> None:
    root = parse_xml(b'<?xml version="1.0"?>\n<!-- a --><a b="1">x<!-- c --><d/>y<?pi z?></a>', "f.xml")
    assert (root.tag, root.get("b"), inner_html(root)) == ("a", "1", "x<d></d>y")


@pytest.mark.parametrize(
    "content",
    [
        "<a>ü</a>".encode(),
        b"\xef\xbb\xbf" + "<a>ü</a>".encode(),
        "<a>ü</a>".encode("utf-16"),
        b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xfc</a>",
        b"<a>&#252;</a>",
    ],
)
def test_reads_usual_encodings(content: bytes) -> None:
    assert parse_xml(content, "f.xml").text == "ü"


LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>\n<a>&c;</a>'
OUTSIDE = b'<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (LAUGHS, "f.xml, line 1: has a document type"),
        (LAUGHS.decode().encode("utf-16"), "f.xml, line 1: has a document type"),
        (OUTSIDE, "f.xml, line 3: has a document type"),
        (b"<a>\n<b></a>", "f.xml, line 2: is not well-formed XML"),
        (b"", "f.xml, line 1: is not well-formed XML"),
        (b"<a>&nbsp;</a>", "Entity 'nbsp' not defined"),
        (b"<a>\xff</a>", "f.xml, line 1: is not utf-8 text"),
        (b'<?xml version="1.0" encoding="UTF-7"?><a/>', "is written in UTF-7"),
        (b"<r>" + b"<a/>" * 100_001 + b"</r>", "more than 100,000 elements"),
        (b"<a>" * 201 + b"</a>" * 201, "more than 200 inside one another"),
        (b"<a>" + b" " * MAX_BYTES + b"</a>", "longer than 10,000,000 bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refuses(content: bytes, message: str) -> None:
    with pytest.raises(XmlError) as raised:
        parse_xml(content, "f.xml")
    assert message in str(raised.value)


def test_a_document_type_in_a_text_is_a_text() -> None:
    assert parse_xml(b"<a><![CDATA[<!DOCTYPE html>]]></a>", "f.xml").text == "<!DOCTYPE html>"
