"""Subtitle tracks of videos and their cues."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, PrimaryId


class SubtitleTrack(Base):
    """All cues of a video in one language."""

    __tablename__ = "subtitle_tracks"
    __table_args__ = (UniqueConstraint("video_id", "language"),)

    id: Mapped[PrimaryId]
    video_id: Mapped[Id] = mapped_column(ForeignKey("videos.id", ondelete="CASCADE"))
    language: Mapped[str]
    is_machine_made: Mapped[bool] = mapped_column(default=False)


class SubtitleCue(Base):
    """One cue of a track; `starts_at` and `ends_at` are in seconds from the start of the video."""

    __tablename__ = "subtitle_cues"
    __table_args__ = (Index(None, "track_id", "position"),)

    id: Mapped[PrimaryId]
    track_id: Mapped[Id] = mapped_column(ForeignKey("subtitle_tracks.id", ondelete="CASCADE"))
    position: Mapped[int]
    identifier: Mapped[str | None]
    starts_at: Mapped[float]
    ends_at: Mapped[float]
    text: Mapped[str]
    settings: Mapped[str | None]
