"""Updates of a course as announcements: Studio's list, or the page of older courses."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingest.olx import values
from ingest.olx.source import OlxSource
from ingest.outline import AnnouncementOutline
from resolvers.markup.html import clean_html, is_blank, plain_text

HEADING = re.compile(r"<h[1-6][^<>]*+>(.*?)(?:</h[1-6]>|\Z)", re.DOTALL | re.IGNORECASE)
# One update in `updates.html`: a list item or article that starts with its date as a heading.
OLD_UPDATE = re.compile(r"<(?:li|article)\b[^<>]*+>\s*+<h2[^<>]*+>([^<]*+)</h2>", re.IGNORECASE)
END_OF_UPDATE = re.compile(r"</(?:li|article)>\s*+(?:<(?:li|article)\b|</)", re.IGNORECASE)


def read_announcements(source: OlxSource) -> Iterator[AnnouncementOutline]:
    """Yield the visible updates, in the source's order."""
    try:
        listed = values.listing(source.json("info/updates.items.json"))
    except ValueError as error:
        source.account.warn("info/updates.items.json", f"is omitted: {error}")
        listed = []
    page = source.text("info/updates.html") or ""
    updates = [update for update in listed if isinstance(update, dict)] or _old_updates(page)
    for number, update in enumerate(updates, start=1):
        name = f"update/{update.get('id') or number}"
        if update.get("status") == "deleted":
            source.account.skip(name, "is deleted")
            continue
        clean = clean_html(str(update.get("content") or ""), source.link)
        if is_blank(clean.text):
            continue
        source.account.read["announcements"] += 1
        yield AnnouncementOutline(
            key=source.block_key("course_info", name.replace("/", "-")),
            title=_title(clean.text, str(update.get("date") or "")),
            text=clean.text,
            published_at=_date(source, name, update.get("date")),
        )


def _old_updates(page: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    place = 0
    while (start := OLD_UPDATE.search(page, place)) and (end := END_OF_UPDATE.search(page, start.end())):
        place = end.start()
        found.append({"date": plain_text(start[1]), "content": page[start.end() : place]})
    return found


def _title(text: str, date: str) -> str:
    heading = HEADING.search(text)
    return (plain_text(heading[1]) if heading else "") or plain_text(date) or "Update"


def _date(source: OlxSource, name: str, date: Any) -> datetime | None:
    try:
        return values.moment(date)
    except ValueError as error:
        source.account.warn(name, f"its date is omitted: {error}")
        return None
