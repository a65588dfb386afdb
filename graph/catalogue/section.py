"""Sections."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.catalogue.course
import resolvers.catalogue.item
import resolvers.catalogue.section
import resolvers.learning.progress
from graph.catalogue.item import Item
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup
from graph.declaring.node import Node
from graph.learning.progress import SectionProgress
from graph.values.scalars import Markdown

if TYPE_CHECKING:
    from graph.catalogue.course import Course

CourseRef = Annotated["Course", strawberry.lazy("graph.catalogue.course")]


@entity(resolvers.catalogue.section.SECTION, "Part of a course: a tree between the course and its items.")
class Section(Node):
    title: str = column("Title shown to learners.")
    description: Markdown | None = column("What it holds.")
    position: int = column("Place among its siblings, from 1.")
    starts_at: datetime | None = column("From when on it can be opened; null for no date of its own.")
    ends_at: datetime | None = column("Until when it can be opened; null for no date of its own.")
    opens_at: datetime | None = column(
        "From when on it can be opened, by its own date and those of what it lies in; null for always."
    )
    closes_at: datetime | None = column(
        "Until when it can be opened, by its own date and those of what it lies in; null for ever."
    )
    is_open: bool = column("Whether it is open now, by these dates alone.")
    deadline: datetime | None = column("By when its exercises are due; null for no date of its own.")
    is_published: bool = column("Whether learners see it.")
    is_optional: bool = column("Whether it can be left out.")
    is_graded: bool = column("Whether its exercises count as an assignment of the grading policy.")
    assignment_type: str | None = column("Name of its assignment type in the grading policy; null for none.")
    has_alternatives: bool = column("Whether its child sections are alternatives of each other.")
    course: CourseRef = link(resolvers.catalogue.course.BY_ID, "Course to which it belongs.")
    parent: "Section | None" = link(
        resolvers.catalogue.section.PARENT, "Section that contains it; null at the top."
    )
    sections: list["Section"] = link(resolvers.catalogue.section.CHILDREN, "Child sections, in order.")
    items: list[Item] = link(resolvers.catalogue.item.OF_SECTION, "Items directly in it, in order.")
    all_items: list[Item] = link(
        resolvers.catalogue.item.BELOW_SECTION, "Every item below it, in course order."
    )
    viewer_can_access: bool = column("Whether the viewer may open its content now.")
    viewer_progress: SectionProgress | None = link(
        resolvers.learning.progress.OF_VIEWER_IN_SECTION,
        "How far the viewer has come in it; null for anonymous.",
    )


@strawberry.input(description="Which sections; several conditions must all hold.")
class SectionFilter:
    course: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Those of this course, by its id."
    )


@strawberry.type
class SectionQuery:
    section: Section | None = lookup(
        resolvers.catalogue.section.SECTION, "One section; null where there is none.", id="Id of the section."
    )
    sections: Connection[Section] = listing(
        resolvers.catalogue.section.ALL, "Sections of all levels and courses.", filter=SectionFilter
    )
