"""Limits on login attempts, for all ways to log in, whether they succeed or not."""

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
