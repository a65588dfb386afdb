"""Snapshots: which transactions a reader of events has seen.

Ids are given when rows are written, not when they are committed: who remembers the highest id, or the newest
transaction, misses what was begun before and committed after. PostgreSQL's own snapshots (`pg_snapshot`) say
exactly which transactions were over at a moment, so what is new between two of them is a set difference:
nothing is missed, nothing comes twice, and nobody waits for a long transaction that may yet write.
"""

import re
from dataclasses import dataclass

FORM = re.compile(r"(\d{1,19}):(\d{1,19}):((?:\d{1,19}(?:,\d{1,19})*)?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Transactions below `end` are over, but for those of `running`; all others are to come."""

    end: int
    running: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> "Snapshot":
        """A snapshot as PostgreSQL writes it (`xmin:xmax:xip,…`); `ValueError` for anything else."""
        if (match := FORM.fullmatch(text)) is None:
            raise ValueError(text)
        return cls(int(match[2]), frozenset(int(each) for each in match[3].split(",") if each))

    def __str__(self) -> str:
        running = sorted(self.running)
        start = running[0] if running else self.end
        return f"{start}:{self.end}:{','.join(map(str, running))}"

    def sees(self, transaction: int) -> bool:
        """Whether a transaction was over."""
        return transaction < self.end and transaction not in self.running

    def until(self, later: "Snapshot", transaction: int) -> "Snapshot":
        """What has been seen by who has taken what is new in `later` below `transaction`, one that is new."""
        still = {each for each in self.running if each >= transaction or not later.sees(each)}
        still |= {each for each in later.running if self.end <= each < transaction}
        return Snapshot(max(self.end, transaction), frozenset(still))
