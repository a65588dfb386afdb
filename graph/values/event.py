"""Interface that all events implement."""

import strawberry

from graph.declaring.declare import column


@strawberry.interface(description="Stored fact that something happened.")
class Event:
    cursor: str = column(
        "Cursor of the event in the feed; a subscription with this cursor as `after` continues "
        "from the event, for up to 24 hours."
    )
