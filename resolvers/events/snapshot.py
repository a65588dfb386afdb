"""Snapshots: transactions that a reader of events has seen.

Ids are assigned when rows are written, not when they are committed: a reader that stores the highest id, or
the newest transaction, misses transactions that started before and committed after. PostgreSQL's own
snapshots (`pg_snapshot`) list exactly the transactions that had ended at a timestamp, so new events between
two snapshots are a set difference: no event is missed or repeated, and no reader waits for a long transaction
that may still write.

Only snapshots of one origin can be compared: another server, or the same one after it was restored to an
earlier time, gives the same ids to other transactions.
"""

import re
from dataclasses import dataclass

FORM = re.compile(r"(\d{1,19}):(\d{1,19}):((?:\d{1,19}(?:,\d{1,19})*)?)(?:@([0-9a-f]{1,32}))?", re.ASCII)

NOW = """
pg_current_snapshot()::text || '@' || (
    SELECT left(md5(concat_ws(
        ' ',
        (SELECT system_identifier FROM pg_control_system()),
        (SELECT oid FROM pg_database WHERE datname = current_database()),
        'events'::regclass::oid,
        CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END
    )), 12)
)
"""
"""SQL expression of the current snapshot and its origin: cluster, database, table of events, and timeline."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Transactions below `end` have ended, except those in `running`; all others are still to come.

    `origin` is null in cursors that an earlier version has made.
    """

    end: int
    running: frozenset[int]
    origin: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Snapshot":
        """Return a snapshot from its text (`xmin:xmax:xip,…@origin`); raise `ValueError` if invalid."""
        if (match := FORM.fullmatch(text)) is None:
            raise ValueError(text)
        return cls(int(match[2]), frozenset(int(each) for each in match[3].split(",") if each), match[4])

    def __str__(self) -> str:
        return f"{self.sql}@{self.origin}" if self.origin else self.sql

    @property
    def sql(self) -> str:
        """Text of the snapshot for PostgreSQL."""
        running = sorted(self.running)
        start = running[0] if running else self.end
        return f"{start}:{self.end}:{','.join(map(str, running))}"

    def sees(self, transaction: int) -> bool:
        """Check whether a transaction had ended."""
        return transaction < self.end and transaction not in self.running

    def is_before(self, later: "Snapshot") -> bool:
        """Check whether `later` continues this snapshot, on the same server and its timeline."""
        return self.origin in (None, later.origin) and self.end <= later.end

    def until(self, later: "Snapshot", transaction: int) -> "Snapshot":
        """Return the snapshot of a reader who has read the new events in `later` below `transaction`.

        `transaction` is itself new in `later`.
        """
        still = {each for each in self.running if each >= transaction or not later.sees(each)}
        still |= {each for each in later.running if self.end <= each < transaction}
        return Snapshot(max(self.end, transaction), frozenset(still), later.origin)
