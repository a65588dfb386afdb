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


@entity(resolvers.people.token.TOKEN, "Access token; its secret is told once, when it is made.")
class Token(Node):
    label: str = column("What it is for, in its owner's words.")
    created_at: datetime = column("When it was made.")
    expires_at: datetime | None = column("When it expires; null for never.")


@extends(User)
class TokensOfUser:
    tokens: Connection[Token] = listing(
        resolvers.people.token.OF_USER, "Live access tokens, of the viewer alone."
    )


LogInInput = taken(
    resolvers.people.token.LogIn,
    "Who logs in.",
    login="Address for mail, in any case, or user name.",
    password="Password of the user.",
)


@strawberry.type(description="What came of logging in; all of it is read as who has logged in.")
class LogInPayload(Payload):
    secret: str | None = column(
        "Secret of the new token, to be sent as `Authorization: Bearer`; told only now, null for an error."
    )
    token: Token | None = link(
        resolvers.people.token.BY_ID, "New token, which does not expire; null for an error."
    )
    viewer: User | None = link(
        resolvers.people.user.VIEWER_USER, "Who has logged in; for an error, who asked."
    )


CreateTokenInput = taken(
    resolvers.people.token.CreateToken,
    "What token to make.",
    label="What it is for, in 1 to 100 characters.",
    expires_at="When it expires, in UTC where no zone is named; null for never.",
)


@strawberry.type(description="What came of making a token.")
class CreateTokenPayload(Payload):
    secret: str | None = column(
        "Secret of the new token, to be sent as `Authorization: Bearer`; told only now, null for an error."
    )
    token: Token | None = link(resolvers.people.token.BY_ID, "New token; null for an error.")


RevokeTokenInput = taken(
    resolvers.people.token.RevokeToken,
    "Which token to revoke.",
    token_id="Id of a token of the viewer.",
)


@strawberry.type(description="What came of revoking a token.")
class RevokeTokenPayload(Payload):
    revoked_id: strawberry.ID | None = column("Id of the token that is no more; null for an error.")
    viewer: User | None = link(resolvers.people.user.VIEWER_USER, "Who asked, with the tokens that are left.")


@extends(Mutation)
class TokenMutation:
    log_in: LogInPayload = does(
        resolvers.people.token.log_in,
        LogInInput,
        "Sign in by password; what follows in the same operation is done as who has logged in.",
    )
    create_token: CreateTokenPayload = does(
        resolvers.people.token.create_token, CreateTokenInput, "Make another token, such as for a program."
    )
    revoke_token: RevokeTokenPayload = does(
        resolvers.people.token.revoke_token,
        RevokeTokenInput,
        "Make a token worthless from the next request on; revoking the one in use logs out.",
    )
