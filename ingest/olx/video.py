"""Videos: their files, and their transcripts as subtitle tracks."""

from collections.abc import Iterator
from typing import Any

from ingest.archive import ArchiveError
from ingest.olx import values
from ingest.olx.source import OlxSource
from ingest.olx.tree import Block
from ingest.outline import SubtitleTrackOutline, VideoOutline
from ingest.subtitles import read_subtitles
from ingest.xml import elements

PAGE = "https://www.youtube.com/watch?v="
# Names of encodings in Open edX's video catalogue, best first.
HD_PROFILES = ("desktop_mp4", "desktop_webm")
SD_PROFILES = ("mobile_high", "mobile_low")
SETTINGS = (
    "download_track",
    "download_video",
    "edx_video_id",
    "end_time",
    "handout",
    "html5_sources",
    "start_time",
    "sub",
    "track",
    "transcripts",
    "youtube",
    "youtube_id_1_0",
)


def read_video(block: Block) -> VideoOutline:
    """Return a video; an unsafe link is omitted with a warning."""
    source = block.source
    encodings = {name: (url, size) for name, url, size in _encodings(block)}
    files = list(dict.fromkeys(_files(block, [url for url, _ in encodings.values()])))
    hls = next((url for url in files if ".m3u8" in url), None)
    plain = [url for url in files if ".m3u8" not in url and not url.endswith(".mp3")]
    hd = next((encodings[name] for name in HD_PROFILES if name in encodings), None)
    sd = next((encodings[name] for name in SD_PROFILES if name in encodings), None)
    catalogue = block.element.find("video_asset")
    given: dict[str, str] = (
        {} if catalogue is None else {str(name): str(value) for name, value in catalogue.attrib.items()}
    )
    outline = VideoOutline(
        page_url=_page(block),
        hd_url=hd[0] if hd else next(iter(plain), None),
        hd_size=hd[1] if hd else None,
        sd_url=sd[0] if sd else None,
        sd_size=sd[1] if sd else None,
        hls_url=hls,
        audio_url=encodings.get("audio_mp3", (None, None))[0],
        source_urls=tuple(files),
        duration=_length(given.get("duration")),
        plays_from=block.get("start_time", values.seconds) or None,
        plays_until=block.get("end_time", values.seconds) or None,
        thumbnail_url=source.file_url(given.get("image")),
        transcript_url=_file(block, "track"),
        handout_url=_file(block, "handout"),
        allows_download=bool(block.get("download_video", values.flag)),
        subtitle_tracks=tuple(_tracks(block)),
    )
    if not (outline.page_url or files):
        source.account.warn(block.name, "there is nothing to play")
    return outline


def _page(block: Block) -> str | None:
    # `youtube` has one video per speed: `0.75:id,1.00:id`.
    parts = [part.partition(":") for part in (block.get("youtube", values.text) or "").split(",")]
    speeds = {speed.strip(): name.strip() for speed, _, name in parts}
    video_id = block.get("youtube_id_1_0", values.text) or speeds.get("1.00") or speeds.get("1.0")
    is_plain = video_id and all(letter.isalnum() or letter in "-_" for letter in video_id)
    return PAGE + video_id if video_id and is_plain else None


def _encodings(block: Block) -> Iterator[tuple[str, str, int | None]]:
    """Yield profile, URL and size in bytes of each file in the catalogue; YouTube's entry is no file."""
    for encoded in block.element.iter("encoded_video"):
        url = block.source.file_url(encoded.get("url"))
        profile = encoded.get("profile") or ""
        if url and profile != "youtube":
            size = _length(encoded.get("file_size"))
            yield profile, url, round(size) if size else None


def _files(block: Block, encoded: list[str]) -> Iterator[str]:
    yield from encoded
    listed: list[Any] = block.get("html5_sources", values.listing) or []
    tags = [element.get("src") for element in elements(block.element) if element.tag == "source"]
    for url in [*listed, *tags]:
        if found := block.source.file_url(values.text(url)):
            yield found
        elif values.text(url):
            block.source.account.warn(block.name, f"{str(url)[:100]} is neither a file nor a URL")


def _file(block: Block, name: str) -> str | None:
    tag = block.element.find(name)
    given = block.own.get(name) or (None if tag is None else tag.get("src"))
    url = values.text(given)
    found = block.source.file_url(url)
    if url and not found:
        block.source.account.warn(block.name, f"its {name} {url[:100]} is no file of the course")
    return found


def _length(value: str | None) -> float | None:
    """Return bytes or seconds; the catalogue has 0 for values that it has not measured."""
    try:
        return values.number(value) or None
    except ValueError:
        return None


def _tracks(block: Block) -> Iterator[SubtitleTrackOutline]:
    """Yield one track per language, from the first of its files that exists and has cues."""
    account = block.source.account
    wanted: dict[str, list[str]] = {}
    for language, name in _transcripts(block):
        wanted.setdefault(language, []).append(name)
    for language, names in wanted.items():
        found = next((path for name in names if (path := _static(block.source, name))), None)
        if found is None:
            account.warn(block.name, f"the transcript {names[0]} is missing")
            continue
        try:
            subtitles = read_subtitles(block.source.folder.read(found))
        except ArchiveError as error:
            account.warn(block.name, str(error))
            continue
        for fault in subtitles.faults:
            account.warn(found, fault)
        if subtitles.cues:
            account.read["subtitle tracks"] += 1
            account.read["subtitle cues"] += len(subtitles.cues)
            yield SubtitleTrackOutline(language=language, cues=subtitles.cues)


def _transcripts(block: Block) -> Iterator[tuple[str, str]]:
    """Yield language and file of each transcript, in Open edX's search order."""
    listed = block.get("transcripts", values.mapping) or {}
    yield from ((language, str(name)) for language, name in listed.items() if name)
    for tag in elements(block.element):
        if tag.tag == "transcript" and tag.get("src") and tag.get("language"):
            yield str(tag.get("language")), str(tag.get("src"))
    if sub := block.get("sub", values.text):
        # Oldest form, always English: the name of a file generated by Open edX.
        yield "en", f"subs_{sub}.srt.sjson"
    video_id = block.get("edx_video_id", values.text)
    for tag in block.element.iter("transcript"):
        if video_id and tag.get("language_code"):
            language, form = str(tag.get("language_code")), tag.get("file_format") or "srt"
            yield language, f"{video_id}-{language}.{form}"


def _static(source: OlxSource, name: str) -> str | None:
    path = source.asset(f"/static/{name.strip().removeprefix('/').removeprefix('static/')}")
    return f"static/{path}" if path else None
