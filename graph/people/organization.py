"""Organizations."""

import resolvers.people.organization
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, listing, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import URL, Markdown


@entity(resolvers.people.organization.ORGANIZATION, "Institution that offers courses.")
class Organization(Node):
    slug: str = column("Short name, as in course keys.")
    name: str = column("Full name.")
    description: Markdown | None = column("What it is and does.")
    logo_url: URL | None = column("Its logo.")


@extends(Query)
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
