"""Settings, homes, buckets, hosts and ports that cannot work: one sentence each."""

import subprocess
import sys
from pathlib import Path

import pytest

import cli
from models.storage.objects import FileStore, ObjectStoreError
from serving.server import listen
from settings.environment import ROOT, Settings, settings

SENTENCES = [
    ("SCHOLAGRAPH_HOME", "{file}", "{file} cannot be the home of the embedded database: Not a directory."),
    ("SCHOLAGRAPH_HOME", "{file}/x", "{file}/x cannot be the home of the embedded database: Not a directory"),
    (
        "SCHOLAGRAPH_HOME",
        "/proc/home",
        "/proc/home cannot be the home of the embedded database: No such file",
    ),
    ("SCHOLAGRAPH_HOME", "~nobody-of-this-name", "SCHOLAGRAPH_HOME: this user has no home folder"),
    ("SCHOLAGRAPH_ASSETS", "ftp://bucket", "SCHOLAGRAPH_ASSETS: write file:///folder, s3://bucket, "),
    ("SCHOLAGRAPH_ASSETS", "nonsense", "SCHOLAGRAPH_ASSETS: write file:///folder, s3://bucket, "),
    ("SCHOLAGRAPH_ASSETS", "s3://", "SCHOLAGRAPH_ASSETS: write file:///folder, s3://bucket, "),
    ("SCHOLAGRAPH_ASSETS", "file://host/folder", "SCHOLAGRAPH_ASSETS: write file:///folder, s3://bucket, "),
    ("PORT", "eighty", "PORT: write a whole number from 0 to 65535."),
    ("PORT", "70000", "PORT: write a whole number from 0 to 65535."),
    ("PORT", "9" * 5000, "PORT: write a whole number from 0 to 65535."),
    ("SCHOLAGRAPH_POOL_SIZE", "0", "SCHOLAGRAPH_POOL_SIZE: write a whole number of at least 1."),
    ("SCHOLAGRAPH_DEADLINE", "inf", "SCHOLAGRAPH_DEADLINE: write a number of seconds, more than 0."),
    ("SCHOLAGRAPH_DEADLINE", "soon", "SCHOLAGRAPH_DEADLINE: write a number of seconds, more than 0."),
    ("SCHOLAGRAPH_PLAYER_ORIGIN", "https://play.example.org:x", "SCHOLAGRAPH_PLAYER_ORIGIN: write an origin"),
    ("SCHOLAGRAPH_PLAYER_ORIGIN", "https://[play", "SCHOLAGRAPH_PLAYER_ORIGIN: write an origin"),
    ("SCHOLAGRAPH_CORS", "app.example.org", "SCHOLAGRAPH_CORS: write origins such as"),
]


@pytest.mark.parametrize(("variable", "value", "message"), SENTENCES)
def test_a_wrong_setting_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str
) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.delenv("SCHOLAGRAPH_DATABASE_URL", raising=False)
    monkeypatch.setenv("SCHOLAGRAPH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(variable, value.replace("{file}", str(file)))
    settings.cache_clear()
    try:
        with pytest.raises(SystemExit) as end:
            cli.main(["migrate"])
    finally:
        settings.cache_clear()
    sentence = str(end.value.code)
    assert sentence.startswith("scholagraph: ")
    assert message.replace("{file}", str(file)) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("host", "reason"),
    [("ä..b", "this is no name of a host"), ("192.0.2.1", "Cannot assign requested address")],
)
def test_a_wrong_host_is_one_sentence(host: str, reason: str) -> None:
    with pytest.raises(SystemExit, match=rf"^scholagraph: cannot serve on {host} port 0: {reason}\.$"):
        listen(Settings(host=host, port=0))


def test_a_taken_port_is_one_sentence() -> None:
    with listen(Settings(port=0)) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"cannot serve on 127\.0\.0\.1 port {port}: Address already"):
            listen(Settings(port=port))


async def test_a_store_that_takes_no_file_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ObjectStoreError, match=r"file: File exists\. Set SCHOLAGRAPH_HOME or [^\n]+\.$"):
        FileStore.in_folder(tmp_path / "file")
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "uploads").touch()
    store = FileStore.in_folder(tmp_path / "store")
    with pytest.raises(ObjectStoreError, match=r"^course files cannot be stored in file:[^\n]+\.$"):
        await store.check()
    for name, value in {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b", "ENDPOINT_URL": "ftp://x"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with pytest.raises(ObjectStoreError, match=r"^course files cannot be stored in s3://bucket: [^\n]+\.$"):
        await FileStore("s3://bucket").check()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_store_keeps_nothing_of_its_check(tmp_path: Path) -> None:
    await FileStore.in_folder(tmp_path).check()
    assert files_in(tmp_path) == []


def test_output_that_is_not_read_to_its_end_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), "routes"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        errors = process.stderr.read()
    assert (process.returncode, errors) == (141, b"")
