"""Access tokens."""

from datetime import datetime

import strawberry

import resolvers.people.token
import resolvers.people.user
from graph.declaring.commands import does, taken
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation
from graph.people.user import User
from graph.values.payload import Payload


@entity(resolvers.people.token.TOKEN, "Access token of a user; the secret is returned only on creation.")
class Token(Node):
    label: str = column("Purpose of the token, described by its owner.")
    created_at: datetime = column("Creation timestamp of the token.")
    expires_at: datetime | None = column("Expiration timestamp; null if the token does not expire.")


@extends(User)
class TokensOfUser:
    tokens: Connection[Token] = listing(
        resolvers.people.token.OF_USER, "Active access tokens of the viewer; empty for other users."
    )


LogInInput = taken(
    resolvers.people.token.LogIn,
    "Input for logging in.",
    login="Email address, in any case, or user name.",
    password="Password of the user.",
)


@strawberry.type(description="Result of logging in; its fields are read as the logged-in user.")
class LogInPayload(Payload):
    secret: str | None = column(
        "Secret of the new token, to send as `Authorization: Bearer`; returned only on creation, null if "
        "the mutation was refused."
    )
    token: Token | None = link(
        resolvers.people.token.BY_ID,
        "Created token, which does not expire; null if the mutation was refused.",
    )
    viewer: User | None = link(
        resolvers.people.user.VIEWER_USER,
        "Logged-in user; the viewer of the request if the mutation was refused.",
    )


CreateTokenInput = taken(
    resolvers.people.token.CreateToken,
    "Input for creating a token.",
    label="Purpose of the token, in 1 to 100 characters.",
    expires_at="Expiration timestamp, in UTC unless it has a time zone; null if the token does not expire.",
)


@strawberry.type(description="Result of creating a token.")
class CreateTokenPayload(Payload):
    secret: str | None = column(
        "Secret of the new token, to send as `Authorization: Bearer`; returned only on creation, null if "
        "the mutation was refused."
    )
    token: Token | None = link(
        resolvers.people.token.BY_ID, "Created token; null if the mutation was refused."
    )


RevokeTokenInput = taken(
    resolvers.people.token.RevokeToken,
    "Input for revoking a token.",
    token_id="Id of a token of the viewer.",
)


@strawberry.type(description="Result of revoking a token.")
class RevokeTokenPayload(Payload):
    revoked_id: strawberry.ID | None = column("Id of the revoked token; null if the mutation was refused.")
    viewer: User | None = link(
        resolvers.people.user.VIEWER_USER, "Viewer of the request, with the remaining tokens."
    )


@extends(Mutation)
class TokenMutation:
    log_in: LogInPayload = does(
        resolvers.people.token.log_in,
        LogInInput,
        "Log in with a password and create a token; later fields of the operation run as the logged-in user.",
    )
    create_token: CreateTokenPayload = does(
        resolvers.people.token.create_token,
        CreateTokenInput,
        "Create another token for the viewer, such as for an API client.",
    )
    revoke_token: RevokeTokenPayload = does(
        resolvers.people.token.revoke_token,
        RevokeTokenInput,
        "Revoke a token from the next request on; revoking the token of the current request logs out.",
    )
