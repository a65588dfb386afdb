"""What items hold, as rows of the tables that hold it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.outline import (
    UNDETERMINED,
    GadgetOutline,
    ItemOutline,
    LtiOutline,
    PackagedActivityOutline,
    QuizOutline,
    RichTextOutline,
    VideoOutline,
)
from ingest.store.files import Links
from ingest.store.known import CONTENTS, ExistingRows
from ingest.store.questions import QuestionRows
from ingest.store.rows import Row
from ingest.store.tree import PlacedItem, solution_rule
from models.catalogue.item import ContentType
from models.postgres.base import new_id


@dataclass(slots=True)
class ContentRows:
    """Rows of one course's contents by their type; `tracks` and `cues` are those of its videos."""

    course_id: str
    known: ExistingRows
    links: Links
    rows: dict[ContentType, list[Row]] = field(default_factory=lambda: {type_: [] for type_ in CONTENTS})
    questions: QuestionRows = field(default_factory=QuestionRows)
    tracks: list[Row] = field(default_factory=list)
    cues: list[Row] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def add(self, item: PlacedItem) -> None:
        """Take in what an item holds."""
        content, title = item.outline.content, item.outline.title
        id_ = (item.row.content_id if item.row else None) or new_id()
        held: Row = {"id": id_, "item_id": item.id, "course_id": self.course_id}
        self.rows[content.content_type].append({**held, **self._columns(item.outline)})
        match content:
            case QuizOutline():
                known = self.known.questions.get(id_, ())
                self.questions.add(title, id_, content, known, item.questions, self.links)
                if content.hints:
                    self.notes.append((title, "its hints are left out"))
            case VideoOutline():
                self._add_tracks(id_, content)
                if content.plays_from or content.plays_until:
                    self.notes.append((title, "plays as a whole: where to start and end is left out"))

    def _columns(self, item: ItemOutline) -> Row:
        content, links = item.content, self.links
        match content:
            case RichTextOutline():
                return {"text": links.text(content.text)}
            case VideoOutline():
                return _video(content, links)
            case QuizOutline():
                return {
                    "instructions": links.text(content.instructions) or None,
                    "time_limit": content.time_limit,
                    "allowed_attempts": content.allowed_attempts,
                    "solution_rule": solution_rule(item),
                }
            case LtiOutline():
                return {
                    "instructions": links.text(content.instructions) or None,
                    "weight": content.weight,
                    "launch_url": links.url(content.launch_url) if content.launch_url else None,
                    "parameters": {
                        "version": content.version,
                        "login_url": content.login_url,
                        "provider": content.provider,
                        "opens_in_new_window": content.opens_in_new_window,
                        "custom": dict(content.parameters),
                    },
                }
            case PackagedActivityOutline():
                return _activity(content, item.title)
            case GadgetOutline():
                return {
                    "type": content.type,
                    "source": content.source or None,
                    "text": links.text(content.text),
                    "settings": dict(content.settings),
                    "reveals_solutions": content.reveals_solutions,
                }

    def _add_tracks(self, video_id: str, video: VideoOutline) -> None:
        for language, cues in {track.language: track.cues for track in video.subtitle_tracks}.items():
            track_id = self.known.tracks.get((video_id, language)) or new_id()
            self.tracks.append(
                {"id": track_id, "video_id": video_id, "language": language, "is_machine_made": False}
            )
            self.cues += [
                {
                    "id": self.known.cues.get((track_id, position)) or new_id(),
                    "track_id": track_id,
                    "position": position,
                    "identifier": cue.identifier,
                    "starts_at": cue.starts_at,
                    "ends_at": cue.ends_at,
                    "text": cue.text,
                    "settings": cue.settings,
                }
                for position, cue in enumerate(cues, 1)
            ]


def _activity(activity: PackagedActivityOutline, title: str) -> Row:
    return {
        "standard": activity.standard,
        "kind": activity.kind,
        "identifier": activity.identifier,
        "resource_identifier": activity.resource_identifier,
        "title": dict(activity.titles) or {UNDETERMINED: title},
        "description": dict(activity.descriptions),
        "launch_path": activity.launch_path,
        "launch_query": activity.launch_query,
        "launch_data": activity.launch_data,
        "move_on": activity.move_on,
        "mastery_score": activity.mastery_score,
        "time_limit": activity.time_limit,
        "parameters": dict(activity.parameters),
    }


def _video(video: VideoOutline, links: Links) -> Row:
    """A stream of the video's files; the page of a video host is no file and stands among the encodings."""

    def resolved(url: str | None) -> str | None:
        return links.url(url) if url else None

    stream: dict[str, Any] = {
        "hd_url": resolved(video.hd_url),
        "sd_url": resolved(video.sd_url),
        "hls_url": resolved(video.hls_url),
        "hd_size": video.hd_size,
        "sd_size": video.sd_size,
        "thumbnail_url": resolved(video.thumbnail_url),
    }
    return {
        "duration": video.duration,
        "thumbnail_url": stream["thumbnail_url"],
        "single": stream if video.hd_url or video.sd_url or video.hls_url else None,
        "audio_file": _file(resolved(video.audio_url)),
        "transcript_file": _file(resolved(video.transcript_url)),
        "slides_file": _file(resolved(video.handout_url)),
        "encodings": list(_encodings(video, links)),
    }


def _file(url: str | None) -> Row | None:
    return {"url": url, "size": None} if url else None


def _encodings(video: VideoOutline, links: Links) -> Iterator[Row]:
    """Every file under the profile of Open edX's video catalogue that fits (Open edX: encoded videos)."""
    if video.page_url:
        host = "youtube" if "youtube" in video.page_url else "external"
        yield {"profile": host, "url": video.page_url, "size": None, "bitrate": None}
    profiles = {
        video.hd_url: ("desktop_mp4", video.hd_size),
        video.sd_url: ("mobile_low", video.sd_size),
        video.hls_url: ("hls", None),
        video.audio_url: ("audio_mp3", None),
    }
    named = [url for url in profiles if url]
    for url in dict.fromkeys([*named, *video.source_urls]):
        profile, size = profiles.get(url, ("fallback", None))
        yield {"profile": profile, "url": links.url(url), "size": size, "bitrate": None}
