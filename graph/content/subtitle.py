"""Subtitle tracks and cues."""

import resolvers.content.subtitle
import resolvers.content.video
from graph.content.video import Video
from graph.declaring.declare import argument, column, derived, entity, link, lookup, of_viewer
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import URL, Locale


@entity(resolvers.content.subtitle.SUBTITLE_CUE, "One cue of a subtitle track.")
class SubtitleCue(Node):
    position: int = column("Position in the track, from 1.")
    identifier: str | None = column("Identifier of the cue in its file; null if the cue has none.")
    starts_at: float = column("Start of the cue, in seconds from the start of the video.")
    ends_at: float = column("End of the cue, in seconds from the start of the video.")
    text: str = column("Text of the cue.")
    settings: str | None = column("WebVTT cue settings, which control the display.")
    track: "SubtitleTrack" = link(resolvers.content.subtitle.TRACK_OF, "Subtitle track of the cue.")


@entity(resolvers.content.subtitle.SUBTITLE_TRACK, "Subtitles of a video in one language.")
class SubtitleTrack(Node):
    language: Locale = column("Language of the subtitles.")
    is_machine_made: bool = column("Whether the subtitles are machine-made.")
    video: Video = link(resolvers.content.video.BY_ID, "Video of the subtitle track.")
    cues: list[SubtitleCue] = link(resolvers.content.subtitle.CUES, "Cues of the track, in order.")

    vtt_url: URL = of_viewer(
        resolvers.content.subtitle.signed_url,
        "URL of the subtitles as a WebVTT file, with a signature that stands for the viewer's token: "
        "`<track>`, which sends no header, can load it. The URL expires after 12 hours, or with the token.",
        "id",
    )

    @derived(
        "URL of the subtitles as a WebVTT file; requests send the viewer's token. The URL does not expire.",
        "id",
    )
    def url(self) -> URL:
        return URL(resolvers.content.subtitle.path(self.id))


@extends(Video)
class SubtitleTracksOfVideo:
    subtitle_tracks: list[SubtitleTrack] = link(
        resolvers.content.subtitle.OF_VIDEO,
        "Subtitle tracks of the video, sorted by language.",
        language=argument(Locale, "Only the subtitle track in this language."),
    )


@extends(Query)
class SubtitleQuery:
    subtitle_track: SubtitleTrack | None = lookup(
        resolvers.content.subtitle.SUBTITLE_TRACK,
        "Subtitle track by id; null unless the video is accessible to the viewer.",
        id="Id of the subtitle track.",
    )
