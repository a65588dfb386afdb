"""Safe reading of untrusted archives: tar (gzip or plain), zip, or a folder in place.

No file is written outside a private temporary folder, and none larger than `ArchiveLimits` allows. Every
refusal is one `ArchiveError` whose message has the name of the faulty member.
"""

import gzip
import os
import re
import stat
import struct
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

MEGABYTE = 1_000_000
# Maximum size of a read: a longer tar header is no file name, and tarfile's patterns take quadratic time on
# it.
CHUNK = 16 * 1024
# zipfile reads a zip's table of contents in one piece; this size fits 20,000 entries with long names.
ZIP_TABLE = 8 * MEGABYTE
# Longest path that every tool can open.
PATH_BYTES = 1_024

DAMAGE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,  # zipfile's error for an unknown compression method
)
VERSION_CONTROL = frozenset({".git", ".hg", ".svn"})


class ArchiveError(Exception):
    """Raised when an archive, a folder or a file in it is refused; names the member."""


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Limits of an archive: sizes in bytes, `ratio` of inflated to packed size, `depth` in folders.

    The ratio counts only above `ratio_floor` inflated bytes: a short file of one repeated letter is no bomb.
    """

    packed: int = 512 * MEGABYTE
    inflated: int = 2_000 * MEGABYTE
    ratio: int = 100
    ratio_floor: int = 16 * MEGABYTE
    files: int = 20_000
    name: int = 255
    depth: int = 20


@dataclass(frozen=True, slots=True)
class Folder:
    """Files by path: relative, `/` between names, sorted. `label` is the folder's name in messages."""

    label: str
    files: dict[str, Path]

    def __contains__(self, path: str) -> bool:
        return path in self.files

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def read(self, path: str, limit: int = 10 * MEGABYTE) -> bytes:
        """Return the content of the file at `path`, which must exist.

        Raises ArchiveError if it is longer than `limit` bytes or cannot be read.
        """
        try:
            with self.files[path].open("rb") as file:
                content = file.read(limit + 1)
        except OSError as error:
            raise ArchiveError(f"{path}: cannot be read ({error.strerror}).") from error
        if len(content) > limit:
            raise ArchiveError(f"{path}: longer than {limit:,} bytes.")
        return content

    def inside(self, name: str) -> "Folder":
        """Return the content of folder `name`, with paths relative to it; this folder if `name` is empty."""
        if not name:
            return self
        prefix = name + "/"
        inner = {path[len(prefix) :]: file for path, file in self.files.items() if path.startswith(prefix)}
        return Folder(f"{self.label}/{name}", inner)


@contextmanager
def open_archive(
    path: Path, limits: ArchiveLimits | None = None, scratch: Path | None = None
) -> Iterator[Folder]:
    """Open the files at `path`: a folder in place, an archive unpacked until the context ends.

    It is unpacked in the folder `scratch`, by default in the system's folder for temporary files. Raises
    ArchiveError if `path` is neither, is damaged, or breaks a rule or a limit.
    """
    limits = limits or ArchiveLimits()
    if path.is_dir():
        files = _walk(path, limits)
        yield Folder(path.resolve().name, dict(sorted(files.items())))
        return
    if not path.exists():
        raise ArchiveError(f"{path}: does not exist.")
    with tempfile.TemporaryDirectory(prefix="scholagraph-", dir=scratch) as private:
        try:
            with path.open("rb") as file:
                files = _unpack(file, path.name, Path(private), limits)
        except RecursionError as error:
            raise ArchiveError(f"{path.name}: a chain of headers without end.") from error
        except DAMAGE as error:
            raise ArchiveError(f"{path.name}: cannot be read, it is damaged or cut off ({error}).") from error
        yield Folder(path.name, dict(sorted(files.items())))


def _unpack(file: IO[bytes], label: str, root: Path, limits: ArchiveLimits) -> dict[str, Path]:
    packed = os.fstat(file.fileno()).st_size
    if packed > limits.packed:
        raise ArchiveError(f"{label}: {packed:,} bytes packed, more than the {limits.packed:,} allowed.")
    start = file.read(512)
    file.seek(0)
    target = _Target(root, _Names(limits), _Meter(label, packed, limits))
    if start.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=file) as inflated:
            _untar(_Forward(cast(IO[bytes], inflated), target.meter), target)
    elif start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        _unzip(_Guarded(file, label), packed, target)
    elif start[257:262] == b"ustar":
        _untar(_Forward(file, target.meter), target)
    else:
        raise ArchiveError(f"{label}: neither a folder nor a tar.gz, tar or zip archive.")
    return target.files


def _untar(file: "_Forward", target: "_Target") -> None:
    with tarfile.TarFile(fileobj=cast(IO[bytes], file), encoding="utf-8", errors="surrogateescape") as tar:
        try:
            for member in tar:
                if member.isdir():
                    target.names.add_folder(member.name)
                elif member.isreg() and not member.issparse():
                    # The stream itself counts its bytes, including headers.
                    target.meter.check(member.size)
                    target.write(member.name, cast(IO[bytes], tar.extractfile(member)), member.size)
                else:
                    raise ArchiveError(f"{_shown(member.name)}: is a link or a device, not a file.")
        except RecursionError as error:
            raise ArchiveError(f"{target.meter.label}: a chain of headers without end.") from error
    # tarfile takes an unreadable header for the end: then it was not the required block of zeros.
    if file.last.strip(b"\0"):
        raise ArchiveError(f"{target.meter.label}: damaged after {_shown(target.newest)}.")


def _unzip(file: "_Guarded", packed: int, target: "_Target") -> None:
    with zipfile.ZipFile(cast(IO[bytes], file)) as archive:
        members = archive.infolist()
        if sum(member.compress_size for member in members) > packed:
            raise ArchiveError(f"{target.meter.label}: members overlap.")
        for member in members:
            # filename ends at a NUL byte; the original shows that there was one.
            name = _spelled(member)
            kind = stat.S_IFMT(member.external_attr >> 16)
            if member.flag_bits & 1:
                raise ArchiveError(f"{_shown(name)}: is encrypted.")
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise ArchiveError(f"{_shown(name)}: is a link or a device, not a file.")
            if name.endswith("/") or kind == stat.S_IFDIR:
                target.names.add_folder(name)
                continue
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ArchiveError(f"{_shown(name)}: is packed by a method that is not supported.")
            target.meter.check(member.file_size)
            with archive.open(member) as source:
                target.write(name, source, member.file_size, counted=False)


def _walk(root: Path, limits: ArchiveLimits) -> dict[str, Path]:
    files: dict[str, Path] = {}
    names = _Names(limits)
    real = root.resolve()
    total = 0
    for folder, folders, entries in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in VERSION_CONTROL)
        for name in [*folders, *sorted(entries)]:
            place = Path(folder, name)
            path = place.relative_to(root).as_posix()
            if place.is_symlink() and not place.resolve().is_relative_to(real):
                raise ArchiveError(f"{_shown(path)}: is a link that leaves the folder.")
            if place.is_file():
                files[names.add_file(path)] = place.resolve()
                total += place.stat().st_size
            elif place.is_dir() and not place.is_symlink():
                names.add_folder(path)
            else:
                raise ArchiveError(f"{_shown(path)}: is a link to a folder, or a device, not a file.")
    if total > limits.inflated:
        raise ArchiveError(f"{root.name}: {total:,} bytes, more than the {limits.inflated:,} allowed.")
    return files


class _Meter:
    """Counts the inflated bytes of one archive and stops above its limits."""

    def __init__(self, label: str, packed: int, limits: ArchiveLimits) -> None:
        self.label = label
        self.total = 0
        self.most = min(limits.inflated, max(limits.ratio_floor, packed * limits.ratio))

    def add(self, count: int) -> None:
        self.check(count)
        self.total += count

    def check(self, more: int) -> None:
        """Refuse a member that announces more than the remaining bytes."""
        if self.total + more > self.most:
            raise ArchiveError(f"{self.label}: inflates to more than {self.most:,} bytes.")


class _Forward:
    """Inflated bytes of a tar for tarfile, forward only and counted.

    A step back would inflate a gzip file from its start again. Bytes are counted here rather than per member,
    because headers and padding can be the bomb.
    """

    def __init__(self, file: IO[bytes], meter: _Meter) -> None:
        self.file = file
        self.meter = meter
        self.position = 0
        self.last = b""

    def tell(self) -> int:
        return self.position

    def seek(self, position: int) -> int:
        if position < self.position:
            raise ArchiveError(f"{self.meter.label}: damaged, a member points backwards.")
        self.meter.check(position - self.position)
        while self.position < position and self.read(min(CHUNK, position - self.position)):
            pass
        return self.position

    def read(self, count: int) -> bytes:
        if not 0 <= count <= CHUNK:
            raise ArchiveError(f"{self.meter.label}: damaged, a header of {count:,} bytes.")
        self.last = self.file.read(count)
        self.position += len(self.last)
        self.meter.add(len(self.last))
        return self.last


class _Guarded:
    """A zip for zipfile, which would read a table of contents of any size into memory."""

    def __init__(self, file: IO[bytes], label: str) -> None:
        self.file = file
        self.label = label
        self.tell = file.tell
        self.seek = file.seek
        self.seekable = file.seekable

    def read(self, count: int = -1) -> bytes:
        content = self.file.read(ZIP_TABLE + 1 if count < 0 else min(count, ZIP_TABLE + 1))
        if len(content) > ZIP_TABLE:
            raise ArchiveError(f"{self.label}: its table of contents is longer than {ZIP_TABLE:,} bytes.")
        return content


class _Target:
    """The private folder, filled one member after the other."""

    def __init__(self, root: Path, names: "_Names", meter: _Meter) -> None:
        self.root = root
        self.names = names
        self.meter = meter
        self.files: dict[str, Path] = {}
        self.newest = "its start"

    def write(self, name: str, source: IO[bytes], size: int, *, counted: bool = True) -> None:
        """Write a member with an announced size of `size` bytes; bytes not yet `counted` go to the meter."""
        path = self.newest = self.names.add_file(name)
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        written = 0
        try:
            with place.open("xb") as file:
                while chunk := source.read(CHUNK):
                    written += len(chunk)
                    if not counted:
                        self.meter.add(len(chunk))
                    file.write(chunk)
        except DAMAGE as error:
            raise ArchiveError(
                f"{_shown(name)}: cannot be unpacked, damaged or cut off ({error})."
            ) from error
        if written != size:
            raise ArchiveError(f"{_shown(name)}: holds {written:,} bytes where {size:,} are announced.")
        self.files[path] = place


class _Names:
    """Names used so far, and the rules for the next: each method returns the member's clean path."""

    def __init__(self, limits: ArchiveLimits) -> None:
        self.limits = limits
        self.count = 0
        self.files: set[str] = set()
        # Folded (case and Unicode form) to original: two names that fold alike would be one file elsewhere.
        self.written: dict[str, str] = {}

    def add_folder(self, name: str) -> str:
        parts = self._checked(name)
        path = "/".join(parts)
        if parts:
            self._claim(parts, name)
            if path in self.files:
                raise ArchiveError(f"{_shown(name)}: is a folder and a file.")
        return path

    def add_file(self, name: str) -> str:
        parts = self._checked(name)
        path = "/".join(parts)
        if not parts or name.endswith("/"):
            raise ArchiveError(f"{_shown(name)}: is no name for a file.")
        if _folded(path) in self.written:
            raise ArchiveError(
                f"{_shown(name)}: is there twice, or as {_shown(self.written[_folded(path)])}."
            )
        self._claim(parts, name)
        self.files.add(path)
        return path

    def _checked(self, name: str) -> list[str]:
        self.count += 1
        if self.count > self.limits.files:
            raise ArchiveError(f"{_shown(name)}: is one more than the {self.limits.files:,} members allowed.")
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if "\0" in name or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
            raise ArchiveError(f"{_shown(name)}: has a control character or a byte that is not UTF-8.")
        if name.startswith("/") or "\\" in name or re.match(r"[A-Za-z]:", name) or ".." in parts:
            raise ArchiveError(f"{_shown(name)}: points outside the archive, or uses backslashes.")
        if len(parts) > self.limits.depth:
            raise ArchiveError(f"{_shown(name)}: is deeper than {self.limits.depth} folders.")
        if any(len(part.encode()) > self.limits.name for part in parts) or len(name.encode()) > PATH_BYTES:
            raise ArchiveError(f"{_shown(name)}: has a name longer than {self.limits.name} bytes.")
        return parts

    def _claim(self, parts: list[str], name: str) -> None:
        for end in range(1, len(parts) + 1):
            path = "/".join(parts[:end])
            known = self.written.setdefault(_folded(path), path)
            if known != path:
                raise ArchiveError(f"{_shown(name)}: differs from {_shown(known)} by case or accents only.")
            if end < len(parts) and path in self.files:
                raise ArchiveError(f"{_shown(name)}: is in {_shown(path)}, which is a file.")


def _spelled(member: zipfile.ZipInfo) -> str:
    """Return a member's name: Windows tools write `\\` between folders, some write unmarked UTF-8."""
    name = member.orig_filename
    if not member.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return name.replace("\\", "/")


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())


def _shown(name: str) -> str:
    """Return the name for a message: short, one line, without control characters."""
    clean = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)
    return clean if len(clean) <= 120 else clean[:117] + "..."
