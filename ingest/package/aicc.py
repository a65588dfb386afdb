"""Reader of AICC: a course in files of four kinds, `.crs .au .des .cst` (CMI001, 5 and 6)."""

from collections.abc import Iterator
from typing import Any

from ingest.outline import UNDETERMINED, CourseOutline, PackagedActivityOutline
from ingest.package import outline
from ingest.package.duration import seconds
from ingest.package.files import Files
from ingest.package.outline import Child, PackageError, PackageOutline
from ingest.package.prerequisites import with_prerequisites
from ingest.package.tables import read_groups, read_table
from models.packages.packaged_activity import ActivityKind, LearningStandard
from models.postgres.value import number
from resolvers.access.viewer import hashed

Row = dict[str, list[str]]


def read_aicc(files: Files) -> PackageOutline:
    """Return the topmost course in the package. Raises PackageError if it has no unit."""
    course = _Course(files)
    identifier = course.said("course_id") or files.folder.label
    title = course.said("course_title") or identifier
    description = "\n".join(filter(None, course.groups.get("course_description", {}).values())) or None
    tops = course.below("root", ()) or course.all_units()
    tops = with_prerequisites(tops, course.needs, files.account)
    if not tops:
        raise PackageError(f"{files.folder.label}: its .au file names nothing that can be started.")
    return PackageOutline(
        course=CourseOutline(
            key=identifier,
            slug="",
            title=title,
            description=description,
            sections=outline.sections(identifier, title, tops),
            assets=files.assets(),
        ),
        standard=LearningStandard.AICC,
        identifier=identifier,
        titles={UNDETERMINED: title},
        descriptions={UNDETERMINED: description} if description else {},
    )


class _Course:
    """Files of one course; ids are in lower case, because the standard ignores case."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.account = files.account
        au = self._path("au") or ""
        files.base = au.rpartition("/")[0]
        self.groups = read_groups(self._text("crs"))
        self.units = {_id(row): row for row in read_table(self._text("au")) if _id(row)}
        self.words = {_id(row): row for row in read_table(self._text("des")) if _id(row)}
        self.structure: dict[str, list[str]] = {}
        self.needs: dict[str, str] = {}
        self.placed: set[str] = set()
        for row in read_table(self._text("cst")):
            members = [name for name in row.get("member", []) if name]
            self.structure.setdefault(_first(row, "block").lower(), []).extend(members)
            for name in members:
                if wanted := _first(row, "prerequisites"):
                    self.needs[name.lower()] = wanted
        for row in read_table(self._text("pre", is_needed=False)):
            if name := _first(row, "structure_element").lower():
                self.needs[name] = _first(row, "prerequisite")

    def said(self, name: str) -> str:
        """Return a value of the course's own file; empty if there is none."""
        return self.groups.get("course", {}).get(name, "")

    def below(self, block: str, above: tuple[str, ...]) -> list[Child]:
        """Return the children of a block, in order; `above` are the blocks that contain it."""
        found: list[Child] = []
        for name in self.structure.get(block, []):
            key = name.lower()
            if key in self.placed or key in above:
                self.account.warn(name, "is in several blocks, or in itself: it stays in the first")
                continue
            self.placed.add(key)
            title = self.title(key, name)
            inner = self.below(key, (*above, block))
            activity = self.activity(key, name)
            if activity and inner:
                self.account.warn(title, "has a launch and contains units: the launch comes first")
                inner.insert(0, outline.item(title, activity, f"{name}/start"))
            if inner:
                found.append(outline.section(name, title, inner, kind="block"))
            elif activity:
                found.append(outline.item(title, activity))
            elif key not in self.units:
                self.account.warn(
                    name, "is in the course's structure, but is neither a unit nor a block with units"
                )
        return found

    def all_units(self) -> list[Child]:
        """Return every unit, if the structure cannot be read."""
        self.account.warn(
            self.files.folder.label, "has no course structure (.cst): its units are in one list"
        )
        found: list[Child] = []
        for key, row in self.units.items():
            name = _first(row, "system_id")
            if activity := self.activity(key, name):
                found.append(outline.item(self.title(key, name), activity))
        return found

    def title(self, key: str, name: str) -> str:
        return _first(self.words.get(key, {}), "title") or name

    def activity(self, key: str, name: str) -> PackagedActivityOutline | None:
        unit = self.units.get(key)
        if unit is None:
            return None
        href = _first(unit, "file_name") or _first(unit, "command_line")
        if not href:
            self.account.warn(name, "is omitted: it has no file to start")
            return None
        launch = self.files.launch(href)
        if not launch.is_there:
            self.account.warn(href, f"is what {name!r} starts, but is not a file of the package")
        self.account.read["activities"] += 1
        description = _first(self.words.get(key, {}), "description")
        more = _first(unit, "web_launch").lstrip("?&")
        query = f"{launch.query}{'&' if '?' in launch.query else '?'}{more}" if more else launch.query
        return PackagedActivityOutline(
            standard=LearningStandard.AICC,
            kind=ActivityKind.ASSIGNABLE_UNIT,
            identifier=name,
            launch_path=launch.path,
            launch_query=query,
            titles={UNDETERMINED: self.title(key, name)},
            descriptions={UNDETERMINED: description} if description else {},
            mastery_score=_ratio(_first(unit, "mastery_score"), _first(unit, "max_score")),
            time_limit=seconds(_first(unit, "max_time_allowed")),
            launch_data=_first(unit, "core_vendor") or None,
            parameters=self.parameters(key, unit),
        )

    def parameters(self, key: str, unit: Row) -> dict[str, Any]:
        """Return the other parameters of a unit, named as in `models.packages.packaged_activity`."""
        found = {
            "prerequisites": self.needs.get(key),
            "timeLimitAction": _first(unit, "time_limit_action"),
            "type": _first(unit, "type"),
            "maxScore": _first(unit, "max_score"),
            "developerId": _first(self.words.get(key, {}), "developer_id"),
            "passwordHash": hashed(password).hex() if (password := _first(unit, "au_password")) else None,
        }
        return {name: value for name, value in found.items() if value}

    def _path(self, ending: str) -> str | None:
        found = [path for path in self._candidates() if path.lower().endswith(f".{ending}")]
        return min(found, key=lambda path: (path.count("/"), path), default=None)

    def _candidates(self) -> Iterator[str]:
        """Return the files in the course's folder; all files as long as the folder is unknown."""
        return (path for path in self.files.listed() if path.startswith(self.files.base))

    def _text(self, ending: str, *, is_needed: bool = True) -> str:
        path = self._path(ending)
        if path is None and is_needed:
            self.account.warn(f".{ending}", "is missing among the files of the course")
        return self.files.text(path) if path else ""


def _first(row: Row, name: str) -> str:
    return next(iter(row.get(name, [])), "")


def _id(row: Row) -> str:
    return _first(row, "system_id").lower()


def _ratio(score: str, most: str) -> float | None:
    """Return a mastery score as a ratio of the maximum score, or of 100."""
    try:
        wanted = number(score.rstrip("% "))
        limit = number(most) if most else 100.0
    except ValueError:
        return None
    return min(max(wanted / limit, 0.0), 1.0) if limit > 0 else None
