"""Subscription topics: events that a viewer can subscribe to, and their policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.events.event import EventKind
from resolvers.access.viewer import Role, Viewer
from resolvers.events.event import Occurrence, Scope
from resolvers.loading.keyset import as_id
from resolvers.loading.relation import One
from resolvers.operations.context import Context
from resolvers.operations.errors import NotFound


@dataclass(frozen=True, eq=False, kw_only=True)
class Happening:
    """Events of `kinds` about the object in argument `by`, or about any object if the argument is omitted.

    `place` loads the object of the argument: if it is hidden, subscribing fails as for an unknown id. `shown`
    loads the object of each event by the event's column `key`: if it is hidden, the event is not delivered.
    With `is_own`, events of other users are not delivered. `subject` is the name under which a payload reads
    the id of the event's subject.
    """

    kinds: frozenset[EventKind]
    by: str
    place: One
    shown: One
    key: str
    subject: str = "subject_id"
    is_own: bool = False

    def scope(self, viewer: Viewer, place_id: str | None) -> Scope:
        """Return the filter of events that the viewer receives."""
        is_course = self.by == "course_id"
        return Scope(
            self.kinds,
            course_id=place_id if is_course else None,
            subject_id=None if is_course else place_id,
            user_id=viewer.id,
            teaches=frozenset() if self.is_own else frozenset(viewer.teaches),
            is_staff=viewer.role is Role.STAFF and not self.is_own,
        )

    async def find(self, context: Context, place: str | None) -> str | None:
        """Return the id in the argument; raise `NotFound` if its object is not visible to the viewer."""
        if place is None:
            return None
        place_id = as_id(place, "id" if self.by == "subject_id" else "courseId")
        if await self.place.one(context, place_id, ("id",)) is None:
            raise NotFound("There is no object with this id.")
        return place_id

    async def shows(self, context: Context, event: Occurrence) -> bool:
        """Check whether the event is visible to the context's viewer, by the policy of its object."""
        key = self.columns(event)[self.key]
        return key is not None and await self.shown.one(context, key, ("id",)) is not None

    def columns(self, event: Occurrence) -> Mapping[str, Any]:
        """Return the columns that a payload of the graph reads."""
        return {
            **event.payload,
            self.subject: event.subject_id,
            "course_id": event.course_id,
            "user_id": event.user_id,
            "cursor": event.cursor,
        }
