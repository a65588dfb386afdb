"""Access tokens."""

from datetime import datetime

import strawberry

import resolvers.people.token
import resolvers.people.user
from graph.declaring.connection import Connection
from graph.declaring.declare import action, column, entity, link, listing
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation
from graph.people.user import User
from graph.values.payload import UserError


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


@strawberry.input(description="Who logs in.")
class LogInInput:
    login: str = strawberry.field(description="Address for mail, in any case, or user name.")
    password: str = strawberry.field(description="Password of the user.")


@strawberry.type(description="What came of logging in; all of it is read as who has logged in.")
class LogInPayload:
    secret: str | None = column(
        "Secret of the new token, to be sent as `Authorization: Bearer`; told only now, null for an error."
    )
    token: Token | None = link(
        resolvers.people.token.BY_ID, "New token, which does not expire; null for an error."
    )
    viewer: User | None = link(
        resolvers.people.user.VIEWER_USER, "Who has logged in; for an error, who asked."
    )
    user_errors: list[UserError] = column("Why nothing was done; empty where all went well.", usual=1)


@strawberry.input(description="What token to make.")
class CreateTokenInput:
    label: str = strawberry.field(description="What it is for, in 1 to 100 characters.")
    expires_at: datetime | None = strawberry.field(
        default=strawberry.UNSET,
        description="When it expires, in UTC where no zone is named; null for never.",
    )


@strawberry.type(description="What came of making a token.")
class CreateTokenPayload:
    secret: str | None = column(
        "Secret of the new token, to be sent as `Authorization: Bearer`; told only now, null for an error."
    )
    token: Token | None = link(resolvers.people.token.BY_ID, "New token; null for an error.")
    user_errors: list[UserError] = column("Why nothing was done; empty where all went well.", usual=1)


@strawberry.input(description="Which token to revoke.")
class RevokeTokenInput:
    token_id: strawberry.ID = strawberry.field(description="Id of a token of the viewer.")


@strawberry.type(description="What came of revoking a token.")
class RevokeTokenPayload:
    revoked_id: strawberry.ID | None = column("Id of the token that is no more; null for an error.")
    viewer: User | None = link(resolvers.people.user.VIEWER_USER, "Who asked, with the tokens that are left.")
    user_errors: list[UserError] = column("Why nothing was done; empty where all went well.", usual=1)


@extends(Mutation)
class TokenMutation:
    log_in: LogInPayload = action(
        resolvers.people.token.log_in,
        LogInInput,
        "Sign in by password; what follows in the same operation is done as who has logged in.",
    )
    create_token: CreateTokenPayload = action(
        resolvers.people.token.create_token, CreateTokenInput, "Make another token, such as for a program."
    )
    revoke_token: RevokeTokenPayload = action(
        resolvers.people.token.revoke_token,
        RevokeTokenInput,
        "Make a token worthless from the next request on; revoking the one in use logs out.",
    )
