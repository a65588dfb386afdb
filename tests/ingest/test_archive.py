"""Archives: what is read, and that nothing harmful is."""

import contextlib
import gzip
import io
import os
import stat
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.archive import ArchiveError, ArchiveLimits, open_archive

FILES = {"a.txt": b"one", "b/c.txt": b"two", "b/d/e.txt": b"three"}


def tar(members: list[tuple[tarfile.TarInfo, bytes]], packed: bool = True) -> bytes:
    """A tar of the members, gzip-packed unless told otherwise."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz" if packed else "w") as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    """A tar member's header."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of the members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name) if name.endswith("/") else name, content)
    return buffer.getvalue()


def tarred(members: dict[str, bytes], packed: bool = True) -> bytes:
    """A tar of plain files."""
    return tar([(member(name), content) for name, content in members.items()], packed)


def read(content: bytes, limits: ArchiveLimits | None = None) -> dict[str, bytes]:
    """Names and contents of an archive's files."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "packed")
        path.write_bytes(content)
        with open_archive(path, limits) as files:
            return {name: files.read(name) for name in files}


@pytest.mark.parametrize(
    "pack", [tarred, lambda files: tarred(files, packed=False), zipped], ids=["tar.gz", "tar", "zip"]
)
def test_reads_every_kind(pack: Callable[[dict[str, bytes]], bytes]) -> None:
    assert read(pack(FILES)) == FILES


def test_reads_a_folder_in_place(tmp_path: Path) -> None:
    for name, content in {**FILES, ".git/config": b"no"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    with open_archive(tmp_path) as folder:
        assert {name: folder.read(name) for name in folder} == FILES
        assert list(folder.inside("b")) == ["c.txt", "d/e.txt"]
        assert "a.txt" in folder
        with pytest.raises(ArchiveError, match=r"b/c\.txt: longer than 2 bytes"):
            folder.read("b/c.txt", limit=2)
    assert (tmp_path / "a.txt").exists()


def test_the_unpacked_files_are_private_and_go(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(zipped(FILES))
    places = []

    def work() -> None:
        with open_archive(path) as folder:
            places.append(folder.files["a.txt"].parent)
            assert stat.S_IMODE(places[0].stat().st_mode) == 0o700
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert not places[0].exists()


def test_nothing_stays_of_a_refused_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    path = tmp_path / "x.tar.gz"
    path.write_bytes(tarred({"good.txt": b"1", "../../evil.txt": b"2"}))
    with pytest.raises(ArchiveError, match=r"\.\./\.\./evil\.txt: points outside"), open_archive(path):
        pass
    assert {place.name for place in tmp_path.rglob("*")} == {"tmp", "x.tar.gz"}


BAD_NAMES = {
    "../x": "points outside",
    "a/../../x": "points outside",
    "/etc/passwd": "points outside",
    "C:/x": "points outside",
    "c:x": "points outside",
    "a\\b": "uses backslashes",
    "a\nb": "control character",
    "a\x7fb": "control character",
    "n" * 256: "longer than 255 bytes",
    "ü" * 128: "longer than 255 bytes",
    "/".join(["d"] * 21): "deeper than 20",
    "/".join(["n" * 200] * 6): "longer than 255 bytes",
}


@pytest.mark.parametrize("pack", [tarred, zipped])
@pytest.mark.parametrize("name", BAD_NAMES)
def test_refuses_names(name: str, pack: Callable[[dict[str, bytes]], bytes]) -> None:
    if "\\" in name and pack is zipped:
        pytest.skip("tools on Windows write zips so")
    with pytest.raises(ArchiveError, match=BAD_NAMES[name]):
        read(pack({name: b"x"}))


def test_refuses_a_name_that_is_not_utf8() -> None:
    content = tarred({"name-xx.txt": b"x"}, packed=False).replace(b"name-xx", b"name-\xff\xfe")
    header = bytearray(content[:512])
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()
    with pytest.raises(ArchiveError, match="not UTF-8"):
        read(bytes(header) + content[512:])


def test_refuses_a_zip_name_with_a_nul_byte() -> None:
    with pytest.raises(ArchiveError, match="control character"):
        read(zipped({"image.pngXevil.sh": b"x"}).replace(b"pngX", b"png\0"))


@pytest.mark.parametrize(
    "names",
    [
        ("A.txt", "a.TXT"),
        ("é.txt", "e\N{COMBINING ACUTE ACCENT}.txt"),
        ("Dir/x", "dir/y"),
        ("straße", "STRASSE"),
    ],
)
def test_refuses_names_that_fold_alike(names: tuple[str, str]) -> None:
    with pytest.raises(ArchiveError, match=r"by case or accents only|is there twice"):
        read(zipped(dict.fromkeys(names, b"x")))


def test_refuses_the_same_name_twice() -> None:
    with pytest.raises(ArchiveError, match=r"a\.txt: is there twice"):
        read(tar([(member("a.txt"), b"1"), (member("./a.txt"), b"2")]))


@pytest.mark.parametrize("order", [1, -1])
def test_refuses_a_file_that_is_a_folder_too(order: int) -> None:
    with pytest.raises(ArchiveError, match=r"is a file|is there twice|a folder and a file"):
        read(tar([(member("a"), b"1"), (member("a/b"), b"2")][::order]))


def test_folders_may_be_named_and_repeated() -> None:
    folder = member("b", tarfile.DIRTYPE)
    assert read(tar([(folder, b""), (member("b/c"), b"1"), (folder, b""), (member("./"), b"")][:3])) == {
        "b/c": b"1"
    }
    assert read(zipped({"b/": b"", "b/c": b"1"})) == {"b/c": b"1"}


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE]
)
def test_refuses_links_and_devices_in_tar(kind: bytes) -> None:
    with pytest.raises(ArchiveError, match="evil: is a link or a device"):
        read(tar([(member("evil", kind, "/etc/passwd"), b"")]))


def test_refuses_links_in_zip() -> None:
    info = zipfile.ZipInfo("evil")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(ArchiveError, match="evil: is a link"):
        read(buffer.getvalue())


def test_a_folder_may_link_within_itself_only(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.txt").write_text("one")
    (root / "b.txt").symlink_to("a.txt")
    with open_archive(root) as folder:
        assert folder.read("b.txt") == b"one"
    (tmp_path / "secret").write_text("no")
    (root / "c.txt").symlink_to(tmp_path / "secret")
    with pytest.raises(ArchiveError, match=r"c\.txt: is a link that leaves"), open_archive(root):
        pass
    (root / "c.txt").unlink()
    (root / "loop").symlink_to(root)
    with pytest.raises(ArchiveError, match="loop: is a link to a folder"), open_archive(root):
        pass
    (root / "loop").unlink()
    os.mkfifo(root / "pipe")
    with pytest.raises(ArchiveError, match="pipe: is a link to a folder, or a device"), open_archive(root):
        pass


SMALL = ArchiveLimits(packed=100_000, inflated=1_000_000, ratio=10, ratio_floor=50_000, files=5)


@pytest.mark.parametrize("pack", [tarred, zipped])
def test_refuses_what_inflates_too_far(pack: Callable[[dict[str, bytes]], bytes]) -> None:
    with pytest.raises(ArchiveError, match="inflates to more than 50,000 bytes"):
        read(pack({"bomb": bytes(60_000)}), SMALL)
    assert len(read(pack({"short": bytes(30_000)}), SMALL)["short"]) == 30_000


def test_refuses_more_than_the_plain_limits() -> None:
    noise = os.urandom(120_000)
    with pytest.raises(ArchiveError, match="more than the 100,000 allowed"):
        read(zipped({"noise": noise}), SMALL)
    with pytest.raises(ArchiveError, match="f5: is one more than the 5 members allowed"):
        read(zipped({f"f{number}": b"" for number in range(6)}), SMALL)
    with pytest.raises(ArchiveError, match="inflates to more than 1,000 bytes"):
        read(tarred({"noise": noise[:2_000]}), ArchiveLimits(inflated=1_000))


def test_limits_hold_for_a_folder_too(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(2_000))
    limits = ArchiveLimits(inflated=1_000)
    with (
        pytest.raises(ArchiveError, match="2,000 bytes, more than the 1,000"),
        open_archive(tmp_path, limits),
    ):
        pass


def test_headers_and_padding_count_too() -> None:
    # No member at all, only zeros after the end mark: the stream itself is the bomb.
    content = gzip.compress(tarred({}, packed=False) + bytes(10_000))
    assert read(content, ArchiveLimits(ratio_floor=100_000)) == {}
    info = tarfile.TarInfo("x")
    info.pax_headers = {"comment": "1" * 1_000_000}
    with pytest.raises(ArchiveError, match="a header of 1,000,448 bytes"):
        read(tar([(info, b"")]))


def test_refuses_a_size_that_lies() -> None:
    content = bytearray(zipped({"a": b"x" * 1_000}))
    table = content.rfind(b"PK\x01\x02")
    struct.pack_into("<L", content, table + 24, 10)
    with pytest.raises(ArchiveError):
        read(bytes(content))


def test_refuses_members_that_overlap() -> None:
    # Two names for one packed stream, as in the bombs that hold more than they are long.
    noise = os.urandom(4_000)
    content = bytearray(zipped({"a": noise, "b": b""}))
    table = content.find(b"PK\x01\x02")
    second = content.find(b"PK\x01\x02", table + 1)
    content[second + 16 : second + 28] = content[table + 16 : table + 28]
    with pytest.raises(ArchiveError, match="members overlap"):
        read(bytes(content))


def test_refuses_encrypted_members_and_rare_methods() -> None:
    content = bytearray(zipped({"a": b"x"}))
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ArchiveError, match="a: is encrypted"):
        read(bytes(content))
    with pytest.raises(ArchiveError, match="a: is packed by a method"):
        read(zipped({"a": b"x"}, zipfile.ZIP_BZIP2))


def test_refuses_a_table_of_contents_too_long_to_hold() -> None:
    content = bytearray(zipped({"a": b"x"}))
    end = content.rfind(b"PK\x05\x06")
    content[end:end] = bytes(9_000_000)
    struct.pack_into("<L", content, content.rfind(b"PK\x05\x06") + 12, 9_000_000)
    with pytest.raises(ArchiveError, match="table of contents"):
        read(bytes(content))


@pytest.mark.parametrize("end", [10, 300, 700])
@pytest.mark.parametrize("pack", [tarred, lambda files: tarred(files, packed=False), zipped])
def test_refuses_what_is_cut_off(pack: Callable[[dict[str, bytes]], bytes], end: int) -> None:
    content = pack({"a.txt": os.urandom(500), "b.txt": os.urandom(500)})
    with pytest.raises(ArchiveError):
        read(content[:end])


def test_refuses_a_tar_damaged_in_the_middle() -> None:
    content = bytearray(tarred({"a.txt": b"one", "b.txt": b"two"}, packed=False))
    content[1_024 + 20] = 0x41
    with pytest.raises(ArchiveError, match=r"damaged after a\.txt"):
        read(bytes(content))


def test_refuses_what_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="neither a folder nor"):
        read(b"just text")
    with pytest.raises(ArchiveError, match="does not exist"), open_archive(tmp_path / "absent"):
        pass


names = st.lists(
    st.one_of(st.text(max_size=20), st.sampled_from(["..", ".", "a", "A", "a/b", "/", "\\", "b/../c", "C:"])),
    max_size=4,
)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@given(st.lists(names.map("/".join), max_size=4), st.sampled_from([tarred, zipped]))
def test_any_names_are_refused_or_read_inside(
    paths: list[str], pack: Callable[[dict[str, bytes]], bytes]
) -> None:
    try:
        content = pack(dict.fromkeys(paths, b""))
    except (UnicodeEncodeError, ValueError, IndexError):
        # No writer makes such a name.
        return
    try:
        found = read(content)
    except ArchiveError:
        return
    for path in found:
        parts = path.split("/")
        assert ".." not in parts
        assert "" not in parts
        assert "\\" not in path


@given(st.sampled_from([tarred, zipped]), st.data())
def test_damage_never_ends_in_another_error(
    pack: Callable[[dict[str, bytes]], bytes], data: st.DataObject
) -> None:
    content = bytearray(pack(FILES))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ArchiveError):
        read(bytes(content), ArchiveLimits(inflated=1_000_000))
