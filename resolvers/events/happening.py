"""Happenings: what can be subscribed to, and for whom an event of it exists."""

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
    """Events of `kinds` about what the argument `by` names, or about anything where it is left out.

    `place` finds what the argument names: who may not see that subscribes to nothing that there is. `shown`
    finds what each event is about, by the event's column `key`: who may not see that is not told.
    Where `is_own`, nobody is told of what others do. `subject` is the name by which a payload reads the id of
    what an event is about.
    """

    kinds: frozenset[EventKind]
    by: str
    place: One
    shown: One
    key: str
    subject: str = "subject_id"
    is_own: bool = False

    def scope(self, viewer: Viewer, place_id: str | None) -> Scope:
        """Which events a viewer is to be told of."""
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
        """The id that the argument gives; `NotFound` where the viewer sees nothing of it."""
        if place is None:
            return None
        place_id = as_id(place, "id" if self.by == "subject_id" else "courseId")
        if await self.place.one(context, place_id, ("id",)) is None:
            raise NotFound("There is nothing of this id.")
        return place_id

    async def shows(self, context: Context, event: Occurrence) -> bool:
        """Whether the event exists for the context's viewer, by the policy of what it is about."""
        key = self.columns(event)[self.key]
        return key is not None and await self.shown.one(context, key, ("id",)) is not None

    def columns(self, event: Occurrence) -> Mapping[str, Any]:
        """What a payload of the graph reads."""
        return {
            **event.payload,
            self.subject: event.subject_id,
            "course_id": event.course_id,
            "user_id": event.user_id,
            "cursor": event.cursor,
        }
