"""Visits."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.catalogue.item
import resolvers.learning.visit
from graph.declaring.declare import action, column, entity, link, told
from graph.values.event import Event
from graph.values.payload import UserError

if TYPE_CHECKING:
    from graph.catalogue.item import Item

ItemRef = Annotated["Item", strawberry.lazy("graph.catalogue.item")]


@entity(resolvers.learning.visit.VISIT, "That a user has opened an item.")
class Visit:
    first_visited_at: datetime = column("When it was first opened.")
    visited_at: datetime = column("When it was last opened.")
    item: ItemRef = link(resolvers.catalogue.item.BY_ID, "What was opened.")


@strawberry.input(description="Which item is opened.")
class VisitItemInput:
    item_id: strawberry.ID = strawberry.field(description="Id of the item.")


@strawberry.type(description="What came of opening an item.")
class VisitItemPayload:
    item: ItemRef | None = link(resolvers.catalogue.item.BY_ID, "Item that was opened; null for an error.")
    visit: Visit | None = link(resolvers.learning.visit.OF_VIEWER, "Visit of the viewer; null for an error.")
    user_errors: list[UserError] = column("Why nothing was done; empty where all went well.", usual=1)


@strawberry.type
class VisitMutation:
    visit_item: VisitItemPayload = action(
        resolvers.learning.visit.visit_item, VisitItemInput, "Note that the viewer opens an item now."
    )


@strawberry.type(description="That the viewer has opened an item, on whichever device.")
class ItemVisited(Event):
    item: ItemRef = link(resolvers.catalogue.item.BY_ID, "What was opened.")
    visit: Visit | None = link(resolvers.learning.visit.OF_VIEWER, "Visit of the viewer as it is now.")


@strawberry.type
class VisitSubscription:
    item_visited: ItemVisited = told(
        resolvers.learning.visit.VISITED,
        "Viewer opens an item.",
        optional=True,
        course_id="Id of the course to which the item belongs; any where left out.",
    )
