"""What is logged."""

import json
import logging
import re
from collections.abc import Iterator

import pytest

from graph.execution.measure import note
from settings import logs
from settings.environment import ROOT, Settings

PRODUCT_FOLDERS = ("graph", "ingest", "models", "resolvers", "rest", "runtime", "serving", "settings")
FILES = [file for folder in PRODUCT_FOLDERS for file in (ROOT / folder).rglob("*.py")]
RELEASED_LOGGERS = {
    "graph.execute",
    "graph.http.asker",
    "graph.http.measure",
    "graph.http.refusal",
    "graph.http.stream",
    "graph.http.websocket",
    "graph.limits.budget",
    "graph.limits.exceed",
    "ingest.job",
    "ingest.worker",
    "models.cluster",
    "models.listener",
    "models.migrate",
    "resolvers.feed",
    "resolvers.housekeeping",
    "resolvers.submission",
}


@pytest.fixture(autouse=True)
def _loggers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def test_production_logs_every_operation_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = Settings(env="production")
    logs.set_up(chosen.log_level, as_json=chosen.in_production)
    logs.identify("request-7")
    logs.operation.set("Courses")
    note("OK", "Courses", 0.0123, 4)
    (line,) = map(json.loads, lines(capsys))
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "graph.http.measure",
        "message": "Answered",
        "requestId": "request-7",
        "operation": "Courses",
        "code": "OK",
        "milliseconds": 12.3,
        "statements": 4,
    }


def test_an_exception_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("info", as_json=True)
    try:
        raise ValueError("a\nb")  # noqa: TRY301
    except ValueError:
        logging.getLogger("test").exception("Failed")
    (line,) = map(json.loads, lines(capsys))
    assert line["exception"].startswith("Traceback")
    assert line["level"] == "error"


def test_development_logs_what_is_wrong_alone(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(Settings().log_level, as_json=False)
    note("OK")
    logging.getLogger("test").warning("Beware")
    assert lines(capsys) == ["WARNING test: Beware"]


@pytest.mark.parametrize("given", ["a b", "", "é", "a" * 101, "a\n"])
def test_an_id_that_is_no_plain_word_is_not_taken(given: str) -> None:
    assert logs.identify(given) != given
    assert logs.identify("a-1.b:c_d") == "a-1.b:c_d"


def test_loggers_keep_their_names() -> None:
    found: set[str] = set()
    for file in FILES:
        own = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for name in re.findall(r"getLogger\(([^)]+)\)", file.read_text()):
            found.add(own if name == "__name__" else name.strip('"'))
    assert found == RELEASED_LOGGERS
