"""Response headers for the viewer's budget (draft-ietf-httpapi-ratelimit-headers-10)."""

import math
from collections.abc import Iterable

from graphql import GraphQLError

from resolvers.operations.context import Charge

RawHeaders = list[tuple[bytes, bytes]]


def budget_headers(charge: Charge | None, errors: Iterable[GraphQLError] | None = None) -> RawHeaders:
    """Return policy and state of the budget, and `Retry-After` if an error has one; times are in seconds.

    `q` is the maximum of the budget, `w` the time to refill it, `r` the remaining cost, `t` the time until it
    is full.
    """
    found: RawHeaders = []
    if charge is not None:
        found.append((b"ratelimit-policy", b'"cost";q=%d;w=%d' % (charge.limit, charge.window)))
        found.append((b"ratelimit", b'"cost";r=%d;t=%d' % (charge.remaining, math.ceil(charge.reset))))
    for error in errors or ():
        if error.extensions and (wait := error.extensions.get("retryAfter")) is not None:
            found.append((b"retry-after", b"%d" % wait))
            break
    return found
