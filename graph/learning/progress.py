"""How far learners have come."""

from datetime import datetime

import strawberry

import resolvers.catalogue.course
import resolvers.catalogue.item
import resolvers.catalogue.section
import resolvers.learning.progress
import resolvers.people.user
from graph.catalogue.course import Course
from graph.catalogue.item import Item
from graph.catalogue.section import Section
from graph.declaring.declare import column, computed_type, described, entity, link, told
from graph.declaring.extending import extends
from graph.declaring.roots import Subscription
from graph.learning.enrollment import Enrollment
from graph.people.user import User
from graph.values.event import Event
from resolvers.learning.progress import ItemStatus as ItemStatus

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


@entity(resolvers.learning.progress.ITEM_STATE, "What a learner has done with an item.")
class ItemState:
    visited_at: datetime | None = column("When it was last opened; null for never.")
    points: float | None = column("Points of the best attempt handed in; null for none.")
    is_completed: bool = column(
        "Whether it is done: quizzes that count when handed in, all else when opened."
    )
    status: ItemStatus = column("How far it is done.")
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item in question.")


@computed_type("How far a learner has come in a section.")
class SectionProgress:
    main: ExerciseStats = column("Exercises with regular points.")
    selftest: ExerciseStats = column("Exercises for the learner alone.")
    bonus: ExerciseStats = column("Exercises with additional points.")
    visits: VisitStats = column("Items opened.")
    section: Section = link(resolvers.catalogue.section.BY_ID, "Section in question.")
    items: list[ItemState] = link(
        resolvers.learning.progress.ITEM_STATES, "State of every item below it, in course order."
    )


@computed_type("How far a learner has come in a course.")
class CourseProgress:
    main: ExerciseStats = column("Exercises with regular points.")
    selftest: ExerciseStats = column("Exercises for the learner alone.")
    bonus: ExerciseStats = column("Exercises with additional points.")
    visits: VisitStats = column("Items opened.")
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course in question.")
    user: User = link(resolvers.people.user.BY_ID, "Learner in question.")
    sections: list[SectionProgress] = link(
        resolvers.learning.progress.SECTIONS, "Progress in each section of the top level."
    )


@strawberry.type(description="That a learner has come further: has opened an item, or has handed in answers.")
class ProgressChanged(Event):
    progress: CourseProgress = link(resolvers.learning.progress.OF_ENROLLMENT, "Progress as it is now.")
    item: Item | None = link(
        resolvers.catalogue.item.BY_ID,
        "Item with which it changed; null where the viewer may not know that any more.",
    )
    state: ItemState | None = link(
        resolvers.learning.progress.STATE_OF_USER,
        "What the learner has done with that item; null where none sees it.",
    )


@extends(Course)
class ProgressOfCourse:
    viewer_progress: CourseProgress | None = link(
        resolvers.learning.progress.OF_VIEWER_IN_COURSE, "How far the viewer has come; null for anonymous."
    )


@extends(Section)
class ProgressOfSection:
    viewer_progress: SectionProgress | None = link(
        resolvers.learning.progress.OF_VIEWER_IN_SECTION,
        "How far the viewer has come in it; null for anonymous.",
    )


@extends(Item)
class ProgressOfItem:
    viewer_state: ItemState | None = link(
        resolvers.learning.progress.ITEM_STATE_OF_VIEWER,
        "What the viewer has done with it; null for anonymous.",
    )


@extends(Enrollment)
class ProgressOfEnrollment:
    progress: CourseProgress = link(resolvers.learning.progress.OF_ENROLLMENT, "How far the user has come.")


@extends(Subscription)
class ProgressSubscription:
    progress_changed: ProgressChanged = told(
        resolvers.learning.progress.CHANGED,
        "Progress in a course changes: the viewer's, or that of any learner for who teaches it.",
        course_id="Id of the course.",
    )
