"""Safe reading of untrusted XML: no document type, no entities, no network, bounded."""

import re
from collections.abc import Iterator

from lxml import etree

MAX_BYTES = 10_000_000
MAX_NODES = 100_000
# Far below Python's recursion limit, which code that walks a tree relies on.
MAX_DEPTH = 200

# Text allowed before the root: the declaration, comments, processing instructions, white space.
PROLOGUE = re.compile(r"(?:\s++|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)
LONGEST_DECLARATION = 1000
"""Maximum number of bytes of a declaration."""

ENCODING = re.compile(rb"""\bencoding\s*+=\s*+["']([A-Za-z0-9._-]++)["']""")
# Supersets of ASCII, so that the declaration itself can be read.
LIKE_ASCII = re.compile(r"utf-?8|(us-)?ascii|iso-?8859-\d{1,2}|latin-?1|(windows-|cp)125\d", re.IGNORECASE)
BOM_UTF8 = b"\xef\xbb\xbf"
BOM_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class XmlError(Exception):
    """Raised when a file's XML cannot be read: `file, line n: reason.`"""


def decode_xml(content: bytes, name: str) -> str:
    """Return the text of an XML file without its declaration.

    Raises XmlError if the encoding is unusual, or not the declared one.
    """
    declared = ENCODING.search(_declaration(content.removeprefix(BOM_UTF8)))
    encoding = declared[1].decode() if declared else "utf-8"
    if content.startswith(BOM_UTF16):
        encoding = "utf-16"
    elif not LIKE_ASCII.fullmatch(encoding):
        raise XmlError(f"{name}, line 1: is written in {encoding}, which is not supported.")
    try:
        text = content.removeprefix(BOM_UTF8).decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise XmlError(f"{name}, line 1: is not {encoding} text.") from error
    return re.sub(r"^<\?xml[^>]*\?>", "", text, count=1)


def _declaration(content: bytes) -> bytes:
    """Return the XML declaration at the start of a file; empty if there is none."""
    end = content.find(b"?>", 0, LONGEST_DECLARATION)
    return content[:end] if content.startswith(b"<?xml") and end > 0 else b""


def parse_xml(content: bytes | str, name: str) -> etree._Element:
    """Return the root element of a document, without comments and processing instructions.

    `name` is the file's in messages. Raises XmlError if the text is not well-formed, has a document type, or
    exceeds MAX_BYTES, MAX_NODES or MAX_DEPTH.
    """
    if len(content) > MAX_BYTES:
        raise XmlError(f"{name}, line 1: longer than {MAX_BYTES:,} bytes.")
    text = decode_xml(content, name) if isinstance(content, bytes) else content
    prologue = PROLOGUE.match(text)
    start = prologue.end() if prologue else 0
    if text.startswith("<!", start):
        line = text.count("\n", 0, start) + 1
        raise XmlError(f"{name}, line {line}: has a document type, which could define entities.")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        line = error.position[0] if error.position else 1
        reason = re.sub(r", line \d+, column \d+.*", "", str(error.msg))
        raise XmlError(f"{name}, line {line}: is not well-formed XML ({reason}).") from error
    except UnicodeEncodeError as error:
        raise XmlError(f"{name}, line 1: has half a character pair.") from error
    _measure(root, name)
    return root


def _measure(root: etree._Element, name: str) -> None:
    nodes = depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        nodes += event == "start"
        if nodes > MAX_NODES or depth > MAX_DEPTH:
            raise XmlError(
                f"{name}, line {element.sourceline or 1}: more than {MAX_NODES:,} elements, "
                f"or more than {MAX_DEPTH} inside one another."
            )


def elements(parent: etree._Element) -> Iterator[etree._Element]:
    """Return child elements in order, without other nodes."""
    return (child for child in parent if isinstance(child.tag, str))


def inner_html(element: etree._Element) -> str:
    """Return the content of an element as HTML: an empty `<p/>` is closed there, as in XML."""
    parts = [escaped(element.text)]
    parts += [etree.tostring(child, encoding="unicode", method="html", with_tail=True) for child in element]
    return "".join(parts)


def outer_html(element: etree._Element) -> str:
    """Return the element itself as HTML, without the text after it."""
    return etree.tostring(element, encoding="unicode", method="html", with_tail=False)


def outer_xml(element: etree._Element) -> str:
    """Return the element itself as XML, without the text after it."""
    return etree.tostring(element, encoding="unicode", with_tail=False)


def escaped(text: str | None) -> str:
    """Return plain text as HTML; None as empty text."""
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
