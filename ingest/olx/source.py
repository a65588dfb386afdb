"""Files of an OLX course: each read once and noted, with links rewritten for the new course."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from lxml import etree

from ingest.archive import ArchiveError, Folder
from ingest.olx.values import read_json
from ingest.report import ReportBuilder
from ingest.xml import XmlError, decode_xml, parse_xml

# Turns the path of an asset, or the key of a block, into a link.
LinkTo = Callable[[str], str]

ASSET_LINK = re.compile(
    r"(?:/?static/|/?(?:assets/courseware/\S*?/)?asset-v1:[^/@]+\+type@asset\+block(?:@|/)"
    r"|/?c4x/[^/]+/[^/]+/asset/)(?P<name>.+)"
)
BLOCK_LINK = re.compile(
    r"(?:/?courses?/[^/]+)?/?(?:jump_to_id/|jump_to/block-v1:[^/]+\+block@)(?P<id>[^/?#]+)/?(?P<rest>[?#].*)?"
)
WEB_LINK = re.compile(r"https?://[^\s/?#]++\S*+", re.IGNORECASE)


class OlxError(Exception):
    """Raised when no course can be read; one sentence."""


def asset_reference(path: str) -> str:
    """Return a link to an asset that a later step resolves: `asset:` and the percent-encoded path."""
    return f"asset:{quote(path)}"


def block_reference(key: str) -> str:
    """Return a link to a section or item that a later step resolves: `block:` and the percent-encoded key."""
    return f"block:{quote(key, safe='')}"


@dataclass(slots=True)
class OlxSource:
    """The folder of one course during import; `organization`, `number` and `run` are parts of its keys."""

    folder: Folder
    account: ReportBuilder
    asset_url: LinkTo
    block_url: LinkTo
    organization: str = ""
    number: str = ""
    run: str = ""
    is_self_paced: bool = False
    policy: dict[str, Any] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    # Names as in links, with Open edX's `_` for special characters, to paths.
    assets: dict[str, str] = field(default_factory=dict)
    # Ids of blocks to their keys.
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def course_key(self) -> str:
        """Key of the course run."""
        return f"course-v1:{self.organization}+{self.number}+{self.run}"

    def block_key(self, kind: str, block_id: str) -> str:
        """Return the key of one block, `block-v1:…`; characters not allowed in keys become `_`."""
        clean = re.sub(r"[^\w\-~.:%]", "_", block_id)
        return f"block-v1:{self.organization}+{self.number}+{self.run}+type@{kind}+block@{clean}"

    def list_assets(self) -> list[str]:
        """Return the names of the files in `static`, and register them for links."""
        # File managers leave files with a dot before their names.
        files = [path for path in self.folder if path.startswith("static/") and "/." not in path]
        names = [path.removeprefix("static/") for path in files]
        for name in names:
            self.assets.setdefault(_linked_name(name), name)
        self.used.update(files)
        return names

    def text(self, path: str) -> str | None:
        """Return the text of the file at `path`; None if there is no file or it is no text."""
        if path not in self.folder:
            return None
        self.used.add(path)
        try:
            return self.folder.read(path).decode("utf-8-sig").replace("\0", "")
        except UnicodeDecodeError:
            self.account.warn(path, "is not UTF-8 text and is omitted")
        except ArchiveError as error:
            self.account.warn(path, f"is omitted: {error}")
        return None

    def xml(self, path: str) -> etree._Element:
        """Return the root of the XML file at `path`. Raises XmlError."""
        self.used.add(path)
        try:
            return parse_xml(self.folder.read(path), path)
        except ArchiveError as error:
            raise XmlError(str(error)) from error

    def raw_xml(self, path: str) -> str:
        """Return the text of the XML file at `path`, well-formed or not; empty if unreadable."""
        try:
            return decode_xml(self.folder.read(path), path).replace("\0", "").strip()
        except (ArchiveError, XmlError):
            return ""

    def json(self, path: str) -> Any:
        """Return the value of the JSON file at `path`, None if there is no file. Raises ValueError."""
        if path not in self.folder:
            return None
        self.used.add(path)
        try:
            return read_json(self.folder.read(path))
        except ArchiveError as error:
            raise ValueError(str(error)) from error

    def asset(self, url: str) -> str | None:
        """Return the path of the asset a link refers to; None if the link or the asset does not exist."""
        match = ASSET_LINK.fullmatch(url)
        if not match:
            return None
        name = unquote(match["name"])
        for candidate in (name, re.split(r"[?#]", name, maxsplit=1)[0]):
            if path := self.assets.get(_linked_name(candidate)):
                return path
        return None

    def link(self, url: str) -> str:
        """Return the link for the new course; a link to another place stays unchanged."""
        if ASSET_LINK.fullmatch(url):
            path = self.asset(url)
            if path:
                return self.asset_url(path)
            self.account.warn(url, "is linked to, but is not a file of the course")
            return url
        block = BLOCK_LINK.fullmatch(url)
        block_id = block["id"] if block else url
        if key := self.keys.get(block_id):
            return self.block_url(key) + ((block["rest"] or "") if block else "")
        if block:
            self.account.warn(url, "is linked to, but is not a block of the course")
        return url

    def file_url(self, url: str | None) -> str | None:
        """Return a link to an asset of the course or to the web; else None."""
        if not url:
            return None
        if path := self.asset(url):
            return self.asset_url(path)
        return url if WEB_LINK.fullmatch(url) else None


def _linked_name(name: str) -> str:
    return re.sub(r"[^\w.%~-]", "_", name)
