"""Visits of users to items."""

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


@entity(resolvers.learning.visit.VISIT, "Visit of a user to an item.")
class Visit:
    first_visited_at: datetime = column("Timestamp of the first visit.")
    visited_at: datetime = column("Timestamp of the last visit.")
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that was opened.")


VisitItemInput = taken(
    resolvers.learning.visit.VisitItem,
    "Input for opening an item.",
    item_id="Id of the item.",
)


@strawberry.type(description="Result of opening an item.")
class VisitItemPayload(Payload):
    item: Item | None = link(resolvers.catalogue.item.BY_ID, "Opened item; null if the mutation was refused.")
    visit: Visit | None = link(
        resolvers.learning.visit.OF_VIEWER, "Visit of the viewer; null if the mutation was refused."
    )


@extends(Mutation)
class VisitMutation:
    visit_item: VisitItemPayload = does(
        resolvers.learning.visit.visit_item, VisitItemInput, "Record that the viewer opens an item now."
    )


@strawberry.type(description="Event: the viewer opened an item, on any device.")
class ItemVisited(Event):
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that was opened.")
    visit: Visit | None = link(resolvers.learning.visit.OF_VIEWER, "Current visit of the viewer to the item.")


@extends(Course)
class VisitsOfCourse:
    viewer_last_visit: Visit | None = link(
        resolvers.learning.visit.LAST_OF_VIEWER,
        "Newest visit of the viewer to an item of the course; null before the first visit.",
    )


@extends(Subscription)
class VisitSubscription:
    item_visited: ItemVisited = told(
        resolvers.learning.visit.VISITED,
        "Emits when the viewer opens an item.",
        optional=True,
        course_id="Id of the item's course; omit for all courses.",
    )
