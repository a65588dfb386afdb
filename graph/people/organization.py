"""Organizations."""

import resolvers.people.organization
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, html, listing, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import URL, Html, Markdown


@entity(resolvers.people.organization.ORGANIZATION, "Institution that offers courses.")
class Organization(Node):
    slug: str = column("Slug of the organization, as in course keys.")
    name: str = column("Full name of the organization.")
    description: Markdown | None = column("Description of the organization and its work.")
    description_html: Html | None = html(
        "description", "Description of the organization and its work as sanitized HTML."
    )
    logo_url: URL | None = column("URL of the organization's logo.")


@extends(Query)
class OrganizationQuery:
    organization: Organization | None = lookup(
        resolvers.people.organization.ORGANIZATION,
        "Organization by id or slug; null if it is not visible to the viewer.",
        id="Id of the organization.",
        slug="Slug of the organization, as in course keys.",
    )
    organizations: Connection[Organization] = listing(
        resolvers.people.organization.ALL, "All organizations, sorted by name."
    )
