"""Items, and the union of what they can hold."""

from datetime import datetime
from typing import Any, TypeVar

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.base import StrawberryOptional
from strawberry.types.union import StrawberryUnion

import resolvers.catalogue.course
import resolvers.catalogue.item
import resolvers.catalogue.section
from graph.catalogue.course import Course
from graph.catalogue.section import Section
from graph.declaring.connection import Connection
from graph.declaring.declare import column, described, entity, link, listing, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from models.catalogue.item import ContentType as ContentType
from models.catalogue.item import ExerciseType as ExerciseType

T = TypeVar("T")

described(
    ContentType,
    "What an item holds.",
    QUIZ="Questions to answer.",
    VIDEO="Recording to watch.",
    RICH_TEXT="Text to read.",
    LTI_EXERCISE="Exercise that another tool runs by LTI.",
    PACKAGED_ACTIVITY="Package that runs in a player, such as SCORM or cmi5.",
    PEER_ASSESSMENT="Task whose results learners grade for each other.",
    GADGET="Content kept as its source format has it.",
)
described(
    ExerciseType,
    "How the points of an item count.",
    MAIN="As regular points of the course.",
    BONUS="As points beyond the regular ones.",
    SELFTEST="For the learner alone.",
    SURVEY="Not at all.",
)

ITEM_CONTENT = StrawberryUnion("ItemContent", (), description="What an item can hold.")
"""Union of all kinds of content; each joins it where it is declared (`held_by_items`)."""


def held_by_items(content: type[T]) -> type[T]:
    """Declare an entity's type as one that items can hold."""
    ITEM_CONTENT.type_annotations = (*ITEM_CONTENT.type_annotations, StrawberryAnnotation(content))
    return content


@entity(resolvers.catalogue.item.ITEM, "Leaf of a course: one thing to read, watch or do.")
class Item(Node):
    title: str = column("Title shown to learners.")
    position: int = column("Place in its section, from 1.")
    top_position: int = column("Place among all items below its section of the top level, from 1.")
    content_type: ContentType = column("What it holds.")
    exercise_type: ExerciseType | None = column("How its points count; null where there is nothing to score.")
    icon: str | None = column("Name of an icon of its own; null for the usual one of its content.")
    max_points: float = column("Points that can be achieved.")
    starts_at: datetime | None = column("From when on it can be opened; null for no date of its own.")
    ends_at: datetime | None = column("Until when it can be opened; null for no date of its own.")
    deadline: datetime | None = column("By when it must be finished; null for no deadline.")
    solutions_at: datetime | None = column("When its solutions are published; null for no such date.")
    time_effort: int | None = column("Estimated time that it takes, in seconds; null when unknown.")
    is_optional: bool = column("Whether it can be left out.")
    is_proctored: bool = column("Whether it needs supervision for learners who booked a certificate.")
    is_published: bool = column("Whether learners see it.")
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course to which it belongs.")
    section: Section = link(resolvers.catalogue.section.BY_ID, "Section that directly contains it.")
    top_section: Section = link(resolvers.catalogue.section.TOP, "Section of the top level that holds it.")
    content: Any = link(
        resolvers.catalogue.item.CONTENT,
        "What it holds; null where the viewer may not open it.",
        graphql_type=StrawberryOptional(ITEM_CONTENT),
    )
    content_id: strawberry.ID | None = column(
        "Id of what it holds, told even where the viewer may not open it; null where there is nothing."
    )
    viewer_can_access: bool = column("Whether the viewer may open it now.")


@strawberry.input(description="Which items; several conditions must all hold.")
class ItemFilter:
    course: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Those of this course, by its id."
    )
    section: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Those below this section, at any depth, by its id."
    )
    content_type: list[ContentType] | None = strawberry.field(
        default=strawberry.UNSET, description="Those that hold one of these."
    )
    exercise_type: list[ExerciseType] | None = strawberry.field(
        default=strawberry.UNSET, description="Those whose points count in one of these ways."
    )


@extends(Course)
class ItemsOfCourse:
    items: list[Item] = link(
        resolvers.catalogue.item.OF_COURSE, "Every item, in course order.", filter=ItemFilter
    )


@extends(Section)
class ItemsOfSection:
    items: list[Item] = link(resolvers.catalogue.item.OF_SECTION, "Items directly in it, in order.")
    all_items: list[Item] = link(
        resolvers.catalogue.item.BELOW_SECTION, "Every item below it, in course order."
    )


@extends(Query)
class ItemQuery:
    item: Item | None = lookup(
        resolvers.catalogue.item.ITEM,
        "One item; null where there is none.",
        {"content_id": resolvers.catalogue.item.HOLDING, "part_id": resolvers.catalogue.item.WITH_PART},
        id="Id of the item.",
        content_id="Id of what the item holds.",
        part_id="Id of a question or a subtitle track of what the item holds.",
    )
    items: Connection[Item] = listing(
        resolvers.catalogue.item.ALL, "Items of all courses.", filter=ItemFilter
    )
