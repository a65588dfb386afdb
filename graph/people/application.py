"""Applications."""

from datetime import datetime

import strawberry

import resolvers.people.application
from graph.declaring.commands import does, taken
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation, Query
from graph.values.payload import Payload


@entity(
    resolvers.people.application.APPLICATION,
    "API client with its own courses; all other courses are hidden from an application.",
)
class Application(Node):
    name: str = column("Name of the application, chosen by its operator.")
    created_at: datetime = column("Creation timestamp of the application.")


@extends(Query)
class ApplicationQuery:
    application: Application | None = lookup(
        resolvers.people.application.APPLICATION,
        "Application by id; null if it is not visible to the viewer.",
        id="Id of the application; also its user name for signing in.",
    )
    applications: Connection[Application] = listing(
        resolvers.people.application.ALL,
        "Applications visible to the viewer, earliest first: all for staff, itself for an application.",
    )


CreateApplicationInput = taken(
    resolvers.people.application.CreateApplication,
    "Input for creating an application.",
    name="Name of 1 to 100 characters.",
)


@strawberry.type(description="Result of creating an application.")
class CreateApplicationPayload(Payload):
    application: Application | None = link(
        resolvers.people.application.BY_ID, "Created application; null if the mutation was refused."
    )
    secret: str | None = column(
        "Secret for signing in, with the application's id as the user name (RFC 7617); "
        "returned only on creation, null if the mutation was refused."
    )


CreateApplicationTokenInput = taken(
    resolvers.people.application.CreateApplicationToken,
    "Input for creating an application token.",
    scope="Scopes separated by spaces: `read`, `write`, `delete`, each also in the form `read:course`.",
    expires_in="Lifetime in seconds, at most 366 days; defaults to one hour.",
)


@strawberry.type(description="Result of creating an application token.")
class CreateApplicationTokenPayload(Payload):
    application: Application | None = link(
        resolvers.people.application.BY_ID, "Owner of the token; null if the mutation was refused."
    )
    secret: str | None = column(
        "Token to send as `Authorization: Bearer`; returned only on creation, null if the mutation was "
        "refused."
    )
    expires_in: int | None = column("Lifetime in seconds; null if the mutation was refused.")


@extends(Mutation)
class ApplicationMutation:
    create_application: CreateApplicationPayload = does(
        resolvers.people.application.create_application,
        CreateApplicationInput,
        "Create an application, such as for a team that imports courses through REST routes; staff only.",
    )
    create_application_token: CreateApplicationTokenPayload = does(
        resolvers.people.application.create_application_token,
        CreateApplicationTokenInput,
        "Create a token for the application that signed in with its secret, and delete its expired tokens.",
    )
