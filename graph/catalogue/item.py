"""Items, and the union of their contents."""

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
from graph.declaring.declare import column, described, entity, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from models.catalogue.item import ContentType as ContentType
from models.catalogue.item import ExerciseType as ExerciseType

T = TypeVar("T")

described(
    ContentType,
    "Type of an item's content.",
    QUIZ="Quiz: questions to answer.",
    VIDEO="Video: recording to watch.",
    RICH_TEXT="Rich text: text to read.",
    LTI_EXERCISE="Exercise that an external tool runs over LTI.",
    PACKAGED_ACTIVITY="Package that runs in a player, such as SCORM or cmi5.",
    PEER_ASSESSMENT="Task whose results learners grade for each other.",
    GADGET="Content stored in its source format.",
)
described(
    ExerciseType,
    "Type of an exercise, which decides if and how its points count.",
    MAIN="Points count as regular points of the course.",
    BONUS="Points count in addition to the regular points.",
    SELFTEST="Points count only for the learner, not for the course.",
    SURVEY="Points do not count at all.",
)

ITEM_CONTENT = StrawberryUnion("ItemContent", (), description="Content of an item.")
"""Union of all content types; each type joins the union at its declaration (`held_by_items`)."""


def held_by_items(content: type[T]) -> type[T]:
    """Add an entity's type to the union of item contents."""
    ITEM_CONTENT.type_annotations = (*ITEM_CONTENT.type_annotations, StrawberryAnnotation(content))
    return content


@entity(resolvers.catalogue.item.ITEM, "Leaf of the course tree: content to read, watch or do.")
class Item(Node):
    title: str = column("Title shown to learners.")
    position: int = column("Position in the section, from 1.")
    top_position: int = column("Position among all items of the top-level section, from 1.")
    content_type: ContentType = column("Type of the item's content.")
    exercise_type: ExerciseType | None = column("Type of the exercise; null if the item is not scored.")
    icon: str | None = column("Name of a custom icon; null for the default icon of the content type.")
    max_points: float = column("Maximum points of the item.")
    starts_at: datetime | None = column("Start of access; null if the item has no start of its own.")
    ends_at: datetime | None = column("End of access; null if the item has no end of its own.")
    deadline: datetime | None = column("Deadline for finishing the item; null if the item has no deadline.")
    solutions_at: datetime | None = column("Publication timestamp of the solutions; null if it is not set.")
    time_effort: int | None = column("Estimated duration of the work in seconds; null if unknown.")
    is_optional: bool = column("Whether learners may skip the item.")
    is_proctored: bool = column("Whether learners who booked a certificate need supervision.")
    is_published: bool = column("Whether the item is visible to learners.")
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course of the item.")
    section: Section = link(resolvers.catalogue.section.BY_ID, "Section that directly contains the item.")
    top_section: Section = link(resolvers.catalogue.section.TOP, "Top-level section that contains the item.")
    content: Any = link(
        resolvers.catalogue.item.CONTENT,
        "Content of the item; null unless it is accessible to the viewer.",
        graphql_type=StrawberryOptional(ITEM_CONTENT),
    )
    content_id: strawberry.ID | None = column(
        "Id of the content, visible even if the content is not accessible; null if the item has none."
    )
    viewer_can_access: bool = column("Whether the item is accessible to the viewer now.")


@strawberry.input(description="Filter for items; conditions are combined with AND.")
class ItemFilter:
    course: strawberry.ID | None = optional("Only items of this course, by id.")
    section: strawberry.ID | None = optional("Only items below this section at any depth, by id.")
    content_type: list[ContentType] | None = optional("Only items with one of these content types.")
    exercise_type: list[ExerciseType] | None = optional("Only items with one of these exercise types.")


@extends(Course)
class ItemsOfCourse:
    items: list[Item] = link(
        resolvers.catalogue.item.OF_COURSE, "Items of the course, in course order.", filter=ItemFilter
    )


@extends(Section)
class ItemsOfSection:
    items: list[Item] = link(resolvers.catalogue.item.OF_SECTION, "Items directly in the section, in order.")
    all_items: list[Item] = link(
        resolvers.catalogue.item.BELOW_SECTION, "Items below the section at any depth, in course order."
    )


@extends(Query)
class ItemQuery:
    item: Item | None = lookup(
        resolvers.catalogue.item.ITEM,
        "Item by id, content id or part id; null if it is not visible to the viewer.",
        {"content_id": resolvers.catalogue.item.HOLDING, "part_id": resolvers.catalogue.item.WITH_PART},
        id="Id of the item.",
        content_id="Id of the item's content.",
        part_id="Id of a question or a subtitle track in the item's content.",
    )
    items: Connection[Item] = listing(
        resolvers.catalogue.item.ALL, "Items of all courses, visible to the viewer.", filter=ItemFilter
    )
