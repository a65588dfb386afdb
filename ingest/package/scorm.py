"""Reader of SCORM 1.2 and 2004: `imsmanifest.xml` (SCORM Content Aggregation Model)."""

import posixpath
from dataclasses import dataclass
from typing import Any

from ingest.outline import UNDETERMINED, CourseOutline, PackagedActivityOutline
from ingest.package import outline
from ingest.package.duration import seconds
from ingest.package.element import (
    BASE,
    Element,
    attribute,
    child,
    children,
    descendants,
    text,
    translations,
)
from ingest.package.files import Files
from ingest.package.metadata import Metadata, read_metadata
from ingest.package.outline import Child, PackageError, PackageOutline
from ingest.package.prerequisites import with_prerequisites
from ingest.package.sequencing import Rules, mastery_score, read_sequencing, read_threshold
from models.packages.packaged_activity import ActivityKind, LearningStandard
from models.postgres.value import number

MOST_LEVELS = 15
"""Maximum depth of clusters that are read, so that a course can be shown."""


def read_scorm(files: Files, path: str) -> PackageOutline:
    """Return the package whose manifest is at `path`. Raises XmlError and PackageError."""
    manifest = files.xml(path)
    if attribute(manifest, "identifier") is None:
        files.account.warn(path, "has no identifier")
    return _Manifest(files, manifest).read()


@dataclass(slots=True)
class _Resource:
    element: Element
    base: str


class _Manifest:
    """One manifest during reading."""

    def __init__(self, files: Files, root: Element) -> None:
        self.files = files
        self.account = files.account
        self.root = root
        self.standard = _standard(root)
        self.is_2004 = self.standard is not LearningStandard.SCORM_1_2
        self.sequencing: dict[str, Rules] = {}
        self.needs: dict[str, str] = {}
        self.thresholds: dict[str, Rules] = {}
        self.keys: set[str] = set()
        base = _base(root)
        group = child(root, "resources")
        within = posixpath.join(base, _base(group))
        self.resources: dict[str, _Resource] = {}
        for each in children(group, "resource"):
            name = attribute(each, "identifier") or ""
            self.resources.setdefault(name, _Resource(each, posixpath.join(within, _base(each))))

    def read(self) -> PackageOutline:
        metadata = read_metadata(self.files, self.root)
        organization = self._organization()
        titles = metadata.titles
        identifier = attribute(self.root, "identifier") or self.files.folder.label
        tops: list[Child] = []
        key = identifier
        if organization is not None:
            metadata = _richer(metadata, read_metadata(self.files, organization))
            key = attribute(organization, "identifier") or identifier
            titles = metadata.titles | translations(child(organization, "title"), "langstring")
            self._keep_rules(key, organization)
            tops = with_prerequisites(self._items(organization, 1), self.needs, self.account)
        language = _language(metadata, titles)
        title = outline.preferred(titles, language) or identifier
        if not tops:
            self.account.warn(title, "names no item in an organization: every resource that starts is one")
            tops = self._resources()
        if any(True for _ in children(self.root, "manifest")):
            self.account.warn(title, "contains manifests within its manifest, which are omitted")
        course = CourseOutline(
            key=identifier,
            slug="",
            title=title,
            description=outline.preferred(metadata.descriptions, language) or None,
            language="en" if language == UNDETERMINED else language,
            sections=outline.sections(key, title, tops),
            assets=self.files.assets(),
        )
        languages = [tag for tag in (*titles, *metadata.descriptions) if tag != UNDETERMINED]
        return PackageOutline(
            course=course,
            standard=self.standard,
            identifier=identifier,
            titles=titles or {UNDETERMINED: title},
            descriptions=metadata.descriptions,
            keywords=metadata.keywords,
            duration=metadata.duration,
            typical_time=metadata.typical_time,
            languages=tuple(dict.fromkeys(languages)),
            sequencing=self._with_thresholds(key),
        )

    def _organization(self) -> Element | None:
        group = child(self.root, "organizations")
        found = list(children(group, "organization"))
        if not found:
            return None
        named = attribute(group, "default") if group is not None else None
        chosen = next((each for each in found if attribute(each, "identifier") == named), found[0])
        if named and attribute(chosen, "identifier") != named:
            self.account.warn(named, "is the default organization, but does not exist: the first one is read")
        if len(found) > 1:
            self.account.warn(
                f"{len(found) - 1} of {len(found)} organizations", "are omitted: a course has one"
            )
        return chosen

    def _items(self, parent: Element, level: int) -> list[Child]:
        found: list[Child] = []
        for element in children(parent, "item"):
            key = self._key(attribute(element, "identifier"))
            words = translations(child(element, "title"), "langstring")
            title = outline.preferred(words, UNDETERMINED) or key
            if not words:
                self.account.warn(key, "has no title")
            rules = self._keep_rules(key, element)
            if not self.is_2004 and (script := text(child(element, "prerequisites"))):
                self.needs[key.lower()] = script
            named = attribute(element, "identifierref")
            inner = self._items(element, level + 1) if level < MOST_LEVELS else []
            if level == MOST_LEVELS and next(children(element, "item"), None) is not None:
                self.account.warn(title, f"is {level} levels deep: its children are omitted")
            activity = self._activity(key, element, named, words, rules) if named else None
            if activity and inner:
                self.account.warn(title, "has a launch and contains items: the launch comes first")
                inner.insert(0, outline.item(title, activity, self._key(f"{key}/start")))
            if inner:
                found.append(outline.section(key, title, inner, kind="cluster"))
            elif activity:
                found.append(outline.item(title, activity))
            elif not named:
                self.account.warn(title, "has no launch and no items: it is omitted")
        return found

    def _activity(
        self, key: str, element: Element, named: str, words: dict[str, str], rules: Rules | None
    ) -> PackagedActivityOutline | None:
        resource = self.resources.get(named)
        if resource is None:
            self.account.warn(key, f"is omitted: its resource {named!r} is not in the manifest")
            return None
        href = attribute(resource.element, "href")
        if href is None:
            self.account.warn(key, f"is omitted: its resource {named!r} has no file to start")
            return None
        launch = self.files.launch(href, resource.base)
        if not launch.is_there:
            self.account.warn(href, f"is what {key!r} starts, but is not a file of the package")
        self.account.read["activities"] += 1
        mastery = mastery_score(rules) if self.is_2004 else _percent(child(element, "masteryscore"))
        return PackagedActivityOutline(
            standard=self.standard,
            kind=self._kind(resource.element, named),
            identifier=key,
            resource_identifier=named,
            launch_path=launch.path,
            launch_query=_joined(launch.query, attribute(element, "parameters")),
            titles=words,
            mastery_score=mastery,
            time_limit=_time_limit(element, rules),
            launch_data=_raw(child(element, "datafromlms")),
            parameters=_parameters(element, rules),
        )

    def _kind(self, resource: Element, name: str) -> ActivityKind:
        match (attribute(resource, "scormtype") or "").lower():
            case "sco":
                return ActivityKind.SCO
            case "asset":
                return ActivityKind.ASSET
        self.account.warn(name, "does not declare whether it is a SCO: read as one")
        return ActivityKind.SCO

    def _resources(self) -> list[Child]:
        """Return every SCO, or else every resource that can be started, as an item of its own."""
        starting = {
            name: each for name, each in self.resources.items() if attribute(each.element, "href") is not None
        }
        scos = {
            name: each
            for name, each in starting.items()
            if (attribute(each.element, "scormtype") or "").lower() == "sco"
        }
        found: list[Child] = []
        for name, resource in (scos or starting).items():
            key = self._key(name)
            activity = self._activity(key, resource.element, name, {}, None)
            if activity:
                title = posixpath.splitext(posixpath.basename(activity.launch_path))[0] or name
                found.append(outline.item(title, activity))
        if not found:
            raise PackageError(f"{self.files.folder.label}: its manifest names nothing that can be started.")
        return found

    def _keep_rules(self, key: str, owner: Element) -> Rules | None:
        rules = read_sequencing(owner, self.root) if self.is_2004 else None
        if rules:
            self.sequencing[key] = rules
        if self.is_2004 and (threshold := read_threshold(owner)):
            self.thresholds[key] = threshold
        return rules

    def _with_thresholds(self, whole: str) -> dict[str, Rules]:
        """Return all rules, `whole` those of the organization; empty if there are only thresholds."""
        if not self.sequencing:
            return {}
        found = dict(self.sequencing)
        for key, threshold in self.thresholds.items():
            if key in found or key != whole:
                found[key] = {**found.get(key, {}), "completionThreshold": [threshold]}
        return found

    def _key(self, identifier: str | None) -> str:
        """Return the identifier, with a number appended if it was used before."""
        wanted = identifier or "item"
        if identifier is None:
            self.account.warn("an item", "has no identifier")
        elif identifier in self.keys:
            self.account.warn(identifier, "is the identifier of several items")
        key, number = wanted, 1
        while key in self.keys:
            number += 1
            key = f"{wanted}-{number}"
        self.keys.add(key)
        return key


def _standard(root: Element) -> LearningStandard:
    """Return the standard, from the schema's version, or else from the manifest's namespaces."""
    version = (text(child(root, "metadata", "schemaversion")) or "").lower()
    if "4th" in version:
        return LearningStandard.SCORM_2004_4TH_EDITION
    if "3rd" in version:
        return LearningStandard.SCORM_2004_3RD_EDITION
    if "2004" in version or "1.3" in version:
        return LearningStandard.SCORM_2004_2ND_EDITION
    if version.startswith("1."):
        return LearningStandard.SCORM_1_2
    used = " ".join(str(uri) for each in root.iter() for uri in (each.nsmap or {}).values())
    if "adlcp_v1p3" in used or "imsss" in used:
        return LearningStandard.SCORM_2004_3RD_EDITION
    return LearningStandard.SCORM_1_2


def _base(element: Element | None) -> str:
    return (element.get(BASE) or "").strip() if element is not None else ""


def _richer(manifest: Metadata, organization: Metadata) -> Metadata:
    """Return the organization's metadata if it has any, else the manifest's."""
    return organization if organization.titles or organization.descriptions else manifest


def _language(metadata: Metadata, titles: dict[str, str]) -> str:
    if metadata.language:
        return metadata.language
    return next((tag for tag in (*titles, *metadata.descriptions) if tag != UNDETERMINED), UNDETERMINED)


def _joined(query: str, more: str | None) -> str:
    """Append an item's parameters to its resource's link (SCORM CAM 3.4.1.5)."""
    more = (more or "").lstrip("?&")
    if not more:
        return query
    if more.startswith("#"):
        return query if "#" in query else query + more
    path, mark, fragment = query.partition("#")
    return f"{path}{'&' if '?' in path else '?'}{more}{mark}{fragment}"


def _percent(element: Element | None) -> float | None:
    """Return a score from 0 to 100 as a ratio."""
    try:
        return min(max(number(text(element) or "") / 100, 0.0), 1.0)
    except ValueError:
        return None


def _raw(element: Element | None) -> str | None:
    """Return the text of an element with its white space, for the activity."""
    return "".join(map(str, element.itertext())) or None if element is not None else None


def _time_limit(element: Element, rules: Rules | None) -> float | None:
    conditions = (rules or {}).get("limitConditions", [])
    limits = [each.get("attemptAbsoluteDurationLimit") for each in conditions]
    return seconds(text(child(element, "maxtimeallowed")) or next(filter(None, limits), None))


def _threshold(element: Element) -> str | None:
    """Return the measure that completes an item: a text until the 3rd edition, then an attribute."""
    if (measured := read_threshold(element)) is None:
        return text(child(element, "completionthreshold"))
    return (
        str(measured.get("minProgressMeasure", "1.0")) if measured.get("completedByMeasure") is True else None
    )


def _parameters(element: Element, rules: Rules | None) -> dict[str, Any]:
    """Return the other parameters of an item, named as in `models.packages.packaged_activity`."""
    found = {
        "prerequisites": text(child(element, "prerequisites")),
        "timeLimitAction": text(child(element, "timelimitaction")),
        "isVisible": False if (attribute(element, "isvisible") or "").lower() == "false" else None,
        "completionThreshold": _threshold(element),
        "hideUi": [
            words
            for each in descendants(child(element, "presentation"), "hidelmsui")
            if (words := text(each))
        ],
        "sequencing": rules,
    }
    return {name: value for name, value in found.items() if value not in (None, [], {})}
