"""What a reader of any kind of package yields: the course, as every reader does, and the package's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.outline import CourseOutline, ItemOutline, PackagedActivityOutline, SectionOutline
from models.packages.packaged_activity import LearningStandard


class PackageError(Exception):
    """Why a package cannot be read at all; one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageOutline:
    """One version of a course, as its package has it.

    `identifier` is the manifest's own, `titles` and `descriptions` by language tag. `duration` and
    `typical_time` are ISO 8601 durations as the metadata has them. `sequencing` holds the rules of SCORM 2004
    by the identifier of the activity or cluster, that of the whole under its organization's.
    """

    course: CourseOutline
    standard: LearningStandard
    identifier: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    duration: str | None = None
    typical_time: str | None = None
    languages: tuple[str, ...] = ()
    sequencing: Mapping[str, Any] = field(default_factory=dict)


Child = SectionOutline | ItemOutline


def section(key: str, title: str, children: list[Child], *, kind: str) -> SectionOutline:
    """A cluster of a package with what lies in it, in order."""
    placed = _placed(children)
    return SectionOutline(
        key=key,
        kind=kind,
        title=title,
        position=1,
        sections=tuple(each for each in placed if isinstance(each, SectionOutline)),
        items=tuple(each for each in placed if isinstance(each, ItemOutline)),
    )


def item(title: str, activity: PackagedActivityOutline, key: str | None = None) -> ItemOutline:
    """A leaf of a package, by its identifier unless it has another key."""
    return ItemOutline(key=key or activity.identifier, title=title, position=1, content=activity)


def sections(key: str, title: str, children: list[Child]) -> tuple[SectionOutline, ...]:
    """What lies at a package's top, as a course has it: in sections.

    Leaves that lie there directly have the package itself for their section, and clusters beside them too.
    """
    clusters = [each for each in _placed(children) if isinstance(each, SectionOutline)]
    if len(clusters) == len(children):
        return tuple(clusters)
    return (section(key, title, children, kind="package"),)


def _placed(children: list[Child]) -> list[Child]:
    return [replace(child, position=place) for place, child in enumerate(children, 1)]


def preferred(texts: Mapping[str, str], language: str) -> str:
    """The text in a language, or else in any; empty where there is none."""
    return texts.get(language) or next(iter(texts.values()), "")
