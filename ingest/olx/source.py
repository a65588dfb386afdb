"""The files of an OLX course: each read once and noted, its links made into the new course's."""

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

# Turns the path of an asset, or the key of a block, into the link to it.
LinkTo = Callable[[str], str]

ASSET_LINK = re.compile(
    r"(?:/?static/|/?(?:assets/courseware/\S*?/)?asset-v1:[^/@]+\+type@asset\+block(?:@|/)"
    r"|/?c4x/[^/]+/[^/]+/asset/)(?P<name>.+)"
)
BLOCK_LINK = re.compile(
    r"(?:/?courses?/[^/]+)?/?(?:jump_to_id/|jump_to/block-v1:[^/]+\+block@)(?P<id>[^/?#]+)/?(?P<rest>[?#].*)?"
)
WEB_LINK = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)


class OlxError(Exception):
    """Why no course can be read at all; one sentence."""


def asset_reference(path: str) -> str:
    """A link to an asset that a later step resolves: `asset:` and the percent-encoded path."""
    return f"asset:{quote(path)}"


def block_reference(key: str) -> str:
    """A link to a section or item that a later step resolves: `block:` and the percent-encoded key."""
    return f"block:{quote(key, safe='')}"


@dataclass(slots=True)
class OlxSource:
    """One course's folder while it is read. `organization`, `number` and `run` make its keys."""

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
    # Names as links write them, in which Open edX puts `_` for what is not plain, to paths.
    assets: dict[str, str] = field(default_factory=dict)
    # Blocks' own ids to their keys.
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def course_key(self) -> str:
        """Key of the course run (reference openedx_semantics, Keys)."""
        return f"course-v1:{self.organization}+{self.number}+{self.run}"

    def block_key(self, kind: str, block_id: str) -> str:
        """Key of one block, `block-v1:…`; letters that keys do not have become `_`."""
        clean = re.sub(r"[^\w\-~.:%]", "_", block_id)
        return f"block-v1:{self.organization}+{self.number}+{self.run}+type@{kind}+block@{clean}"

    def list_assets(self) -> list[str]:
        """Names of the files in `static`, which links then find."""
        # Names with a dot before them are what file managers leave behind.
        files = [path for path in self.folder if path.startswith("static/") and "/." not in path]
        names = [path.removeprefix("static/") for path in files]
        for name in names:
            self.assets.setdefault(_linked_name(name), name)
        self.used.update(files)
        return names

    def text(self, path: str) -> str | None:
        """Text of the file at `path`; None where there is none, or none that is text."""
        if path not in self.folder:
            return None
        self.used.add(path)
        try:
            return self.folder.read(path).decode("utf-8-sig").replace("\0", "")
        except UnicodeDecodeError:
            self.account.warn(path, "is not UTF-8 text and is left out")
        except ArchiveError as error:
            self.account.warn(path, f"is left out: {error}")
        return None

    def xml(self, path: str) -> etree._Element:
        """Root of the XML file at `path`. Raises XmlError."""
        self.used.add(path)
        try:
            return parse_xml(self.folder.read(path), path)
        except ArchiveError as error:
            raise XmlError(str(error)) from error

    def raw_xml(self, path: str) -> str:
        """Text of the XML file at `path` as it stands, well formed or not; empty where it cannot be read."""
        try:
            return decode_xml(self.folder.read(path), path).replace("\0", "").strip()
        except (ArchiveError, XmlError):
            return ""

    def json(self, path: str) -> Any:
        """Value of the JSON file at `path`, None where there is no file. Raises ValueError."""
        if path not in self.folder:
            return None
        self.used.add(path)
        try:
            return read_json(self.folder.read(path))
        except ArchiveError as error:
            raise ValueError(str(error)) from error

    def asset(self, url: str) -> str | None:
        """Path of the asset that a link names, None where it names none or one that is not there."""
        match = ASSET_LINK.fullmatch(url)
        if not match:
            return None
        name = unquote(match["name"])
        for candidate in (name, re.split(r"[?#]", name, maxsplit=1)[0]):
            if path := self.assets.get(_linked_name(candidate)):
                return path
        return None

    def link(self, url: str) -> str:
        """Where a link of the course leads in the new one; a link to elsewhere stays as it is."""
        if ASSET_LINK.fullmatch(url):
            path = self.asset(url)
            if path:
                return self.asset_url(path)
            self.account.warn(url, "is linked to, but is no file of the course")
            return url
        block = BLOCK_LINK.fullmatch(url)
        block_id = block["id"] if block else url
        if key := self.keys.get(block_id):
            return self.block_url(key) + ((block["rest"] or "") if block else "")
        if block:
            self.account.warn(url, "is linked to, but is no block of the course")
        return url

    def file_url(self, url: str | None) -> str | None:
        """A link that must lead to a file: to an asset of the course or to the web; else None."""
        if not url:
            return None
        if path := self.asset(url):
            return self.asset_url(path)
        return url if WEB_LINK.fullmatch(url) else None


def _linked_name(name: str) -> str:
    return re.sub(r"[^\w.%~-]", "_", name)
