"""The blocks of a course as a tree: pointers followed, policy laid over, settings inherited."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lxml import etree

from ingest.olx import values
from ingest.olx.source import OlxError, OlxSource
from ingest.xml import XmlError, elements, outer_xml

T = TypeVar("T")

# Levels between course and leaves, old names included; each becomes a section.
SECTIONS = {"chapter", "sequential", "vertical", "videosequence", "problemset", "wrapper"}
# Blocks that show each learner some of their children.
CHOOSERS = {"library_content", "itembank", "randomize", "split_test", "conditional"}
# Children of these that are no blocks.
NO_BLOCKS = {
    "wiki",
    "textbook",
    "pdf_textbook",
    "html_textbook",
    "encyclopedia",
    "meta",
    "show",
    "static_tab",
}
# Blocks that Open edX never writes as a tag alone, so that a tag alone points at a file.
FILED = SECTIONS | CHOOSERS | {"html", "problem", "video", "lti", "annotatable"}
# What a block has from its ancestors where it says nothing itself (Open edX: InheritableFieldsMixin).
INHERITED = {
    "due",
    "format",
    "graceperiod",
    "graded",
    "group_access",
    "hide_from_toc",
    "max_attempts",
    "optional_completion",
    "rerandomize",
    "show_correctness",
    "show_reset_button",
    "showanswer",
    "start",
    "visible_to_staff_only",
}
# What outlines have fields for.
TOLD = {
    "display_name",
    "due",
    "format",
    "graded",
    "hide_from_toc",
    "max_attempts",
    "optional_completion",
    "showanswer",
    "start",
    "visible_to_staff_only",
    "weight",
}
# Attributes that say where a block lies and how its editor shows it, not what it is.
BOOKKEEPING = {"url_name", "slug", "filename", "org", "course", "xblock-family", "editor", "markdown"}

# What Open edX calls a block that its author gave no title, where the type's own name would be odd.
TITLES = {
    "done": "Completion",
    "drag-and-drop-v2": "Drag and Drop",
    "edx_sga": "Staff Graded Assignment",
    "html": "Text",
    "itembank": "Problem Bank",
    "library_content": "Randomized Content Block",
    "lti": "LTI",
    "lti_consumer": "LTI",
    "openassessment": "Open Response Assessment",
    "sequential": "Subsection",
    "staffgradedxblock": "Staff Graded Points",
    "vertical": "Unit",
}

# More than any course has; a handful of files that point at one another could otherwise make billions.
MAX_BLOCKS = 50_000
MAX_LEVELS = 40


@dataclass(slots=True)
class Block:
    """A block: `own` holds what it says itself (XML attributes, then policy), as text or JSON.

    `raw` is the text of a file that could not be parsed (`fault` says why), and `element` then the pointer.
    """

    type: str
    id: str
    key: str
    element: etree._Element
    own: dict[str, Any]
    parent: "Block | None"
    source: OlxSource
    raw: str | None = None
    fault: str | None = None
    children: list["Block"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What reports call it: type, id and title."""
        title = values.text(self.own.get("display_name"))
        return f"{self.type}/{self.id}" + (f" ({title})" if title else "")

    @property
    def title(self) -> str:
        """Its own title, else what its id says where that is words, else what its type is called."""
        for given in (
            self.own.get("display_name"),
            self.own.get("block_name"),
            self.element.findtext("title"),
        ):
            if title := values.text(given):
                return title
        words = self.id.replace("_", " ").strip()
        is_made_up = any(letter.isdigit() for letter in words) or not words
        return TITLES.get(self.type, self.type.replace("_", " ").capitalize()) if is_made_up else words

    def ancestors(self) -> Iterator["Block"]:
        """The block itself, its parent and so on up to the course."""
        block: Block | None = self
        while block:
            yield block
            block = block.parent

    def get(self, name: str, read: Callable[[Any], T | None]) -> T | None:
        """A setting, inherited where Open edX inherits it; None, with a warning, where it makes no sense."""
        for block in self.ancestors():
            if name in block.own:
                try:
                    return read(block.own[name])
                except ValueError as error:
                    self.source.account.warn(block.name, f"{name} is left out: {str(error)[:100]}")
                    return None
            if name not in INHERITED:
                break
        return None

    def has(self, name: str) -> bool:
        """Whether the block itself, or one above it, says `name` is true."""
        return any(block.own.get(name) and block.get(name, values.flag) for block in self.ancestors())

    def rest(self, *known: str) -> dict[str, Any]:
        """What it says itself beyond the settings in `known` and those that every block has."""
        told = TOLD | BOOKKEEPING | {*known}
        return {name: value for name, value in self.own.items() if name not in told}


def read_tree(source: OlxSource, root: etree._Element) -> Block:
    """The course's block with all below it; what cannot be read is in the account.

    Raises OlxError for more than MAX_BLOCKS blocks.
    """
    course = Block("course", source.run, source.block_key("course", "course"), root, {}, None, source)
    course.own = _own(source, "course", source.run, root)
    source.keys["course"] = course.key
    _read_children(course, _Keys())
    return course


class _Keys:
    """The keys given so far."""

    def __init__(self) -> None:
        self.total = 0
        self.uses: dict[str, int] = {}

    def add(self, key: str) -> int:
        """The how manieth use of the key this is, from 1."""
        self.total += 1
        if self.total > MAX_BLOCKS:
            raise OlxError(f"The course has more than {MAX_BLOCKS:,} blocks.")
        self.uses[key] = self.uses.get(key, 0) + 1
        return self.uses[key]


def _read_children(parent: Block, keys: _Keys) -> None:
    for element in elements(parent.element):
        if element.tag in NO_BLOCKS:
            if parent.type == "course":
                parent.source.account.skip(str(element.tag), "is no part of the course's content")
            continue
        block = _read_block(parent, element)
        if block is None:
            continue
        use = keys.add(block.key)
        if use > 1:
            block.key = f"{block.key}~{use}"
            parent.source.account.warn(block.name, "is used in several places: each has its own copy")
        parent.source.keys.setdefault(block.id, block.key)
        parent.source.account.blocks[block.type] += 1
        parent.children.append(block)
        if block.type in SECTIONS | CHOOSERS and not block.fault:
            _read_children(block, keys)


def _read_block(parent: Block, pointer: etree._Element) -> Block | None:
    source = parent.source
    kind = str(pointer.tag)
    block_id = pointer.get("url_name") or pointer.get("slug") or _made_up_id(pointer)
    line = [(block.type, block.id) for block in parent.ancestors()]
    if (kind, block_id) in line or len(line) > MAX_LEVELS:
        source.account.skip(f"{kind}/{block_id}", "contains itself, or lies too deep")
        return None
    block = Block(kind, block_id, source.block_key(kind, block_id), pointer, {}, parent, source)
    path = _definition_path(source, pointer, block_id)
    if path:
        try:
            block.element = source.xml(path)
        except XmlError as error:
            block.fault, block.raw = str(error), source.raw_xml(path)
    elif _is_pointer(pointer) and kind in FILED:
        block.fault = f"{_pathname(kind, block_id)} is missing"
    block.own = _own(source, kind, block_id, block.element, pointer)
    if block.fault:
        source.account.warn(block.name, block.fault)
        if kind in SECTIONS | CHOOSERS or not block.raw:
            source.account.skip(block.name, "could not be read")
            return None
    return block


def _own(source: OlxSource, kind: str, block_id: str, *tags: etree._Element) -> dict[str, Any]:
    """What the definition's tag, the pointer's and the policy say, each over the one before."""
    own: dict[str, Any] = {}
    for tag in tags:
        own |= {str(name): str(value) for name, value in tag.attrib.items()}
    policy = source.policy.get(f"{kind}/{block_id}")
    return own | policy if isinstance(policy, dict) else own


def _definition_path(source: OlxSource, pointer: etree._Element, block_id: str) -> str | None:
    """The file that holds what a tag points at; None where the tag itself is the definition."""
    if len(pointer) or (pointer.text or "").strip():
        return None
    # An html block's `filename` names its text, not its definition.
    names = [block_id] if pointer.tag == "html" else [block_id, pointer.get("filename") or block_id]
    paths = [_pathname(str(pointer.tag), name) for name in names]
    return next((path for path in paths if path in source.folder), None)


def _pathname(kind: str, name: str) -> str:
    # Open edX lets a colon stand for a folder.
    return f"{kind}/{name.replace(':', '/')}.xml"


def _is_pointer(element: etree._Element) -> bool:
    """Whether a tag is nothing but the name of a block defined elsewhere."""
    is_empty = not len(element) and not (element.text or "").strip()
    return is_empty and len(element.attrib) > 0 and {*element.attrib} <= {"url_name", "slug"}


def _made_up_id(element: etree._Element) -> str:
    # From the content, as Open edX does it: the same block has the same id in the next import.
    digest = hashlib.sha256(outer_xml(element).encode()).hexdigest()
    return f"{element.tag}_{digest[:12]}"
