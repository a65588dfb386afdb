"""Sections."""

from datetime import datetime

import strawberry

import resolvers.catalogue.course
import resolvers.catalogue.section
from graph.catalogue.course import Course
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import Markdown


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
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course to which it belongs.")
    parent: "Section | None" = link(
        resolvers.catalogue.section.PARENT, "Section that contains it; null at the top."
    )
    sections: list["Section"] = link(resolvers.catalogue.section.CHILDREN, "Child sections, in order.")
    viewer_can_access: bool = column("Whether the viewer may open its content now.")


@strawberry.input(description="Which sections; several conditions must all hold.")
class SectionFilter:
    course: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Those of this course, by its id."
    )


@extends(Course)
class SectionsOfCourse:
    sections: list[Section] = link(
        resolvers.catalogue.section.TOP_OF_COURSE, "Sections of the top level, in course order."
    )


@extends(Query)
class SectionQuery:
    section: Section | None = lookup(
        resolvers.catalogue.section.SECTION, "One section; null where there is none.", id="Id of the section."
    )
    sections: Connection[Section] = listing(
        resolvers.catalogue.section.ALL, "Sections of all levels and courses.", filter=SectionFilter
    )
