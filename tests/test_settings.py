"""Settings, and that the README tells all of them."""

import pytest
from pydantic import ValidationError

from settings import ROOT, Settings


def names() -> list[str]:
    """Environment variables that are read."""
    prefix = Settings.model_config["env_prefix"]
    fields = Settings.model_fields.items()
    return [str(field.validation_alias or f"{prefix}{name.upper()}") for name, field in fields]


@pytest.mark.parametrize("name", names())
def test_the_readme_tells_each_setting(name: str) -> None:
    assert f"`{name}`" in (ROOT / "README.md").read_text()


def test_hosts_are_read_from_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOLAGRAPH_HOSTS", "xikolo=learn.example.org, openedx = courses.example.org")
    assert Settings().hosts == {"xikolo": "learn.example.org", "openedx": "courses.example.org"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SCHOLAGRAPH_HOSTS", "xikolo"),
        ("SCHOLAGRAPH_HOSTS", "=learn.example.org"),
        ("SCHOLAGRAPH_POSTGRES", "mysql"),
        ("SCHOLAGRAPH_POOL_SIZE", "0"),
        ("PORT", "70000"),
    ],
)
def test_a_wrong_setting_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()


def test_a_home_may_begin_with_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somewhere")
    monkeypatch.setenv("SCHOLAGRAPH_HOME", "~/data")
    assert str(Settings().home_folder) == "/somewhere/data"
