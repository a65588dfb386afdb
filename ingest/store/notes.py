"""Remarks of the report on writing: values without a column, rows that outlive their block."""

from collections.abc import Sequence

from ingest.outline import CourseOutline
from ingest.report import ReportBuilder
from ingest.store.contents import ContentRows
from ingest.store.known import KnownItem
from ingest.store.tree import TreePlan, release_note

USED = "learners have used it, so it stays, unpublished"


def note_all(
    account: ReportBuilder,
    course: CourseOutline,
    made: TreePlan,
    kept: Sequence[KnownItem],
    contents: ContentRows,
    unpublished: int,
) -> None:
    """Add the remarks on writing a course to the report."""
    replaced = {item.id for item in made.replaced}
    for item in kept:
        gone = "now holds something else" if item.id in replaced else "is gone from the source"
        account.alter(item.title, f"{gone}; {USED}")
    if unpublished:
        account.alter(
            f"{unpublished} sections", f"are gone from the source; what is below them stays: {USED}"
        )
    for section in made.sections:
        if section.outline.is_hidden:
            account.alter(section.outline.title, "is hidden from the outline in its source, here unpublished")
        if section.outline.time_limit:
            account.alter(section.outline.title, "its time limit for the whole section is omitted")
    for title, why in (*contents.notes, *contents.questions.notes):
        account.alter(title, why)
    for placed in made.items:
        if note := release_note(placed.outline):
            account.alter(placed.outline.title, note)
    for asset in course.assets:
        if asset.is_locked:
            account.alter(asset.path, "is only for learners in its source, here for everyone with its URL")
    _note_left_out(account, course)


def _note_left_out(account: ReportBuilder, course: CourseOutline) -> None:
    for page in course.pages:
        account.skip(page.title, "is a page next to the sections, which a course cannot store")
    if course.lti_providers:
        names = ", ".join(provider.name for provider in course.lti_providers)
        account.skip(f"LTI credentials {names}", "are secrets, and tools are not launched yet")
    if course.teaser_url:
        account.skip(course.teaser_url, "is a page, not a file that a course's teaser could be")
    for words in filter(None, (course.effort, course.length)):
        account.skip(repr(words), "is an effort or a length, which a course has no field for")
