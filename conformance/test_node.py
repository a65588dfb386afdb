"""Checks written for Node: each `<folder>/<name>.test.mjs` is one, run by Node's test runner."""

import subprocess
from pathlib import Path

import pytest

from conformance.conftest import HERE
from conformance.service import Service

CHECKS = sorted(HERE.glob("*/*.test.mjs"))
PATIENCE = 240
"""Timeout of a check in seconds."""


@pytest.mark.parametrize("check", CHECKS, ids=lambda path: path.relative_to(HERE).as_posix())
def test_check(check: Path, node: Path, service: Service) -> None:
    ran = subprocess.run(
        [node, "--test", "--test-reporter=spec", str(check)],
        cwd=HERE,
        env=service.environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    print(ran.stdout)  # noqa: T201 (shown by `-rP`)
