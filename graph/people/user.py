"""Users and their profiles."""

from datetime import datetime

import strawberry

import resolvers.people.user
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import URL, Locale


@entity(resolvers.people.user.PROFILE, "Private part of a user, for themselves and staff.")
class Profile:
    name: str = column("Name shown to others.")
    full_name: str | None = column("Name as in documents.")
    email: str = column("Address for mail.")
    language: Locale | None = column("Language that the user prefers; null for no choice.")
    country: str | None = column("Country as its two-letter code of ISO 3166; null when not told.")
    bio: str | None = column("What the user tells of themselves.")
    created_at: datetime = column("When the user joined.")


@entity(resolvers.people.user.PERSON, "What everybody who is signed in may know of a user, by their id.")
class Person:
    user_id: strawberry.ID = column("Id of the user.")
    name: str = column("Name shown to others.")
    avatar_url: URL | None = column("Picture shown to others.")
    profile: Profile | None = link(
        resolvers.people.user.PROFILE_OF_USER, "Private part; null for whom it does not concern."
    )


@entity(resolvers.people.user.USER, "Person who learns or teaches.", "id", "username")
class User(Node):
    username: str = column("Unique name.")
    name: str = column("Name shown to others.")
    avatar_url: URL | None = column("Picture shown to others.")
    is_staff: bool = column("Whether the user runs the platform.")
    profile: Profile | None = link(
        resolvers.people.user.PROFILE_OF_USER, "Private part; null for whom it does not concern."
    )


@strawberry.input(description="Which users; several conditions must all hold.")
class UserFilter:
    search: str | None = strawberry.field(
        default=strawberry.UNSET, description="Those whose name contains this text, in any case."
    )


@extends(Query)
class UserQuery:
    viewer: User | None = link(resolvers.people.user.VIEWER_USER, "Who asks; null for anonymous.")
    user: User | None = lookup(
        resolvers.people.user.USER,
        "One user; null where there is none.",
        id="Id of the user.",
        username="Name of the user.",
    )
    person: Person | None = lookup(
        resolvers.people.user.PERSON,
        "What everybody may know of one user; null where there is none.",
        id="Id of the user.",
    )
    users: Connection[User] = listing(
        resolvers.people.user.ALL, "Users whom the viewer knows, by name.", filter=UserFilter
    )
