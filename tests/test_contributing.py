"""The guides of CONTRIBUTING.md, followed to the letter in a copy of the tree."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from settings.environment import ROOT

STEP = re.compile(r"^\d+\. `([\w/]+\.py)`.*?^   ```python\n(.*?)^   ```$", re.MULTILINE | re.DOTALL)
CHECKS = (
    "tests/graph/learning/test_bookmark.py",
    "tests/graph/declaring/test_policy.py::test_node_finds_what_the_viewer_sees",
    "tests/graph/declaring/test_policy.py::test_root_lists_and_their_counts_hold_what_the_viewer_sees",
    "tests/models/postgres/test_migrate.py",
    "tests/test_layout.py",
)


def copy_of_the_tree(folder: Path) -> None:
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in files:
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)


def test_a_concept_is_five_new_files(tmp_path: Path) -> None:
    """The guide's bookmark answers `node(id:)`, a list, a mutation, and the policy table."""
    guide = (ROOT / "CONTRIBUTING.md").read_text().partition("## Add a concept")[2]
    steps = STEP.findall(guide)
    assert len(steps) == 5
    copy_of_the_tree(tmp_path)
    for name, code in steps:
        assert not (tmp_path / name).exists()
        (tmp_path / name).write_text(dedent(code))
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *CHECKS]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:]
