"""What the report says of the writing: what the database has no place for, what stays though it is gone."""

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
    """Add to the account of reading a course what is to say of writing it."""
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
            account.alter(section.outline.title, "its time limit for all of it together is left out")
    for title, why in (*contents.notes, *contents.questions.notes):
        account.alter(title, why)
    for placed in made.items:
        if note := release_note(placed.outline):
            account.alter(placed.outline.title, note)
    for asset in course.assets:
        if asset.is_locked:
            account.alter(asset.path, "is for learners alone in its source, here for who knows its address")
    _note_left_out(account, course)


def _note_left_out(account: ReportBuilder, course: CourseOutline) -> None:
    for page in course.pages:
        account.skip(page.title, "is a page beside the sections, for which a course has no place")
    if course.lti_providers:
        names = ", ".join(provider.name for provider in course.lti_providers)
        account.skip(f"LTI credentials {names}", "are secrets, and tools are not launched yet")
    if course.teaser_url:
        account.skip(course.teaser_url, "is a page, not a file that a course's teaser could be")
    for words in filter(None, (course.effort, course.length)):
        account.skip(repr(words), "says of effort or length what no field of a course holds")
