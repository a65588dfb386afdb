"""Content kept as its source format has it."""

from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.scalars import JSON

import resolvers.catalogue.item
import resolvers.content.gadget
from graph.declaring.declare import column, entity, link, lookup
from graph.declaring.node import Node
from graph.values.scalars import Markdown

if TYPE_CHECKING:
    from graph.catalogue.item import Item

ItemRef = Annotated["Item", strawberry.lazy("graph.catalogue.item")]


@entity(
    resolvers.content.gadget.GADGET, "Content kept as its source format has it, for want of a richer form."
)
class Gadget(Node):
    item: ItemRef = link(resolvers.catalogue.item.BY_ID, "Item that holds it.")
    type: str = column("Name of its kind in the source format, such as `poll`.")
    text: Markdown = column("What can be shown of it without its program; empty where there is nothing.")
    source: str | None = column(
        "Its source as it came, often XML; null where there is none, or where it tells solutions."
    )
    settings: JSON = column(
        "Settings by name, as the source format has them; empty where its source tells solutions."
    )


@strawberry.type
class GadgetQuery:
    gadget: Gadget | None = lookup(
        resolvers.content.gadget.GADGET, "One gadget; null where there is none.", id="Id of the gadget."
    )
