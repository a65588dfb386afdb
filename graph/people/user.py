"""Users and their profiles."""

from datetime import datetime

import strawberry

import resolvers.people.user
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import URL, Locale


@entity(resolvers.people.user.PROFILE, "Private data of a user, visible only to the user and to staff.")
class Profile:
    name: str = column("Name shown to other users.")
    full_name: str | None = column("Full name, as used in official documents.")
    email: str = column("Email address of the user.")
    language: Locale | None = column("Language preferred by the user; null if the user chose none.")
    country: str | None = column("Country as two-letter code (ISO 3166); null if the user gave none.")
    bio: str | None = column("Biography written by the user.")
    created_at: datetime = column("Creation timestamp of the user account.")


@entity(
    resolvers.people.user.PERSON, "Public data of a user, read by user id; visible to every signed-in viewer."
)
class Person:
    user_id: strawberry.ID = column("Id of the user.")
    name: str = column("Name shown to other users.")
    avatar_url: URL | None = column("URL of the picture shown to other users.")
    profile: Profile | None = link(
        resolvers.people.user.PROFILE_OF_USER, "Private data; null unless the viewer is this user or staff."
    )


@entity(resolvers.people.user.USER, "User who learns or teaches.", "id", "username")
class User(Node):
    username: str = column("Unique name of the user.")
    name: str = column("Name shown to other users.")
    avatar_url: URL | None = column("URL of the picture shown to other users.")
    is_staff: bool = column("Whether the user is staff of the platform.")
    profile: Profile | None = link(
        resolvers.people.user.PROFILE_OF_USER, "Private data; null unless the viewer is this user or staff."
    )


@strawberry.input(description="Filter for users; conditions are combined with AND.")
class UserFilter:
    search: str | None = optional("Only users whose name or user name contains this text, in any case.")


@extends(Query)
class UserQuery:
    viewer: User | None = link(
        resolvers.people.user.VIEWER_USER,
        "User that the request acts for; null for anonymous viewers and applications.",
    )
    user: User | None = lookup(
        resolvers.people.user.USER,
        "User by id or user name; null if it is not visible to the viewer.",
        id="Id of the user.",
        username="Unique name of the user.",
    )
    person: Person | None = lookup(
        resolvers.people.user.PERSON,
        "Public data of a user by user id; null if it is not visible to the viewer.",
        id="Id of the user.",
    )
    users: Connection[User] = listing(
        resolvers.people.user.ALL, "Users visible to the viewer, sorted by name.", filter=UserFilter
    )
