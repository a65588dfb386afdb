"""The build backend: an editable install of a clone, and nothing else."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from scripts.editable_build import REFUSAL, build_sdist, build_wheel
from serving import server
from settings.environment import ROOT


@pytest.mark.parametrize("config_settings", [None, {"editable_mode": "strict"}])
def test_an_editable_install_puts_the_clone_on_the_path(
    tmp_path: Path, config_settings: dict[str, str] | None
) -> None:
    clone, wheels = tmp_path / "clone", tmp_path / "wheels"
    (clone / "scripts").mkdir(parents=True)
    wheels.mkdir()
    for name in ("pyproject.toml", "scripts/editable_build.py"):
        shutil.copy(ROOT / name, clone / name)
    build = (
        f"import editable_build; print(editable_build.build_editable({str(wheels)!r}, {config_settings!r}))"
    )
    built = subprocess.run(
        [sys.executable, "-c", build],
        cwd=clone,
        env={"PYTHONPATH": str(clone / "scripts")},
        capture_output=True,
        text=True,
        check=True,
    )
    with zipfile.ZipFile(wheels / built.stdout.splitlines()[-1]) as wheel:
        (path,) = (name for name in wheel.namelist() if name.endswith(".pth"))
        assert wheel.read(path).decode().split() == [str(clone)]


def test_wheels_and_source_archives_are_refused(tmp_path: Path) -> None:
    for build in (build_wheel, build_sdist):
        with pytest.raises(SystemExit, match=REFUSAL):
            build(str(tmp_path))


def test_the_hint_for_spans_names_an_extra_that_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "telemetry" in project["optional-dependencies"]
    monkeypatch.setitem(sys.modules, "serving.telemetry", None)
    with pytest.raises(SystemExit) as refusal:
        server.begin_telemetry()
    command = ".venv/bin/pip install -e '.[telemetry]'"
    assert command in str(refusal.value)
    assert command in (ROOT / "README.md").read_text()
