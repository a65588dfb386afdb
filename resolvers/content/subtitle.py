"""Subtitle tracks and cues: entities and relations."""

from sqlalchemy import select

from models.content.subtitle import SubtitleCue, SubtitleTrack
from models.content.video import Video
from resolvers.access.signature import signed
from resolvers.access.viewer import Viewer
from resolvers.catalogue.item import PARTS
from resolvers.content.video import VIDEO
from resolvers.loading.entity import Entity, everyone
from resolvers.loading.relation import Many, One

SUBTITLE_TRACK = Entity(
    model=SubtitleTrack,
    rows=everyone,
    within=("video_id", VIDEO),
    filters={"language": lambda value: SubtitleTrack.language == value},
)

SUBTITLE_CUE = Entity(model=SubtitleCue, rows=everyone, within=("track_id", SUBTITLE_TRACK))

PARTS.append(select(SubtitleTrack.id, Video.item_id).join(Video, Video.id == SubtitleTrack.video_id))

TRACK_OF = One(target=SUBTITLE_TRACK, needs=("track_id",))
OF_VIDEO = Many(target=SUBTITLE_TRACK, by="video_id", order=("language",), of=VIDEO, usual=2)
CUES = Many(target=SUBTITLE_CUE, by="track_id", of=SUBTITLE_TRACK, usual=270)


def path(track_id: str) -> str:
    """Return the path of a track as a WebVTT file."""
    return f"/subtitles/{track_id}.vtt"


def signed_url(viewer: Viewer, track_id: str) -> str:
    """Return the path of a track with the viewer's signature."""
    return signed(path(track_id), viewer)
