"""Subtitles: SubRip (SRT), WebVTT and Open edX's `sjson` to cues, and cues to WebVTT.

Used instead of `webvtt-py`, which drops a broken cue silently, refuses a WebVTT file without its first line,
loses SRT's numbers and keeps cue settings private.
"""

import html
import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

MAX_BYTES = 10_000_000

# WebVTT §4.3 and SRT combined: hours are optional, the fraction follows a dot or a comma.
MOMENT = r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)(?:[.,](\d{1,3}))?"
TIMING = re.compile(rf"{MOMENT}\s*+-->\s*+{MOMENT}(?:\s++(.*+))?")
# Blocks of a WebVTT file that are not cues.
ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
# Only WebVTT's own tags stay (WebVTT §4.2.2).
TAG = re.compile(
    r"</?(?:b|i|u|c|v|lang|ruby|rt)(?:\.[^\s<>&.]+)*(?:[ \t][^<>\n]*)?>|<(?:\d+:)?\d\d:\d\d\.\d{3}>"
)
ANY_TAG = re.compile(r"(</?[a-zA-Z][^<>]*>|<[\d:.]+>)")


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle. Times are seconds from the start of the video, in milliseconds precision.

    `text` is WebVTT cue text: no blank lines, `&`, `<`, `>` as references, only WebVTT's own tags.
    `identifier` is the source's number or name; `settings` its position on the screen, in WebVTT's syntax.
    """

    starts_at: float
    ends_at: float
    text: str
    identifier: str | None = None
    settings: str | None = None

    @property
    def plain_text(self) -> str:
        """Only the words, without tags and references."""
        return html.unescape(ANY_TAG.sub("", self.text))


@dataclass(frozen=True, slots=True)
class Subtitles:
    """Cues in the file's order, and `faults`: unreadable parts of the file, one sentence each."""

    cues: tuple[Cue, ...]
    faults: tuple[str, ...]


def read_subtitles(content: bytes) -> Subtitles:
    """Return the cues of an SRT, WebVTT or `sjson` file, detected by its content. Never raises."""
    faults: list[str] = []
    text = _decoded(content[:MAX_BYTES], faults)
    if len(content) > MAX_BYTES:
        faults.append(f"The file is longer than {MAX_BYTES:,} bytes: its end is not read.")
    read = _read_sjson if text.lstrip().startswith("{") else _read_lines
    return Subtitles(tuple(read(text, faults)), tuple(faults))


def write_webvtt(cues: Iterable[Cue]) -> str:
    """Return a WebVTT file of the cues, ending with a line end."""
    blocks = ["WEBVTT\n"]
    for cue in cues:
        name = " ".join((cue.identifier or "").replace("-->", "").split())
        times = f"{_timestamp(cue.starts_at)} --> {_timestamp(cue.ends_at)} {_settings(cue.settings) or ''}"
        # Cleaned again: the text may have been changed since it was read.
        blocks.append("\n".join([*([name] if name else []), times.rstrip(), cue_text(cue.text), ""]))
    return "\n".join(blocks)


def _decoded(content: bytes, faults: list[str]) -> str:
    try:
        utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        # Encoding of older SRT editors; every byte is valid.
        text = content.decode("latin-1")
        faults.append("The file is not UTF-8 and was read as Latin-1.")
    return re.sub(r"\r\n?", "\n", text).replace("\0", "\N{REPLACEMENT CHARACTER}")


def _read_lines(text: str, faults: list[str]) -> Iterator[Cue]:
    """Yield the cues of SRT or WebVTT: blocks of lines, each with a line of times."""
    is_webvtt = re.match(r"WEBVTT(?:[ \t\n]|$)", text) is not None
    pending: _Block | None = None
    for number, lines in _blocks(re.sub(r"^.*", "", text, count=1) if is_webvtt else text):
        timing = next((index for index, line in enumerate(lines[:2]) if "-->" in line), None)
        if timing is not None:
            if pending:
                yield from pending.cue(faults)
            pending = _Block(number + timing, lines[timing], lines[:timing], lines[timing + 1 :])
        elif is_webvtt and (number == 2 or ASIDE.match(lines[0])):
            # The second line still belongs to the header, if the header has several lines.
            continue
        elif is_webvtt or pending is None:
            faults.append(f"Line {number}: {lines[0][:60]!r} belongs to no cue.")
        else:
            # SRT has no escape for a blank line within a cue's text: authors simply write one.
            pending.text += lines
    if pending:
        yield from pending.cue(faults)


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield runs of lines that are not blank, each with the number of its first line, from 1.

    A line of times that is not one of the first two also starts a new block: many files lack the blank line.
    """
    block: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if not line.strip():
            if block:
                yield number - len(block), block
            block = []
            continue
        if "-->" in line and (len(block) > 1 or "-->" in "".join(block)):
            keep = len(block) - (1 if block[-1].isdecimal() else 0)
            yield number - len(block), block[:keep]
            block = block[keep:]
        block.append(line.strip())


@dataclass(slots=True)
class _Block:
    line: int
    timing: str
    names: list[str]
    text: list[str]

    def cue(self, faults: list[str]) -> Iterator[Cue]:
        times = TIMING.fullmatch(self.timing.strip())
        if not times:
            faults.append(f"Line {self.line}: {self.timing[:60]!r} are no two times; the cue is omitted.")
            return
        starts_at, ends_at = _seconds(times.groups()[:4]), _seconds(times.groups()[4:8])
        if ends_at < starts_at:
            faults.append(f"Line {self.line}: the cue ends before it starts and is omitted.")
            return
        text = cue_text("\n".join(self.text))
        if not text:
            faults.append(f"Line {self.line}: the cue has no text and is omitted.")
            return
        name = self.names[0].strip() if self.names else None
        yield Cue(starts_at, ends_at, text, name, _settings(times[9]))


def _read_sjson(text: str, faults: list[str]) -> Iterator[Cue]:
    """Yield the cues of `{"start": [ms], "end": [ms], "text": [text]}`, Open edX's transcript format."""
    try:
        lists = json.loads(text)
        starts, ends, texts = (list(lists[name]) for name in ("start", "end", "text"))
    except (ValueError, TypeError, KeyError, RecursionError):
        faults.append("The file is no subtitles: not the JSON that sjson is.")
        return
    if not len(starts) == len(ends) == len(texts):
        faults.append("The lists of starts, ends and texts differ in length.")
    for number, row in enumerate(zip(starts, ends, texts, strict=False), start=1):
        cue = _sjson_cue(*row)
        if cue:
            yield cue
        else:
            faults.append(f"Cue {number}: has no text or no times and is omitted.")


def _sjson_cue(start: Any, end: Any, text: Any) -> Cue | None:
    times = all(isinstance(ms, int | float) and math.isfinite(ms) and ms >= 0 for ms in (start, end))
    words = cue_text(text) if isinstance(text, str) else ""
    if not times or not words or end < start:
        return None
    return Cue(round(start) / 1000, round(end) / 1000, words)


def cue_text(source: str) -> str:
    """Return any text as WebVTT cue text (see `Cue`): foreign tags are removed, their words stay."""
    # JSON can contain NUL and halves of surrogate pairs, which a database cannot store.
    source = source.encode(errors="replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
    pieces = ANY_TAG.split(source)
    for index, piece in enumerate(pieces):
        if index % 2:
            pieces[index] = piece if TAG.fullmatch(piece) else ""
        else:
            plain = html.unescape(piece)
            pieces[index] = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    lines = "".join(pieces).replace("\r", "\n").split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def _settings(source: str | None) -> str | None:
    """Return WebVTT's `name:value` pairs; SRT's coordinates (`X1:…`) are dropped."""
    kept = [
        part
        for part in (source or "").split()
        if re.fullmatch(r"(?:vertical|line|position|size|align|region):[^\s>]+", part)
    ]
    return " ".join(kept) or None


def _seconds(parts: Iterable[str | None]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return (whole * 1000 + int(fraction.ljust(3, "0"))) / 1000


def _timestamp(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
