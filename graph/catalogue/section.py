"""Sections of courses."""

from datetime import datetime

import strawberry

import resolvers.catalogue.course
import resolvers.catalogue.section
from graph.catalogue.course import Course
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, html, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import Html, Markdown


@entity(resolvers.catalogue.section.SECTION, "Part of a course that contains items and child sections.")
class Section(Node):
    title: str = column("Title shown to learners.")
    description: Markdown | None = column("Description of the section's content.")
    description_html: Html | None = html(
        "description", "Description of the section's content as sanitized HTML."
    )
    position: int = column("Position among the sibling sections, from 1.")
    starts_at: datetime | None = column("Start of access; null if the section has no start of its own.")
    ends_at: datetime | None = column("End of access; null if the section has no end of its own.")
    opens_at: datetime | None = column(
        "Effective start of access: latest start of the section, its parent sections and the course; "
        "null if access has no start."
    )
    closes_at: datetime | None = column(
        "Effective end of access: earliest end of the section and its parent sections; null if access has "
        "no end."
    )
    is_open: bool = column(
        "Whether the section is open now by `opensAt` and `closesAt`, without any other condition."
    )
    deadline: datetime | None = column(
        "Deadline of the section's exercises; null if the section has no deadline of its own."
    )
    is_published: bool = column("Whether the section is visible to learners.")
    is_optional: bool = column("Whether learners may skip the section.")
    is_graded: bool = column("Whether the section's exercises count as an assignment of the grading policy.")
    assignment_type: str | None = column(
        "Name of the assignment type in the grading policy; null if the section has none."
    )
    has_alternatives: bool = column("Whether the child sections are alternatives of each other.")
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course of the section.")
    parent: "Section | None" = link(
        resolvers.catalogue.section.PARENT, "Parent section; null at the top level."
    )
    sections: list["Section"] = link(resolvers.catalogue.section.CHILDREN, "Child sections, in order.")
    viewer_can_access: bool = column("Whether the section's content is accessible to the viewer now.")


@strawberry.input(description="Filter for sections; conditions are combined with AND.")
class SectionFilter:
    course: strawberry.ID | None = optional("Only sections of this course, by id.")


@extends(Course)
class SectionsOfCourse:
    sections: list[Section] = link(
        resolvers.catalogue.section.TOP_OF_COURSE, "Top-level sections of the course, in course order."
    )


@extends(Query)
class SectionQuery:
    section: Section | None = lookup(
        resolvers.catalogue.section.SECTION,
        "Section by id; null if it is not visible to the viewer.",
        id="Id of the section.",
    )
    sections: Connection[Section] = listing(
        resolvers.catalogue.section.ALL,
        "Sections of all levels and courses, visible to the viewer.",
        filter=SectionFilter,
    )
