"""Elements of manifests by local name in any case: namespaces and spelling differ between tools."""

from collections.abc import Iterator

from lxml import etree

from ingest.outline import UNDETERMINED
from ingest.xml import elements

Element = etree._Element
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
BASE = "{http://www.w3.org/XML/1998/namespace}base"


def local(element: Element) -> str:
    """Return the local name of an element in lower case."""
    return etree.QName(element).localname.lower()


def children(parent: Element | None, name: str) -> Iterator[Element]:
    """Yield child elements by local name in lower case; nothing without a parent."""
    if parent is not None:
        yield from (child for child in elements(parent) if local(child) == name)


def child(parent: Element | None, *path: str) -> Element | None:
    """Return the first element down a path of local names, or null."""
    for name in path:
        parent = next(children(parent, name), None)
    return parent


def descendants(parent: Element | None, name: str) -> Iterator[Element]:
    """Yield elements with a local name at any depth."""
    if parent is not None:
        yield from (each for each in parent.iter() if isinstance(each.tag, str) and local(each) == name)


def attribute(element: Element, name: str) -> str | None:
    """Return the trimmed value of an attribute by local name in lower case; null if missing or empty."""
    for key, value in element.attrib.items():
        if etree.QName(str(key)).localname.lower() == name:
            return str(value).strip() or None
    return None


def text(element: Element | None) -> str | None:
    """Return all text in an element, with single spaces; null if there is none."""
    if element is None:
        return None
    return " ".join("".join(str(part) for part in element.itertext()).split()) or None


def translations(element: Element | None, name: str) -> dict[str, str]:
    """Return texts by language of the child elements `name`, or of the element itself without any."""
    found: dict[str, str] = {}
    for each in list(children(element, name)) or ([element] if element is not None else []):
        if words := text(each):
            found.setdefault(_language(each), words)
    return found


def _language(element: Element) -> str:
    """Return the language tag of an element: its own, or that of an ancestor."""
    named = attribute(element, "lang") or attribute(element, "language") or attribute(element, "xml:lang")
    for above in element.iterancestors():
        named = named or above.get(LANGUAGE)
    tag = (named or "").replace("_", "-").strip()
    return tag if tag and tag.lower() not in ("x-none", "none") else UNDETERMINED
