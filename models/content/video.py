"""Videos; a stream is a value in the row of its owner, without a row of its own."""

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, Id, PrimaryId, Value, Values


class Video(Base):
    """Recording; `duration` is in seconds.

    Streams store `hd_url sd_url hls_url hd_size sd_size thumbnail_url`, files `url size`, encodings `profile
    url size bitrate`; sizes are in bytes, bitrates in bits per second.
    """

    __tablename__ = "videos"

    id: Mapped[PrimaryId]
    item_id: Mapped[Id] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), unique=True)
    course_id: Mapped[Id] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    summary: Mapped[str | None]
    duration: Mapped[float | None]
    thumbnail_url: Mapped[str | None]
    single: Mapped[Value | None] = mapped_column(JSONB(none_as_null=True))
    lecturer: Mapped[Value | None] = mapped_column(JSONB(none_as_null=True))
    slides: Mapped[Value | None] = mapped_column(JSONB(none_as_null=True))
    slides_file: Mapped[Value | None] = mapped_column(JSONB(none_as_null=True))
    audio_file: Mapped[Value | None] = mapped_column(JSONB(none_as_null=True))
    transcript_file: Mapped[Value | None] = mapped_column(JSONB(none_as_null=True))
    encodings: Mapped[Values] = mapped_column(default=list)
