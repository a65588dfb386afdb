"""What all events have in common."""

import strawberry

from graph.declaring.declare import column


@strawberry.interface(description="Something that has happened.")
class Event:
    cursor: str = column(
        "Where the event stands among all: a subscription that is given it as `after` goes on from there, "
        "for up to 24 hours."
    )
