"""Visits."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers
from graph.declare import column, entity, link

if TYPE_CHECKING:
    from graph.item import Item

ItemRef = Annotated["Item", strawberry.lazy("graph.item")]


@entity(resolvers.visit.VISIT, "That a user has opened an item.")
class Visit:
    first_visited_at: datetime = column("When it was first opened.")
    visited_at: datetime = column("When it was last opened.")
    item: ItemRef = link(resolvers.item.BY_ID, "What was opened.")
