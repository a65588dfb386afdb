"""Snapshots: transactions that a reader of events has seen.

Ids are assigned when rows are written, not when they are committed: a reader that stores the highest id, or
the newest transaction, misses transactions that started before and committed after. PostgreSQL's own
snapshots (`pg_snapshot`) list exactly the transactions that had ended at a timestamp, so new events between
two snapshots are a set difference: no event is missed or repeated, and no reader waits for a long transaction
that may still write.
"""

import re
from dataclasses import dataclass

FORM = re.compile(r"(\d{1,19}):(\d{1,19}):((?:\d{1,19}(?:,\d{1,19})*)?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Transactions below `end` have ended, except those in `running`; all others are still to come."""

    end: int
    running: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> "Snapshot":
        """Return a snapshot from PostgreSQL's text (`xmin:xmax:xip,…`); raise `ValueError` if invalid."""
        if (match := FORM.fullmatch(text)) is None:
            raise ValueError(text)
        return cls(int(match[2]), frozenset(int(each) for each in match[3].split(",") if each))

    def __str__(self) -> str:
        running = sorted(self.running)
        start = running[0] if running else self.end
        return f"{start}:{self.end}:{','.join(map(str, running))}"

    def sees(self, transaction: int) -> bool:
        """Check whether a transaction had ended."""
        return transaction < self.end and transaction not in self.running

    def until(self, later: "Snapshot", transaction: int) -> "Snapshot":
        """Return the snapshot of a reader who has read the new events in `later` below `transaction`.

        `transaction` is itself new in `later`.
        """
        still = {each for each in self.running if each >= transaction or not later.sees(each)}
        still |= {each for each in later.running if self.end <= each < transaction}
        return Snapshot(max(self.end, transaction), frozenset(still))
