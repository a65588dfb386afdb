"""How far learners have come."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers
from graph.declare import column, computed_type, described, entity, link, told
from graph.event import Event
from resolvers.progress import ItemStatus

if TYPE_CHECKING:
    from graph.course import Course
    from graph.item import Item
    from graph.section import Section
    from graph.user import User

CourseRef = Annotated["Course", strawberry.lazy("graph.course")]
SectionRef = Annotated["Section", strawberry.lazy("graph.section")]
ItemRef = Annotated["Item", strawberry.lazy("graph.item")]
UserRef = Annotated["User", strawberry.lazy("graph.user")]

described(
    ItemStatus,
    "What a learner has done with an item.",
    NEW="Nothing yet.",
    VISITED="Opened it.",
    SUBMITTED="Handed in answers that are still to be graded.",
    GRADED="Handed in answers that have their points.",
)


@strawberry.type(description="Exercises of one kind, and what a learner made of them.")
class ExerciseStats:
    available: int = column("How many there are.")
    taken: int = column("For how many the learner has handed in answers.")
    possible_points: float = column("Points that can be achieved.")
    scored_points: float = column("Points that the learner has, the best attempt at each counting.")


@strawberry.type(description="Items, and how many of them a learner has opened.")
class VisitStats:
    available: int = column("How many there are.")
    visited: int = column("How many the learner has opened.")
    percentage: int = column("Share of those opened, in whole percent.")


@entity(resolvers.progress.ITEM_STATE, "What a learner has done with an item.")
class ItemState:
    visited_at: datetime | None = column("When it was last opened; null for never.")
    points: float | None = column("Points of the best attempt handed in; null for none.")
    is_completed: bool = column(
        "Whether it is done: quizzes that count when handed in, all else when opened."
    )
    status: ItemStatus = column("How far it is done.")
    item: ItemRef = link(resolvers.item.BY_ID, "Item in question.")


@computed_type("How far a learner has come in a section.")
class SectionProgress:
    main: ExerciseStats = column("Exercises with regular points.")
    selftest: ExerciseStats = column("Exercises for the learner alone.")
    bonus: ExerciseStats = column("Exercises with additional points.")
    visits: VisitStats = column("Items opened.")
    section: SectionRef = link(resolvers.section.BY_ID, "Section in question.")
    items: list[ItemState] = link(
        resolvers.progress.ITEM_STATES, "State of every item below it, in course order."
    )


@computed_type("How far a learner has come in a course.")
class CourseProgress:
    main: ExerciseStats = column("Exercises with regular points.")
    selftest: ExerciseStats = column("Exercises for the learner alone.")
    bonus: ExerciseStats = column("Exercises with additional points.")
    visits: VisitStats = column("Items opened.")
    course: CourseRef = link(resolvers.course.BY_ID, "Course in question.")
    user: UserRef = link(resolvers.user.BY_ID, "Learner in question.")
    sections: list[SectionProgress] = link(
        resolvers.progress.SECTIONS, "Progress in each section of the top level."
    )


@strawberry.type(description="That a learner has come further: has opened an item, or has handed in answers.")
class ProgressChanged(Event):
    progress: CourseProgress = link(resolvers.progress.OF_ENROLLMENT, "Progress as it is now.")
    item: ItemRef | None = link(
        resolvers.item.BY_ID, "Item with which it changed; null where the viewer may not know that any more."
    )
    state: ItemState | None = link(
        resolvers.progress.STATE_OF_USER, "What the learner has done with that item; null where none sees it."
    )


@strawberry.type
class ProgressSubscription:
    progress_changed: ProgressChanged = told(
        resolvers.progress.CHANGED,
        "Progress in a course changes: the viewer's, or that of any learner for who teaches it.",
        course_id="Id of the course.",
    )
