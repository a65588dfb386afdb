"""Reader of Tin Can packages: `tincan.xml`, which lists activities and the files that start them."""

from ingest.outline import UNDETERMINED, CourseOutline, PackagedActivityOutline
from ingest.package import outline
from ingest.package.element import Element, attribute, child, children, text, translations
from ingest.package.files import Files
from ingest.package.outline import Child, PackageError, PackageOutline
from models.packages.packaged_activity import ActivityKind, LearningStandard


def read_tin_can(files: Files, path: str) -> PackageOutline:
    """Return the package whose `tincan.xml` is at `path`. Raises XmlError and PackageError.

    The course is its first activity; activities without a launch are parts of others, not items.
    """
    activities = list(children(child(files.xml(path), "activities"), "activity"))
    if not activities:
        raise PackageError(f"{path}: names no activity.")
    found: list[Child] = []
    for each in activities:
        activity = _activity(files, each)
        if activity:
            title = outline.preferred(activity.titles, UNDETERMINED) or activity.identifier
            found.append(outline.item(title, activity))
    if not found:
        raise PackageError(f"{path}: names no activity that can be started.")
    identifier = attribute(activities[0], "id") or files.folder.label
    titles, descriptions = (translations_of(activities[0], name) for name in ("name", "description"))
    title = outline.preferred(titles, UNDETERMINED) or identifier
    languages = [tag for tag in (*titles, *descriptions) if tag != UNDETERMINED]
    course = CourseOutline(
        key=identifier,
        slug="",
        title=title,
        description=outline.preferred(descriptions, UNDETERMINED) or None,
        language=languages[0] if languages else "en",
        sections=outline.sections(identifier, title, found),
        assets=files.assets(),
    )
    return PackageOutline(
        course=course,
        standard=LearningStandard.TIN_CAN,
        identifier=identifier,
        titles=titles or {UNDETERMINED: title},
        descriptions=descriptions,
        languages=tuple(dict.fromkeys(languages)),
    )


def translations_of(activity: Element, name: str) -> dict[str, str]:
    """Return texts of an activity by language; there is one `name` or `description` element per language."""
    found: dict[str, str] = {}
    for each in children(activity, name):
        found = translations(each, name) | found
    return found


def _activity(files: Files, element: Element) -> PackagedActivityOutline | None:
    launches = [each for each in children(element, "launch") if text(each)]
    identifier = attribute(element, "id")
    if not launches:
        return None
    if identifier is None:
        files.account.warn(text(launches[0]) or "", "is started by an activity that has no id: it is omitted")
        return None
    if len(launches) > 1:
        files.account.warn(
            identifier, "is started by several files, one for each language: the first is used"
        )
    launch = files.launch(text(launches[0]) or "")
    if not launch.is_there:
        files.account.warn(launch.path, f"is what {identifier!r} starts, but is not a file of the package")
    files.account.read["activities"] += 1
    kind = attribute(element, "type")
    return PackagedActivityOutline(
        standard=LearningStandard.TIN_CAN,
        kind=ActivityKind.SCO,
        identifier=identifier,
        launch_path=launch.path,
        launch_query=launch.query,
        titles=translations_of(element, "name"),
        descriptions=translations_of(element, "description"),
        parameters={"activityType": kind} if kind else {},
    )
