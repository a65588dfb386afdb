"""Subtitle tracks and cues."""

import resolvers.content.subtitle
import resolvers.content.video
from graph.content.video import Video
from graph.declaring.declare import argument, column, derived, entity, link, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import URL, Locale


@entity(resolvers.content.subtitle.SUBTITLE_CUE, "One line of a subtitle track.")
class SubtitleCue(Node):
    position: int = column("Place in the track, from 1.")
    identifier: str | None = column("Name of the cue in its file; null where it has none.")
    starts_at: float = column("When it appears, in seconds from the video's start.")
    ends_at: float = column("When it disappears, in seconds from the video's start.")
    text: str = column("What it says.")
    settings: str | None = column("How it is shown, as WebVTT cue settings.")
    track: "SubtitleTrack" = link(resolvers.content.subtitle.TRACK_OF, "Track to which it belongs.")


@entity(resolvers.content.subtitle.SUBTITLE_TRACK, "Subtitles of a video in one language.")
class SubtitleTrack(Node):
    language: Locale = column("Language of the subtitles.")
    is_machine_made: bool = column("Whether a machine made them.")
    video: Video = link(resolvers.content.video.BY_ID, "Video to which they belong.")
    cues: list[SubtitleCue] = link(resolvers.content.subtitle.CUES, "Lines, in order.")

    @derived("Address of the subtitles as a WebVTT file.", "id")
    def vtt_url(self) -> URL:
        return URL(f"/subtitles/{self.id}.vtt")


@extends(Video)
class SubtitleTracksOfVideo:
    subtitle_tracks: list[SubtitleTrack] = link(
        resolvers.content.subtitle.OF_VIDEO,
        "Subtitles, by language.",
        language=argument(Locale, "Those in this language alone."),
    )


@extends(Query)
class SubtitleQuery:
    subtitle_track: SubtitleTrack | None = lookup(
        resolvers.content.subtitle.SUBTITLE_TRACK,
        "One subtitle track; null where there is none.",
        id="Id of the track.",
    )
