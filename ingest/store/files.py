"""Files of courses: stored once by the hash of their content, and the links to them."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from ingest.outline import AssetOutline
from models.storage.objects import FileStore, KeptFile
from resolvers.packages.asset import asset_url

AT_ONCE = 2
"""Maximum number of files copied to the store concurrently."""

# Output of `ingest.olx.asset_reference` and `block_reference`, as a whole link or as an HTML attribute.
REFERENCE = re.compile(r"(asset|block):([^?#]*)(.*)", re.DOTALL)
ATTRIBUTE = re.compile(r'(?<==")(?:asset|block):[^"<>]*')


async def keep_files(
    store: FileStore, assets: Sequence[AssetOutline], said: Callable[[int], None] = lambda _: None
) -> dict[str, KeptFile]:
    """Copy the assets' files into the store, a few in parallel; return them by path.

    `said` receives the size of each file in bytes. A file without a row in the database does no harm.
    """
    kept: dict[str, KeptFile] = {}
    waiting = iter(assets)

    async def work() -> None:
        for asset in waiting:
            kept[asset.path] = await store.keep(asset.file)
            said(kept[asset.path].size)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed
    await store.settle()
    return kept


@dataclass(frozen=True, slots=True)
class Links:
    """Targets of a course's own links: `files` by path, `places` by the key of a section or item."""

    files: Mapping[str, KeptFile]
    places: Mapping[str, str]

    def text(self, text: str) -> str:
        """Return a text with URLs in place of references to assets and blocks of the course."""
        return ATTRIBUTE.sub(lambda found: self.url(found[0]), text)

    def url(self, url: str) -> str:
        """Return a URL in place of a reference; other links unchanged."""
        found = REFERENCE.fullmatch(url)
        if found is None:
            return url
        kind, name, rest = found[1], unquote(found[2]), found[3]
        if kind == "asset":
            return asset_url(self.files[name].digest, name) + rest if name in self.files else url
        return self.places[name] + rest if name in self.places else url
