"""Values without an id: they are read, and guarded, with the row that contains them."""

import strawberry

from graph.declaring.declare import column
from graph.values.scalars import URL, BigInt


@strawberry.type(description="URLs of one recording in several qualities.")
class Stream:
    hd_url: URL | None = column("URL of the recording in high definition; null if absent.")
    sd_url: URL | None = column("URL of the recording in standard definition; null if absent.")
    hls_url: URL | None = column("URL of the playlist for adaptive streaming (HLS); null if absent.")
    hd_size: BigInt | None = column("Size of the high-definition file in bytes; null if unknown.")
    sd_size: BigInt | None = column("Size of the standard-definition file in bytes; null if unknown.")
    thumbnail_url: URL | None = column("URL of the picture to show before playback; null if absent.")


@strawberry.type(description="File that can be downloaded.")
class File:
    url: URL = column("URL of the file content.")
    size: BigInt | None = column("Size in bytes; null if unknown.")


@strawberry.type(description="Picture with the largest size it is shown in.")
class Image:
    url: URL = column("URL of the picture file.")
    max_width: int | None = column("Maximum width in pixels; null if unknown.")
    max_height: int | None = column("Maximum height in pixels; null if unknown.")
