"""Channels."""

import resolvers.catalogue.channel
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, html, listing, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import URL, Html, Markdown
from graph.values.value import Stream


@entity(resolvers.catalogue.channel.CHANNEL, "Group of courses on the platform.")
class Channel(Node):
    code: str = column("Name of the channel, used in URLs.")
    title: str | None = column("Public title, in the viewer's language if available.")
    description: Markdown | None = column(
        "Description of the channel, in the viewer's language if available."
    )
    description_html: Html | None = html(
        "description", "Description of the channel as sanitized HTML, in the viewer's language if available."
    )
    color: str | None = column("Hexadecimal RGB color as in CSS, such as `FF0000`.")
    position: int = column("Position in the list of channels.")
    mobile_image_url: URL | None = column("URL of the picture for small screens.")
    stage_logo_url: URL | None = column("URL of the logo for the channel's stage.")
    stage_image_url: URL | None = column("URL of the background picture for the channel's stage.")
    stage_statement: Markdown | None = column("Short text for the channel's stage.")
    stage_statement_html: Html | None = html(
        "stage_statement", "Short text for the channel's stage, as sanitized HTML."
    )
    stage_stream: Stream | None = column("Recording for the channel's stage.")


@extends(Query)
class ChannelQuery:
    channel: Channel | None = lookup(
        resolvers.catalogue.channel.CHANNEL,
        "Channel by id or code; null if it is not visible to the viewer.",
        id="Id of the channel.",
        code="Name of the channel, used in URLs.",
    )
    channels: Connection[Channel] = listing(
        resolvers.catalogue.channel.ALL, "Channels visible to the viewer, by position."
    )
