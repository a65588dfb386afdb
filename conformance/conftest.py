"""Fixtures of all checks: one running server, and Node with the packages of package-lock.json."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.service import Service, started
from settings.environment import ROOT

HERE = ROOT / "conformance"
INSTALLED = HERE / "node_modules" / ".package-lock.json"
OLDEST_NODE = 20


NEED_DEVELOPMENT = {"browser/graphiql.test.mjs": "needs GraphiQL, which is off in production"}
"""Checks that need GraphiQL or introspection; all others hold in production, too."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--production", action="store_true", help="check a server in production, without a demo")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--production"):
        return
    for item in items:
        for name, reason in NEED_DEVELOPMENT.items():
            if f"[{name}]" in item.name:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def in_production(request: pytest.FixtureRequest) -> bool:
    """Whether servers run in production."""
    return bool(request.config.getoption("--production"))


@pytest.fixture(scope="session")
def service(in_production: bool) -> Iterator[Service]:
    """Server of all checks."""
    with started(in_production=in_production) as running:
        yield running


@pytest.fixture(scope="session")
def node() -> Path:
    """Node with the packages installed; skips a check that needs it if Node is missing."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found is None or npm is None:
        pytest.skip("needs Node.js and npm, which are not on this machine")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").partition(".")[0]) < OLDEST_NODE:
        pytest.skip(f"needs Node.js {OLDEST_NODE} or newer; here is {version.strip()}")
    lock = HERE / "package-lock.json"
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run([npm, "ci", "--silent"], cwd=HERE, check=True, timeout=900)
        INSTALLED.touch()
    return Path(found)
