"""Access tokens."""

from datetime import datetime

import resolvers
from graph.declare import column, entity
from graph.node import Node


@entity(resolvers.token.TOKEN, "Access token; its secret is told once, when it is made.")
class Token(Node):
    label: str = column("What it is for, in its owner's words.")
    created_at: datetime = column("When it was made.")
    expires_at: datetime | None = column("When it expires; null for never.")
