"""Courses as a whole: location in the folder, policies, pages."""

import mimetypes
import re
from typing import Any

from ingest.archive import Folder
from ingest.olx import values
from ingest.olx.blocks import read_sections
from ingest.olx.news import read_announcements
from ingest.olx.source import LinkTo, OlxError, OlxSource, asset_reference, block_reference
from ingest.olx.tree import Block, read_tree
from ingest.outline import (
    AssetOutline,
    AssignmentTypeOutline,
    CourseOutline,
    GradingPolicyOutline,
    LtiProviderOutline,
    PageOutline,
)
from ingest.report import ImportReport, ReportBuilder
from ingest.xml import XmlError
from models.catalogue.course import Pacing
from resolvers.markup.html import clean_html, is_blank, plain_text

EMBEDDED_VIDEO = re.compile(r"youtube(?:-nocookie)?\.com/(?:embed/|watch\?v=|v/)([\w-]+)")
SECRETS = ("lti_passports", "matlab_api_key", "xqa_key")
# Settings of the course that its outline has fields for.
SETTINGS = (
    "catalog_visibility",
    "course_image",
    "end",
    "enrollment_end",
    "enrollment_start",
    "graceperiod",
    "instructor_info",
    "invitation_only",
    "language",
    "learning_info",
    "self_paced",
    "tabs",
    "xml_attributes",
)
# Reasons why unreferenced files are not in the course, by folder; the first match applies.
UNREAD = {
    "drafts": "are drafts that are not published",
    "policies": "are policies that nothing here needs",
    "about": "say nothing that the course has a place for",
    "info": "say nothing that the course has a place for",
    "assets": "describe assets to Studio only",
}
UNREFERENCED = "are not part of the course: no block refers to them"


def read_course(
    folder: Folder, *, asset_url: LinkTo = asset_reference, block_url: LinkTo = block_reference
) -> tuple[CourseOutline, ImportReport]:
    """Read the Open edX course in a folder (OLX as Studio exports it); return it with the import report.

    `asset_url` gets an asset's path, `block_url` the key of a section or item; their results become the links
    in texts. Raises OlxError if there is no course or its root cannot be read; all other faults are in the
    report.
    """
    source = OlxSource(_course_folder(folder), ReportBuilder(), asset_url, block_url)
    course = _read_root(source)
    grading = _grading_policy(source, course)
    assets = _assets(source)
    outline = CourseOutline(
        key=source.course_key,
        slug=re.sub(r"[^a-z0-9]+", "-", f"{source.organization} {source.number} {source.run}".lower()).strip(
            "-"
        ),
        organization=source.organization,
        number=source.number,
        run=source.run,
        title=values.text(course.own.get("display_name")) or source.number,
        abstract=_about(source, "short_description"),
        description=_text(source, "about/overview.html"),
        language=course.get("language", values.text) or "en",
        pacing=Pacing.SELF if source.is_self_paced else Pacing.INSTRUCTOR,
        starts_at=course.get("start", values.moment),
        ends_at=course.get("end", values.moment),
        enrollment_starts_at=course.get("enrollment_start", values.moment),
        enrollment_ends_at=course.get("enrollment_end", values.moment),
        image=source.asset(f"/static/{course.get('course_image', values.text) or ''}"),
        teaser_url=_teaser(source),
        teachers=_teachers(course),
        learning_goals=tuple(str(goal) for goal in course.get("learning_info", values.listing) or [] if goal),
        effort=_about(source, "effort"),
        length=_about(source, "duration"),
        is_hidden=course.get("catalog_visibility", values.text) == "none",
        is_listed=course.get("catalog_visibility", values.text) in (None, "both"),
        is_invite_only=bool(course.get("invitation_only", values.flag)),
        handouts=_text(source, "info/handouts.html"),
        sections=read_sections(course),
        grading_policy=grading,
        announcements=tuple(read_announcements(source)),
        pages=_pages(source, course),
        lti_providers=_lti_providers(course),
        assets=assets,
        settings=course.rest(*SETTINGS, *SECRETS),
    )
    _report_unread(source)
    return outline, source.account.closed()


def _course_folder(folder: Folder) -> Folder:
    """Return the folder that contains `course.xml`: this one, or its only subfolder with that file."""
    roots = sorted(
        (
            path.removesuffix("course.xml").rstrip("/")
            for path in folder
            if re.fullmatch(r"([^/]+/)?course\.xml", path)
        ),
        key=len,
    )
    if roots and (not roots[0] or len(roots) == 1):
        return folder.inside(roots[0])
    if roots:
        raise OlxError(f"{folder.label}: holds {len(roots)} courses ({', '.join(roots)}), not one.")
    if any(path.rsplit("/", 1)[-1] == "library.xml" for path in folder):
        raise OlxError(f"{folder.label}: is a content library (library.xml), not a course.")
    raise OlxError(f"{folder.label}: is no Open edX course: there is no course.xml at its top.")


def _read_root(source: OlxSource) -> Block:
    """Return the course's block with all below; set the source's keys and policy."""
    try:
        pointer = source.xml("course.xml")
        source.run = pointer.get("url_name") or ""
        source.organization, source.number = pointer.get("org") or "", pointer.get("course") or ""
        if pointer.tag != "course" or not (source.run and source.organization and source.number):
            raise OlxError("course.xml: names no course with org, course and url_name.")
        root = pointer
        if not len(pointer):
            path = f"course/{source.run}.xml"
            if path not in source.folder:
                raise OlxError(f"{path}: is missing, the course that course.xml names.")
            root = source.xml(path)
            root.attrib.update(
                {name: value for name, value in pointer.attrib.items() if name not in root.attrib}
            )
    except XmlError as error:
        raise OlxError(str(error)) from error
    source.policy = _policy(source)
    source.list_assets()
    # Blocks need it: a self-paced course has no deadlines.
    said = _named(source.policy, f"course/{source.run}").get("self_paced", root.get("self_paced"))
    source.is_self_paced = (values.text(said) or "").lower() == "true"
    return read_tree(source, root)


def _policy(source: OlxSource) -> dict[str, Any]:
    """Return the policies of blocks, by `type/id`. They decide visibility: a broken one fails the course."""
    policy: dict[str, Any] = {}
    for path in (f"policies/{source.run}.json", f"policies/{source.run}/policy.json"):
        try:
            policy |= values.mapping(source.json(path))
        except ValueError as error:
            raise OlxError(f"{path}: is no policy that can be read ({error}).") from error
    return policy


def _named(policy: dict[str, Any], name: str) -> dict[str, Any]:
    found = policy.get(name)
    return found if isinstance(found, dict) else {}


def _grading_policy(source: OlxSource, course: Block) -> GradingPolicyOutline | None:
    path = f"policies/{source.run}/grading_policy.json"
    try:
        policy = values.mapping(source.json(path) or source.json("grading_policy.json"))
        rows = tuple(_assignment_type(row) for row in policy.get("GRADER") or [])
        cutoffs = {
            str(name): values.number(ratio) or 0.0
            for name, ratio in (policy.get("GRADE_CUTOFFS") or {}).items()
        }
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        source.account.warn(path, f"the grading policy is omitted: {error!r}")
        return None
    grace = course.get("graceperiod", values.seconds)
    if not (rows or cutoffs or grace):
        return None
    source.account.read["assignment types"] += len(rows)
    return GradingPolicyOutline(
        assignment_types=rows, cutoffs=cutoffs, grace_period=None if grace is None else round(grace)
    )


def _assignment_type(row: dict[str, Any]) -> AssignmentTypeOutline:
    name = str(row["type"])
    return AssignmentTypeOutline(
        name=name,
        short_name=str(row.get("short_label") or name),
        weight=values.number(row.get("weight")) or 0.0,
        minimum_count=values.whole(row.get("min_count")) or 0,
        drop_count=values.whole(row.get("drop_count")) or 0,
    )


def _about(source: OlxSource, name: str) -> str | None:
    return plain_text(source.text(f"about/{name}.html") or "") or None


def _text(source: OlxSource, path: str) -> str | None:
    clean = clean_html(source.text(path) or "", source.link)
    if clean.removed:
        source.account.alter(path, "removed for safety: " + ", ".join(sorted(clean.removed)))
    return None if is_blank(clean.text) else clean.text


def _teaser(source: OlxSource) -> str | None:
    found = EMBEDDED_VIDEO.search(source.text("about/video.html") or "")
    return f"https://www.youtube.com/watch?v={found[1]}" if found else None


def _teachers(course: Block) -> str | None:
    people = (course.get("instructor_info", values.mapping) or {}).get("instructors") or []
    names = [str(person["name"]) for person in people if isinstance(person, dict) and person.get("name")]
    return ", ".join(names) or None


def _lti_providers(course: Block) -> tuple[LtiProviderOutline, ...]:
    """Return providers from `name:key:secret` each."""
    parts = [str(passport).split(":", 2) for passport in course.get("lti_passports", values.listing) or []]
    if any(len(part) != 3 for part in parts):
        course.source.account.warn(course.name, "an LTI passport that is not name:key:secret is omitted")
    return tuple(
        LtiProviderOutline(name=part[0].strip(), consumer_key=part[1].strip(), shared_secret=part[2].strip())
        for part in parts
        if len(part) == 3
    )


def _pages(source: OlxSource, course: Block) -> tuple[PageOutline, ...]:
    """Return the pages in the course's tabs, each an HTML file in `tabs`."""
    pages = []
    for tab in course.get("tabs", values.listing) or []:
        if not isinstance(tab, dict) or tab.get("type") != "static_tab" or not tab.get("url_slug"):
            continue
        slug, title = str(tab["url_slug"]), str(tab.get("name") or tab["url_slug"])
        text = _text(source, f"tabs/{slug}.html")
        if text is None:
            source.account.warn(f"tabs/{slug}.html", "the page is missing or empty")
            continue
        key = source.block_key("static_tab", slug)
        pages.append(
            PageOutline(key=key, title=title, text=text, is_staff_only=tab.get("course_staff_only") is True)
        )
    source.account.read["pages"] += len(pages)
    return tuple(pages)


def _assets(source: OlxSource) -> tuple[AssetOutline, ...]:
    try:
        described = values.mapping(source.json("policies/assets.json"))
    except ValueError as error:
        source.account.warn("policies/assets.json", f"is omitted: {error}")
        described = {}
    assets = []
    for name in sorted(source.assets.values()):
        about = _named(described, name)
        file = source.folder.files[f"static/{name}"]
        guessed = mimetypes.guess_type(name)[0]
        assets.append(
            AssetOutline(
                path=name,
                file=file,
                media_type=str(about.get("contentType") or guessed or "application/octet-stream"),
                size=file.stat().st_size,
                title=str(about.get("displayname") or name),
                is_locked=about.get("locked") is True,
            )
        )
    source.account.read["assets"] += len(assets)
    return tuple(assets)


def _report_unread(source: OlxSource) -> None:
    unread: dict[tuple[str, str], int] = {}
    for path in source.folder:
        if path not in source.used:
            top = path.partition("/")[0] if "/" in path else "."
            group = (top, UNREAD.get(top, UNREFERENCED))
            unread[group] = unread.get(group, 0) + 1
    for (top, why), number in unread.items():
        source.account.skip(f"{number} {'file' if number == 1 else 'files'} in {top}", why)
