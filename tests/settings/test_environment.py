"""Settings, and that the README tells all of them."""

from dataclasses import fields

import pytest

from settings.environment import BUDGETS, PARALLEL, ROOT, Settings, WrongSetting


def names() -> list[str]:
    """Environment variables that are read."""
    return [each.metadata["variable"] for each in fields(Settings)]


@pytest.mark.parametrize("name", names())
def test_the_readme_tells_each_setting(name: str) -> None:
    assert f"`{name}`" in (ROOT / "README.md").read_text()


def test_hosts_are_read_from_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOLAGRAPH_HOSTS", "xikolo=learn.example.org, openedx = courses.example.org")
    assert Settings().hosts == {"xikolo": "learn.example.org", "openedx": "courses.example.org"}


def test_ends_are_read_from_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOLAGRAPH_SUNSETS", "xikolo=2027-03-31, openedx=2028-01-01T12:00:00+02:00")
    assert {name: moment.isoformat() for name, moment in Settings().sunsets.items()} == {
        "xikolo": "2027-03-31T00:00:00+00:00",
        "openedx": "2028-01-01T12:00:00+02:00",
    }
    for wrong in ("xikolo", "xikolo=", "=2027-03-31", "xikolo=soon"):
        monkeypatch.setenv("SCHOLAGRAPH_SUNSETS", wrong)
        with pytest.raises(WrongSetting, match="SCHOLAGRAPH_SUNSETS: write platform=date"):
            Settings()


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "PORT": "0",
        "SCHOLAGRAPH_POSTGRES": "wheel",
        "SCHOLAGRAPH_TELEMETRY": "True",
        "SCHOLAGRAPH_DEADLINE": "2.5",
        "SCHOLAGRAPH_CORS": "https://a.example.org, *",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    read = Settings()
    assert (read.port, read.postgres, read.telemetry, read.deadline) == (0, "wheel", True, 2.5)
    assert read.cors == {"https://a.example.org", "*"}
    assert Settings(port=9000).port == 9000
    assert read.pool_size == 8


def test_budgets_are_read_by_kind_of_viewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOLAGRAPH_BUDGETS", "anonymous=50/1000, application=7/70")
    monkeypatch.setenv("SCHOLAGRAPH_PARALLEL", "member=3")
    read = Settings()
    assert read.budgets == {**BUDGETS, "anonymous": (50, 1000), "application": (7, 70)}
    assert read.parallel == {**PARALLEL, "member": 3}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SCHOLAGRAPH_BUDGETS", "anonymous"),
        ("SCHOLAGRAPH_BUDGETS", "anonymous=50"),
        ("SCHOLAGRAPH_BUDGETS", "anonymous=0/10"),
        ("SCHOLAGRAPH_BUDGETS", "anonymous=1/1000"),
        ("SCHOLAGRAPH_BUDGETS", "nobody=1/10"),
        ("SCHOLAGRAPH_PARALLEL", "member=0"),
        ("SCHOLAGRAPH_PARALLEL", "member=many"),
        ("SCHOLAGRAPH_HOSTS", "xikolo"),
        ("SCHOLAGRAPH_HOSTS", "=learn.example.org"),
        ("SCHOLAGRAPH_POSTGRES", "mysql"),
        ("SCHOLAGRAPH_POOL_SIZE", "0"),
        ("PORT", "70000"),
        ("PORT", "http"),
        ("SCHOLAGRAPH_TELEMETRY", "perhaps"),
        ("SCHOLAGRAPH_DEADLINE", "0"),
        ("SCHOLAGRAPH_DEADLINE", "nan"),
        ("SCHOLAGRAPH_CORS", "app.example.org"),
        ("SCHOLAGRAPH_PLAYER_ORIGIN", "https://play.example.org/"),
    ],
)
def test_a_wrong_setting_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSetting, match=f"^{name}: "):
        Settings()


@pytest.mark.parametrize("name", names())
def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name, raising=False)
    unset = Settings()
    for empty in ("", " ", "\n"):
        monkeypatch.setenv(name, empty)
        assert Settings() == unset


def test_a_user_without_a_home_reads_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)
    with pytest.raises(
        WrongSetting, match=r"^SCHOLAGRAPH_HOME: this user has no home folder; write a folder$"
    ):
        _ = Settings().home_folder
    monkeypatch.setenv("SCHOLAGRAPH_HOME", "/somewhere")
    assert str(Settings().home_folder) == "/somewhere"


def test_a_home_may_begin_with_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somewhere")
    monkeypatch.setenv("SCHOLAGRAPH_HOME", "~/data")
    assert str(Settings().home_folder) == "/somewhere/data"
