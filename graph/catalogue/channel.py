"""Channels."""

import resolvers.catalogue.channel
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, listing, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import URL, Markdown
from graph.values.value import Stream


@entity(resolvers.catalogue.channel.CHANNEL, "Shelf on which a platform groups courses.")
class Channel(Node):
    code: str = column("Short name for use in addresses.")
    title: str | None = column("Public title, in the viewer's language where there is one.")
    description: Markdown | None = column(
        "What the channel offers, in the viewer's language where there is one."
    )
    color: str | None = column("Hexadecimal RGB colour as in CSS, such as `FF0000`.")
    position: int = column("Place in the list of channels.")
    mobile_image_url: URL | None = column("Picture for small screens.")
    stage_logo_url: URL | None = column("Logo for the channel's stage.")
    stage_image_url: URL | None = column("Background of the channel's stage.")
    stage_statement: Markdown | None = column("Short text for the channel's stage.")
    stage_stream: Stream | None = column("Recording for the channel's stage.")


@extends(Query)
class ChannelQuery:
    channel: Channel | None = lookup(
        resolvers.catalogue.channel.CHANNEL,
        "One channel; null where there is none.",
        id="Id of the channel.",
        code="Short name of the channel.",
    )
    channels: Connection[Channel] = listing(resolvers.catalogue.channel.ALL, "All channels, in their order.")
