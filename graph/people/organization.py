"""Organizations."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.catalogue.course
import resolvers.people.organization
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, listing, lookup
from graph.declaring.node import Node
from graph.values.scalars import URL, Markdown

if TYPE_CHECKING:
    from graph.catalogue.course import Course

CourseRef = Annotated["Course", strawberry.lazy("graph.catalogue.course")]


@entity(resolvers.people.organization.ORGANIZATION, "Institution that offers courses.")
class Organization(Node):
    slug: str = column("Short name, as in course keys.")
    name: str = column("Full name.")
    description: Markdown | None = column("What it is and does.")
    logo_url: URL | None = column("Its logo.")
    courses: Connection[CourseRef] = listing(
        resolvers.catalogue.course.OF_ORGANIZATION, "Courses that it offers."
    )


@strawberry.type
class OrganizationQuery:
    organization: Organization | None = lookup(
        resolvers.people.organization.ORGANIZATION,
        "One organization; null where there is none.",
        id="Id of the organization.",
        slug="Short name of the organization.",
    )
    organizations: Connection[Organization] = listing(
        resolvers.people.organization.ALL, "All organizations, by name."
    )
