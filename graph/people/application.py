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
    resolvers.people.application.APPLICATION, "Program that keeps courses of its own; it knows no others."
)
class Application(Node):
    name: str = column("Name, in words of who runs it.")
    created_at: datetime = column("When it was made.")


@extends(Query)
class ApplicationQuery:
    application: Application | None = lookup(
        resolvers.people.application.APPLICATION,
        "One application; null where there is none.",
        id="Id of the application, which is also the name under which it signs in.",
    )
    applications: Connection[Application] = listing(
        resolvers.people.application.ALL,
        "Applications that the viewer may know, the earliest first: staff know all, each knows itself.",
    )


CreateApplicationInput = taken(
    resolvers.people.application.CreateApplication,
    "What application to make.",
    name="Name of 1 to 100 characters.",
)


@strawberry.type(description="What came of making an application.")
class CreateApplicationPayload(Payload):
    application: Application | None = link(
        resolvers.people.application.BY_ID, "Application; null for an error."
    )
    secret: str | None = column(
        "Secret with which it signs in, with its id as the user name (RFC 7617); told only now."
    )


CreateApplicationTokenInput = taken(
    resolvers.people.application.CreateApplicationToken,
    "What an application's token is for.",
    scope="Scopes with a space between them: `read`, `write`, `delete`, each also as `read:course`.",
    expires_in="Seconds for which it holds; an hour where left out.",
)


@strawberry.type(description="What came of making an application's token.")
class CreateApplicationTokenPayload(Payload):
    application: Application | None = link(
        resolvers.people.application.BY_ID, "Whose it is; null for an error."
    )
    secret: str | None = column("Token, to be sent as `Authorization: Bearer`; told only now.")
    expires_in: int | None = column("Seconds for which it holds; null for an error.")


@extends(Mutation)
class ApplicationMutation:
    create_application: CreateApplicationPayload = does(
        resolvers.people.application.create_application,
        CreateApplicationInput,
        "Make an application, such as for a team that brings its courses by the REST routes; staff may.",
    )
    create_application_token: CreateApplicationTokenPayload = does(
        resolvers.people.application.create_application_token,
        CreateApplicationTokenInput,
        "Make a token for the application that has signed in by its secret.",
    )
