"""Videos."""

import strawberry

import resolvers.catalogue.item
import resolvers.content.video
from graph.catalogue.item import Item, held_by_items
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, html, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import URL, BigInt, Html, Markdown
from graph.values.value import File, Stream


@strawberry.type(description="One file of a recording.")
class Encoding:
    profile: str = column("Purpose of the file, such as `desktop_mp4` or `youtube`.")
    url: URL = column("URL of the file.")
    size: BigInt | None = column("Size in bytes; null if unknown.")
    bitrate: int | None = column("Bitrate in bits per second; null if unknown.")


@held_by_items
@entity(resolvers.content.video.VIDEO, "Recording that learners watch.")
class Video(Node):
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that contains the video.")
    summary: Markdown | None = column("Summary of the video.")
    summary_html: Html | None = html("summary", "Summary of the video as sanitized HTML.")
    duration: float | None = column("Duration in seconds; null if unknown.")
    thumbnail_url: URL | None = column("URL of the picture shown before playback.")
    single: Stream | None = column("Recording with lecturer and slides in one picture.")
    lecturer: Stream | None = column("Recording of the lecturer.")
    slides: Stream | None = column("Recording of the slides.")
    slides_file: File | None = column("Slides as a file.")
    audio_file: File | None = column("Audio of the recording as a file.")
    transcript_file: File | None = column("Transcript as a file.")
    encodings: list[Encoding] = column("Available files of the recording.")


@strawberry.input(description="Filter for videos; conditions are combined with AND.")
class VideoFilter:
    course: strawberry.ID | None = optional("Only videos of this course, by id.")


@extends(Query)
class VideoQuery:
    video: Video | None = lookup(
        resolvers.content.video.VIDEO,
        "Video by id; null unless it is accessible to the viewer.",
        id="Id of the video.",
    )
    videos: Connection[Video] = listing(
        resolvers.content.video.ALL, "Videos accessible to the viewer.", filter=VideoFilter
    )
