"""Log records, and the request id that connects a client's request with its log lines.

A logger keeps the name of its first release when its module moves: operators filter by it.
"""

import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import orjson
from uuid_utils import uuid7

PLAIN = "%(levelname)s %(name)s: %(message)s"
PLAIN_ID = re.compile(r"[\w.:-]{1,100}", re.ASCII)

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Id of the current request; empty outside a request."""

operation: ContextVar[str] = ContextVar("operation", default="")
"""Name of the operation being executed; empty for an anonymous operation, and outside an operation."""

OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "taskName", "color_message"}


def identify(given: str | None) -> str:
    """Start a request: its id is the one from a proxy, else a new one."""
    chosen = given if given is not None and PLAIN_ID.fullmatch(given) else str(uuid7())
    request_id.set(chosen)
    operation.set("")
    return chosen


def set_up(level: str, *, as_json: bool) -> None:
    """Log to standard error from `level` on: plain lines, or JSON for machines."""
    handler = logging.StreamHandler()
    handler.addFilter(_is_news)
    handler.setFormatter(JsonLines() if as_json else logging.Formatter(PLAIN))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def _is_news(record: logging.LogRecord) -> bool:
    """Return whether a record is worth a line: a pool replaces a connection that Ctrl-C has closed."""
    return not (record.name == "psycopg.pool" and record.getMessage().startswith("discarding closed"))


class JsonLines(logging.Formatter):
    """One JSON object per record; the entries of `extra` are added to the usual ones."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in OF_EVERY_RECORD}
        if request := request_id.get():
            line["requestId"] = request
        if name := operation.get():
            line["operation"] = name
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()
