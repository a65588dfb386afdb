"""Files of courses: kept once by the hash of what they hold, and the links that lead to them."""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from ingest.archive import CHUNK
from ingest.outline import AssetOutline
from resolvers.asset import asset_url

# What `ingest.olx.asset_reference` and `block_reference` write, as a whole link or as an attribute of HTML.
REFERENCE = re.compile(r"(asset|block):([^?#]*)(.*)", re.DOTALL)
ATTRIBUTE = re.compile(r'(?<==")(?:asset|block):[^"<>]*')


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file in the store: the SHA-256 of its content in hex, its size in bytes."""

    digest: str
    size: int


def keep_files(store: Path, assets: Iterable[AssetOutline]) -> dict[str, KeptFile]:
    """Copy the assets' files into the folder `store`, by path; one that is there already stays.

    A file is whole or not there. One that no row of the database names does no harm.
    """
    return {asset.path: _keep(store, asset.file) for asset in assets}


def stored_path(store: Path, digest: str) -> Path:
    """Where the file of this digest lies: folders of two letters keep each of them short."""
    return store / digest[:2] / digest[2:]


def _keep(store: Path, file: Path) -> KeptFile:
    store.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with (
        file.open("rb") as source,
        tempfile.NamedTemporaryFile(dir=store, prefix="new-", delete=False) as copy,
    ):
        unfinished = Path(copy.name)
        try:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                copy.write(chunk)
            kept = KeptFile(digest.hexdigest(), size)
            place = stored_path(store, kept.digest)
            if not place.exists():
                copy.flush()
                os.fsync(copy.fileno())
                place.parent.mkdir(exist_ok=True)
                unfinished.rename(place)
        finally:
            unfinished.unlink(missing_ok=True)
    return kept


@dataclass(frozen=True, slots=True)
class Links:
    """Where a course's own links lead: `files` by path, `places` by the key of a section or item."""

    files: Mapping[str, KeptFile]
    places: Mapping[str, str]

    def text(self, text: str) -> str:
        """A text whose links to assets and places of the course are addresses."""
        return ATTRIBUTE.sub(lambda found: self.url(found[0]), text)

    def url(self, url: str) -> str:
        """An address in place of a reference; of anything else, itself."""
        found = REFERENCE.fullmatch(url)
        if found is None:
            return url
        kind, name, rest = found[1], unquote(found[2]), found[3]
        if kind == "asset":
            return asset_url(self.files[name].digest, name) + rest if name in self.files else url
        return self.places[name] + rest if name in self.places else url
