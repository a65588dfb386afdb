"""Visits."""

from datetime import datetime

import strawberry

import resolvers.catalogue.item
import resolvers.learning.visit
from graph.catalogue.course import Course
from graph.catalogue.item import Item
from graph.declaring.commands import does, taken
from graph.declaring.declare import column, entity, link, told
from graph.declaring.extending import extends
from graph.declaring.roots import Mutation, Subscription
from graph.values.event import Event
from graph.values.payload import Payload


@entity(resolvers.learning.visit.VISIT, "That a user has opened an item.")
class Visit:
    first_visited_at: datetime = column("When it was first opened.")
    visited_at: datetime = column("When it was last opened.")
    item: Item = link(resolvers.catalogue.item.BY_ID, "What was opened.")


VisitItemInput = taken(
    resolvers.learning.visit.VisitItem,
    "Which item is opened.",
    item_id="Id of the item.",
)


@strawberry.type(description="What came of opening an item.")
class VisitItemPayload(Payload):
    item: Item | None = link(resolvers.catalogue.item.BY_ID, "Item that was opened; null for an error.")
    visit: Visit | None = link(resolvers.learning.visit.OF_VIEWER, "Visit of the viewer; null for an error.")


@extends(Mutation)
class VisitMutation:
    visit_item: VisitItemPayload = does(
        resolvers.learning.visit.visit_item, VisitItemInput, "Note that the viewer opens an item now."
    )


@strawberry.type(description="That the viewer has opened an item, on whichever device.")
class ItemVisited(Event):
    item: Item = link(resolvers.catalogue.item.BY_ID, "What was opened.")
    visit: Visit | None = link(resolvers.learning.visit.OF_VIEWER, "Visit of the viewer as it is now.")


@extends(Course)
class VisitsOfCourse:
    viewer_last_visit: Visit | None = link(
        resolvers.learning.visit.LAST_OF_VIEWER,
        "Newest visit of the viewer to any of its items; null where there is none.",
    )


@extends(Subscription)
class VisitSubscription:
    item_visited: ItemVisited = told(
        resolvers.learning.visit.VISITED,
        "Viewer opens an item.",
        optional=True,
        course_id="Id of the course to which the item belongs; any where left out.",
    )
