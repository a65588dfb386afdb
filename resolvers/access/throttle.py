"""Limits on login attempts, for all ways to log in, whether they succeed or not."""

import hashlib
import math

from resolvers.operations.budget import spend
from resolvers.operations.context import Context
from resolvers.operations.errors import RateLimited

MINUTE = 60.0
OF_ACCOUNT = 5
OF_ADDRESS = 20
"""Attempts per minute: at one account, and from one IP address."""


async def log_in_tried(context: Context, login: str) -> None:
    """Count an attempt; raise `RateLimited` if there are too many. The account need not exist."""
    account = hashlib.sha256(login.lower().encode("utf-8", "surrogatepass")).hexdigest()
    spent = {f"log-in to {account}": MINUTE / OF_ACCOUNT}
    if (address := context.address) is not None:
        spent[f"log-in from {address}"] = MINUTE / OF_ADDRESS
    if refused := await spend(context, spent, MINUTE):
        wait = math.ceil(max(spent[key] for key in refused))
        raise RateLimited(f"Too many login attempts; try again in {wait} s.", wait)
