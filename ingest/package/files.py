"""Files of a package: location of the manifest, and resolution of its links in any spelling."""

import mimetypes
import posixpath
import re
import unicodedata
from dataclasses import dataclass, field
from urllib.parse import unquote

from ingest.archive import Folder
from ingest.outline import AssetOutline
from ingest.package.element import Element
from ingest.report import ReportBuilder
from ingest.xml import BOM_UTF16, XmlError, parse_xml

WEB = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
# Files left by file managers.
LITTER = re.compile(
    r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\.git/|\.svn/)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class LaunchTarget:
    """Target of a link to start: a file's `path` in the package, or a URL; and its `query`.

    `query` is the rest after the path, including `?` or `#`. `is_there` is whether the file exists.
    """

    path: str
    query: str
    is_there: bool


@dataclass(slots=True)
class Files:
    """A package's folder during reading; `base` is the folder of its manifest, empty for the top."""

    folder: Folder
    account: ReportBuilder
    base: str = ""
    spelled: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.spelled = {_folded(path): path for path in self.folder}

    def locate(self, *names: str) -> str | None:
        """Return the path of the topmost file with one of these names; sets `base` to its folder."""
        found = [path for path in self.listed() if path.rpartition("/")[2].lower() in names]
        if not found:
            return None
        path = min(found, key=lambda each: (each.count("/"), each))
        self.base = path.rpartition("/")[0]
        return path

    def listed(self) -> list[str]:
        """Return the paths of all files except those left by file managers."""
        return [path for path in self.folder if not LITTER.search(path)]

    def launch(self, href: str, base: str = "") -> LaunchTarget:
        """Resolve a link of the manifest; `base` is the folder added by its element (`xml:base`)."""
        href = href.strip()
        if WEB.match(href) and not re.match(r"[a-z]:[\\/]", href, re.IGNORECASE):
            return LaunchTarget(href, "", is_there=True)
        path, query = re.fullmatch(r"([^?#]*)(.*)", href, re.DOTALL).groups()  # type: ignore[union-attr]
        path = path.replace("\\", "/")
        wanted = posixpath.normpath(posixpath.join("/", self.base, base.replace("\\", "/"), path)).lstrip("/")
        for spelling in (wanted, unquote(wanted)):
            if found := self.spelled.get(_folded(spelling)):
                return LaunchTarget(found, query, is_there=True)
        return LaunchTarget(unquote(wanted), query, is_there=False)

    def xml(self, path: str) -> Element:
        """Return the root of an XML file. Raises XmlError.

        If it is not in the declared encoding (UTF-8 by default), it is read as Windows-1252, with a warning.
        """
        content = self.folder.read(path)
        try:
            return parse_xml(content, path)
        except XmlError as error:
            if content.startswith(BOM_UTF16) or "text" not in str(error):
                raise
        self.account.warn(path, "is not in the encoding that it names; read as Windows-1252")
        text = content.decode("cp1252", "replace")
        return parse_xml(re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1), path)

    def text(self, path: str) -> str:
        """Return a text file, read as UTF-8, else as Windows-1252."""
        content = self.folder.read(path)
        if content.startswith(BOM_UTF16):
            return content.decode("utf-16", "replace")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content.decode("cp1252", "replace")

    def assets(self) -> tuple[AssetOutline, ...]:
        """Return all files as assets of the course, with their paths in the package."""
        listed = self.listed()
        self.account.read["assets"] += len(listed)
        return tuple(
            AssetOutline(
                path=path,
                file=self.folder.files[path],
                media_type=mimetypes.guess_type(path)[0] or "application/octet-stream",
                size=self.folder.files[path].stat().st_size,
                title=path.rpartition("/")[2],
            )
            for path in listed
        )


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()
