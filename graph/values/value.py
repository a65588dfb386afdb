"""Values without an identity of their own: they are read and guarded with the row that holds them."""

import strawberry

from graph.declaring.declare import column
from graph.values.scalars import URL, BigInt


@strawberry.type(description="Addresses of one recording in several qualities.")
class Stream:
    hd_url: URL | None = column("Recording in high definition.")
    sd_url: URL | None = column("Recording in standard definition.")
    hls_url: URL | None = column("Playlist for adaptive streaming (HLS).")
    hd_size: BigInt | None = column("Size of the high-definition file in bytes.")
    sd_size: BigInt | None = column("Size of the standard-definition file in bytes.")
    thumbnail_url: URL | None = column("Picture to show before it plays.")


@strawberry.type(description="File to download.")
class File:
    url: URL = column("Where it is.")
    size: BigInt | None = column("Size in bytes; null when unknown.")


@strawberry.type(description="Picture with the room it was made for.")
class Image:
    url: URL = column("Where it is.")
    max_width: int | None = column("Greatest width in pixels; null when unknown.")
    max_height: int | None = column("Greatest height in pixels; null when unknown.")
