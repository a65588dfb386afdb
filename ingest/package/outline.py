"""Outline of a package: the result of its readers, a course with the package's own data."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.outline import CourseOutline, ItemOutline, PackagedActivityOutline, SectionOutline
from models.packages.packaged_activity import LearningStandard


class PackageError(Exception):
    """Raised when a package cannot be read at all; one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageOutline:
    """One version of a course, from its package.

    `identifier` is the manifest's own; `titles` and `descriptions` are by language tag. `duration` and
    `typical_time` are ISO 8601 durations from the metadata. `sequencing` has the rules of SCORM 2004 by the
    identifier of the activity or cluster; rules of the whole are under its organization's.
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
    """Return an activity cluster with its children, in order."""
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
    """Return a leaf of a package; its key is the activity's identifier unless another is given."""
    return ItemOutline(key=key or activity.identifier, title=title, position=1, content=activity)


def sections(key: str, title: str, children: list[Child]) -> tuple[SectionOutline, ...]:
    """Return the top level of a package as sections.

    If there are leaves directly at the top, one section for the package contains all leaves and clusters.
    """
    clusters = [each for each in _placed(children) if isinstance(each, SectionOutline)]
    if len(clusters) == len(children):
        return tuple(clusters)
    return (section(key, title, children, kind="package"),)


def _placed(children: list[Child]) -> list[Child]:
    return [replace(child, position=place) for place, child in enumerate(children, 1)]


def preferred(texts: Mapping[str, str], language: str) -> str:
    """Return the text in a language, else in any; empty if there is none."""
    return texts.get(language) or next(iter(texts.values()), "")
