"""What a response's headers tell of the viewer's budget (draft-ietf-httpapi-ratelimit-headers-10)."""

import math
from collections.abc import Iterable

from graphql import GraphQLError

from resolvers.operations.context import Charge

RawHeaders = list[tuple[bytes, bytes]]


def budget_headers(charge: Charge | None, errors: Iterable[GraphQLError] | None = None) -> RawHeaders:
    """Policy and state of the account, and for what can be had later, when: seconds all.

    `q` is what the account holds, `w` how long it takes to fill, `r` what remains, `t` when it is full again.
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
