"""Videos."""

import strawberry

import resolvers.catalogue.item
import resolvers.content.video
from graph.catalogue.item import Item, held_by_items
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import URL, BigInt, Markdown
from graph.values.value import File, Stream


@strawberry.type(description="One file of a recording.")
class Encoding:
    profile: str = column("What it is made for, such as `desktop_mp4` or `youtube`.")
    url: URL = column("Where it is.")
    size: BigInt | None = column("Size in bytes; null when unknown.")
    bitrate: int | None = column("Bits per second; null when unknown.")


@held_by_items
@entity(resolvers.content.video.VIDEO, "Recording to watch.")
class Video(Node):
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that holds it.")
    summary: Markdown | None = column("What it is about.")
    duration: float | None = column("Length in seconds; null when unknown.")
    thumbnail_url: URL | None = column("Picture to show before it plays.")
    single: Stream | None = column("Recording with lecturer and slides in one picture.")
    lecturer: Stream | None = column("Recording of the lecturer.")
    slides: Stream | None = column("Recording of the slides.")
    slides_file: File | None = column("Slides as a document.")
    audio_file: File | None = column("Recording without pictures.")
    transcript_file: File | None = column("Words as a document.")
    encodings: list[Encoding] = column("Files in which the recording is to be had.")


@strawberry.input(description="Which videos; several conditions must all hold.")
class VideoFilter:
    course: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Those of this course, by its id."
    )


@extends(Query)
class VideoQuery:
    video: Video | None = lookup(
        resolvers.content.video.VIDEO, "One video; null where there is none.", id="Id of the video."
    )
    videos: Connection[Video] = listing(
        resolvers.content.video.ALL, "Videos that the viewer may open.", filter=VideoFilter
    )
