"""Report of an import: blocks that were read, kept unchanged, altered or skipped."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Note:
    """One remark: `what` is a block's type and title, or files; `why` is the remark."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Report of one import.

    `blocks` counts the source's blocks by their own type, `read` their results. `kept` are blocks stored
    unchanged, without a richer form; `altered` are blocks with parts removed; `skipped` is not in the course
    at all; `warnings` are faults to check.
    """

    blocks: Mapping[str, int]
    read: Mapping[str, int]
    kept: tuple[Note, ...]
    altered: tuple[Note, ...]
    skipped: tuple[Note, ...]
    warnings: tuple[Note, ...]

    def lines(self, most: int = 10) -> Iterator[str]:
        """Yield the report as text, with at most `most` names per reason."""
        yield "In the source: " + _counts(self.blocks)
        yield "Read: " + _counts(self.read)
        for heading, notes in (
            ("Kept as it was", self.kept),
            ("Changed", self.altered),
            ("Skipped", self.skipped),
            ("Warnings", self.warnings),
        ):
            if notes:
                yield f"{heading} ({len(notes)}):"
                yield from _grouped(notes, most)


@dataclass(slots=True)
class ReportBuilder:
    """A report under construction."""

    blocks: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    kept: list[Note] = field(default_factory=list)
    altered: list[Note] = field(default_factory=list)
    skipped: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)

    def keep(self, what: str, why: str) -> None:
        self.kept.append(Note(what, why))

    def alter(self, what: str, why: str) -> None:
        self.altered.append(Note(what, why))

    def skip(self, what: str, why: str) -> None:
        self.skipped.append(Note(what, why))

    def warn(self, what: str, why: str) -> None:
        self.warnings.append(Note(what, why))

    def closed(self) -> ImportReport:
        """Return the current report; repeated notes occur once."""
        lists = (self.kept, self.altered, self.skipped, self.warnings)
        read = {name: count for name, count in self.read.items() if count}
        return ImportReport(dict(self.blocks), read, *(tuple(dict.fromkeys(notes)) for notes in lists))


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items()) or "nothing"


def _grouped(notes: tuple[Note, ...], most: int) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for note in notes:
        groups.setdefault(note.why, []).append(note.what)
    for why, names in groups.items():
        more = f" and {len(names) - most} more" if len(names) > most else ""
        yield f"  {why}: {', '.join(names[:most])}{more}"
