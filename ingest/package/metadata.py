"""Learning object metadata of a package (IEEE LOM, as in SCORM 1.2 and 2004)."""

from dataclasses import dataclass, field

from ingest.archive import ArchiveError
from ingest.package.element import Element, attribute, child, children, descendants, text, translations
from ingest.package.files import Files
from ingest.xml import XmlError


@dataclass(frozen=True, slots=True)
class Metadata:
    """Texts by language; `duration` and `typical_time` as in the source, ISO 8601 if valid."""

    titles: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    duration: str | None = None
    typical_time: str | None = None
    language: str | None = None


def read_metadata(files: Files, parent: Element | None) -> Metadata:
    """Return the metadata of a manifest or an organization, inline or in a referenced file."""
    metadata = child(parent, "metadata")
    lom = child(metadata, "lom")
    if lom is None:
        lom = _elsewhere(files, metadata)
    general = child(lom, "general")
    spelled = "string" if next(descendants(lom, "langstring"), None) is None else "langstring"
    keywords = [
        word for each in children(general, "keyword") for word in translations(each, spelled).values()
    ]
    return Metadata(
        titles=translations(child(general, "title"), spelled),
        descriptions=translations(child(general, "description"), spelled),
        keywords=tuple(dict.fromkeys(keywords)),
        duration=_duration(child(lom, "technical", "duration")),
        typical_time=_duration(child(lom, "educational", "typicallearningtime")),
        language=text(child(general, "language")),
    )


def _elsewhere(files: Files, metadata: Element | None) -> Element | None:
    """Return the `lom` element of the file in `adlcp:location`."""
    location = text(child(metadata, "location"))
    if location is None:
        return None
    found = files.launch(location)
    if not found.is_there:
        files.account.warn(location, "is named for the metadata, but is no file of the package")
        return None
    try:
        return files.xml(found.path)
    except (XmlError, ArchiveError) as error:
        files.account.warn(found.path, f"the metadata are omitted: {error}")
        return None


def _duration(element: Element | None) -> str | None:
    """Return `<duration>PT1H</duration>` (2004) or `<datetime>` (1.2), without the description next to it."""
    if element is None:
        return None
    for name in ("duration", "datetime"):
        if (found := child(element, name)) is not None:
            return text(found)
    return attribute(element, "duration") or (text(element) if len(element) == 0 else None)
