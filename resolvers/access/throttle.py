"""Limits on login attempts, for all ways to log in, whether they succeed or not; and on tickets."""

import hashlib
import math

from resolvers.access.network import network
from resolvers.operations.budget import spend
from resolvers.operations.context import Context
from resolvers.operations.errors import RateLimited

MINUTE = 60.0
OF_ACCOUNT = 5
OF_NETWORK = 20
"""Attempts per minute: at one account, and from one network."""


async def log_in_tried(context: Context, user_id: str | None, login: str) -> None:
    """Count an attempt; raise `RateLimited` if there are too many.

    An account counts by its user, however its login is written. A `login` without a user counts by its text,
    in lower case as PostgreSQL compares it: the refusal does not reveal which accounts exist.
    """
    account = user_id or hashlib.sha256(login.encode()).hexdigest()
    spent = {f"log-in to {account}": MINUTE / OF_ACCOUNT}
    if context.address is not None:
        spent[f"log-in from {network(context.address)}"] = MINUTE / OF_NETWORK
    if refused := await spend(context, spent, MINUTE):
        wait = math.ceil(max(spent[key] for key in refused))
        raise RateLimited(f"Too many login attempts; try again in {wait} s.", wait)


HOUR = 3600.0
TICKETS = 20
"""Tickets per hour of anonymous authors in one network."""


async def ticket_tried(context: Context) -> None:
    """Count the ticket of an anonymous author; raise `RateLimited` if there are too many."""
    if context.viewer.owner is not None or context.address is None:
        return
    wait = HOUR / TICKETS
    if await spend(context, {f"ticket from {network(context.address)}": wait}, HOUR):
        raise RateLimited(f"Too many tickets; try again in {wait:.0f} s.", math.ceil(wait))
