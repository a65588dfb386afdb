"""Reader of cmi5: the course structure in `cmi5.xml`, blocks of assignable units (cmi5, 13 and 14)."""

from typing import Any

from ingest.outline import UNDETERMINED, CourseOutline, PackagedActivityOutline
from ingest.package import outline
from ingest.package.element import (
    Element,
    attribute,
    child,
    children,
    local,
    text,
    translations,
)
from ingest.package.files import Files
from ingest.package.outline import Child, PackageError, PackageOutline
from ingest.xml import elements
from models.packages.packaged_activity import ActivityKind, LearningStandard, MoveOn
from models.postgres.value import number

MOVE_ON = {
    "passed": MoveOn.PASSED,
    "completed": MoveOn.COMPLETED,
    "completedandpassed": MoveOn.COMPLETED_AND_PASSED,
    "completedorpassed": MoveOn.COMPLETED_OR_PASSED,
    "notapplicable": MoveOn.NOT_APPLICABLE,
}


def read_cmi5(files: Files, path: str) -> PackageOutline:
    """Return the course whose structure is at `path`. Raises XmlError and PackageError."""
    root = files.xml(path)
    course = child(root, "course")
    identifier = (attribute(course, "id") if course is not None else None) or ""
    if not identifier:
        raise PackageError(f"{path}: names no course with an id.")
    titles, descriptions = (
        translations(child(course, name), "langstring") for name in ("title", "description")
    )
    objectives = {
        attribute(each, "id") or "": {
            "title": translations(child(each, "title"), "langstring"),
            "description": translations(child(each, "description"), "langstring"),
        }
        for each in children(child(root, "objectives"), "objective")
    }
    found = _Structure(files, objectives).children(root)
    if not found:
        raise PackageError(f"{path}: names no assignable unit that can be started.")
    languages = [tag for tag in (*titles, *descriptions) if tag != UNDETERMINED]
    language = languages[0] if languages else UNDETERMINED
    title = outline.preferred(titles, language) or identifier
    return PackageOutline(
        course=CourseOutline(
            key=identifier,
            slug="",
            title=title,
            description=outline.preferred(descriptions, language) or None,
            language="en" if language == UNDETERMINED else language,
            sections=outline.sections(identifier, title, found),
            assets=files.assets(),
        ),
        standard=LearningStandard.CMI5,
        identifier=identifier,
        titles=titles or {UNDETERMINED: title},
        descriptions=descriptions,
        languages=tuple(dict.fromkeys(languages)),
    )


class _Structure:
    """Blocks and assignable units during reading; `objectives` by id."""

    def __init__(self, files: Files, objectives: dict[str, Any]) -> None:
        self.files = files
        self.account = files.account
        self.objectives = objectives
        self.ids: set[str] = set()

    def children(self, parent: Element) -> list[Child]:
        found: list[Child] = []
        for element in elements(parent):
            if local(element) not in ("block", "au"):
                continue
            identifier = attribute(element, "id")
            titles = translations(child(element, "title"), "langstring")
            title = outline.preferred(titles, UNDETERMINED) or identifier or ""
            if identifier is None or identifier in self.ids:
                self.account.warn(title, "is omitted: its id is missing or not unique")
                continue
            self.ids.add(identifier)
            if local(element) == "block":
                inner = self.children(element)
                if inner:
                    found.append(outline.section(identifier, title, inner, kind="block"))
                else:
                    self.account.warn(title, "is an empty block: it is omitted")
            elif activity := self.activity(element, identifier, titles):
                found.append(outline.item(title, activity))
        return found

    def activity(
        self, element: Element, identifier: str, titles: dict[str, str]
    ) -> PackagedActivityOutline | None:
        href = text(child(element, "url"))
        if href is None:
            self.account.warn(identifier, "is omitted: it has no URL to start")
            return None
        launch = self.files.launch(href)
        if not launch.is_there:
            self.account.warn(href, f"is what {identifier!r} starts, but is not a file of the package")
        self.account.read["activities"] += 1
        return PackagedActivityOutline(
            standard=LearningStandard.CMI5,
            kind=ActivityKind.ASSIGNABLE_UNIT,
            identifier=identifier,
            launch_path=launch.path,
            launch_query=launch.query,
            titles=titles,
            descriptions=translations(child(element, "description"), "langstring"),
            move_on=self.move_on(element, identifier),
            mastery_score=self.mastery_score(element, identifier),
            launch_data=text(child(element, "launchparameters")),
            parameters=self.parameters(element),
        )

    def move_on(self, element: Element, identifier: str) -> MoveOn:
        """Return the rule; not applicable by default (cmi5, 13.1.4)."""
        said = attribute(element, "moveon") or "NotApplicable"
        if said.lower() not in MOVE_ON:
            self.account.warn(
                identifier, f"moves on by {said!r}, which cmi5 does not define: read as not applicable"
            )
        return MOVE_ON.get(said.lower(), MoveOn.NOT_APPLICABLE)

    def mastery_score(self, element: Element, identifier: str) -> float | None:
        said = attribute(element, "masteryscore")
        if said is None:
            return None
        try:
            ratio = number(said)
        except ValueError:
            ratio = -1.0
        if 0 <= ratio <= 1:
            return ratio
        self.account.warn(identifier, f"has a mastery score of {said!r}, which is no ratio: it is omitted")
        return None

    def parameters(self, element: Element) -> dict[str, Any]:
        """Return the other parameters of a unit, named as in `models.packages.packaged_activity`."""
        named = [
            attribute(each, "idref") or "" for each in children(child(element, "objectives"), "objective")
        ]
        found = {
            "launchMethod": attribute(element, "launchmethod") or "AnyWindow",
            "activityType": attribute(element, "activitytype"),
            "entitlementKey": text(child(element, "entitlementkey")),
            "objectives": [{"id": each, **self.objectives.get(each, {})} for each in named],
        }
        return {name: value for name, value in found.items() if value}
