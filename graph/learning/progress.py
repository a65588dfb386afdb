"""Progress of learners in courses, sections and items."""

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
    "Status of an item for a learner.",
    NEW="Learner has not opened the item yet.",
    VISITED="Learner has opened the item.",
    SUBMITTED="Learner has submitted answers that are not graded yet.",
    GRADED="Learner has submitted answers that are graded.",
)


@strawberry.type(description="Exercises of one type, and a learner's results.")
class ExerciseStats:
    available: int = column("Number of available exercises.")
    taken: int = column("Number of exercises the learner has submitted.")
    possible_points: float = column("Points that can be scored.")
    scored_points: float = column("Points the learner has scored; the best attempt at each exercise counts.")


@strawberry.type(description="Number of items, and of items a learner has opened.")
class VisitStats:
    available: int = column("Number of available items.")
    visited: int = column("Number of items the learner has opened.")
    percentage: int = column("Percentage of items opened, rounded down; 0 if there are no items.")


@entity(resolvers.learning.progress.ITEM_STATE, "State of an item for a learner.")
class ItemState:
    visited_at: datetime | None = column("Timestamp of the last visit; null if the item was never opened.")
    points: float | None = column("Points of the best submitted attempt; null if no attempt was submitted.")
    is_completed: bool = column(
        "Whether the item is completed: a quiz with an exercise type by submission, others by opening."
    )
    status: ItemStatus = column("Status of the item for the learner.")
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item the state belongs to.")


@computed_type("Progress of a learner in a section.")
class SectionProgress:
    main: ExerciseStats = column("Exercises with regular points.")
    selftest: ExerciseStats = column("Self-tests for the learner's own use.")
    bonus: ExerciseStats = column("Exercises with additional points.")
    visits: VisitStats = column("Visits to items below the section.")
    section: Section = link(resolvers.catalogue.section.BY_ID, "Section the progress belongs to.")
    items: list[ItemState] = link(
        resolvers.learning.progress.ITEM_STATES, "States of all items below the section, in course order."
    )


@computed_type("Progress of a learner in a course.")
class CourseProgress:
    main: ExerciseStats = column("Exercises with regular points.")
    selftest: ExerciseStats = column("Self-tests for the learner's own use.")
    bonus: ExerciseStats = column("Exercises with additional points.")
    visits: VisitStats = column("Visits to items of the course.")
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course the progress belongs to.")
    user: User = link(resolvers.people.user.BY_ID, "Learner the progress belongs to.")
    sections: list[SectionProgress] = link(
        resolvers.learning.progress.SECTIONS, "Progress in each top-level section, in course order."
    )


@strawberry.type(description="Event: a learner opened an item or submitted answers.")
class ProgressChanged(Event):
    progress: CourseProgress = link(
        resolvers.learning.progress.OF_ENROLLMENT, "Current progress of the learner."
    )
    item: Item | None = link(
        resolvers.catalogue.item.BY_ID,
        "Item that was opened or answered; null if the item is not visible to the viewer.",
    )
    state: ItemState | None = link(
        resolvers.learning.progress.STATE_OF_USER,
        "State of the item for the learner; null if the item is not visible to learners.",
    )


@extends(Course)
class ProgressOfCourse:
    viewer_progress: CourseProgress | None = link(
        resolvers.learning.progress.OF_VIEWER_IN_COURSE,
        "Progress of the viewer in the course; null for anonymous viewers.",
    )


@extends(Section)
class ProgressOfSection:
    viewer_progress: SectionProgress | None = link(
        resolvers.learning.progress.OF_VIEWER_IN_SECTION,
        "Progress of the viewer in the section; null for anonymous viewers.",
    )


@extends(Item)
class ProgressOfItem:
    viewer_state: ItemState | None = link(
        resolvers.learning.progress.ITEM_STATE_OF_VIEWER,
        "State of the item for the viewer; null for anonymous viewers, or if learners do not see the item.",
    )


@extends(Enrollment)
class ProgressOfEnrollment:
    progress: CourseProgress = link(
        resolvers.learning.progress.OF_ENROLLMENT, "Progress of the user in the course."
    )


@extends(Subscription)
class ProgressSubscription:
    progress_changed: ProgressChanged = told(
        resolvers.learning.progress.CHANGED,
        "Emits when progress in a course changes: the viewer's, or any learner's if the viewer teaches it.",
        course_id="Id of the course.",
    )
