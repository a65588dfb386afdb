"""The figures: how much a document may hold and an operation may cost, by who sends it.

They lie between the published ones of Apollo, GitHub, Shopify and GraphQL Armor, and what real clients of the
four systems need.
"""

from dataclasses import dataclass, replace
from functools import cache

from resolvers.access.viewer import Role


@dataclass(frozen=True, eq=False, kw_only=True)
class OperationLimits:
    """Each figure is the largest number that is still taken. `whose` they are stands in errors.

    `body` is in bytes. `fields` counts those of a document with its fragments spread, `repeats` how often a
    response key stands in one selection, `inputs` the values in one list of input. `page` bounds `first`
    and `last`. `rate` is the cost per second that an account is given back, `burst` what it can hold,
    `at_once` how many of its operations a process runs. Where they are not `enforced` they are only
    measured. Who `pays_delivered` is charged afterwards for what an answer holds, rather than before for
    what it may hold at most.
    """

    whose: str
    body: int
    tokens: int
    depth: int
    aliases: int
    root_fields: int
    directives: int
    repeats: int
    fragments: int
    fields: int
    inputs: int
    page: int
    nodes: int
    cost: int
    rate: int
    burst: int
    at_once: int
    enforced: bool = True
    pays_delivered: bool = False


ANONYMOUS = OperationLimits(
    whose="anonymous viewers",
    body=64 * 1024,
    tokens=1_000,
    depth=8,
    aliases=15,
    root_fields=5,
    directives=20,
    repeats=20,
    fragments=20,
    fields=500,
    inputs=50,
    page=50,
    nodes=2_000,
    cost=2_000,
    rate=100,
    burst=4_000,
    at_once=4,
)

SIGNED_IN = OperationLimits(
    whose="signed-in viewers",
    body=256 * 1024,
    tokens=1_000,
    depth=12,
    aliases=20,
    root_fields=10,
    directives=20,
    repeats=50,
    fragments=50,
    fields=1_000,
    inputs=250,
    page=100,
    nodes=10_000,
    cost=10_000,
    rate=1_000,
    burst=20_000,
    at_once=10,
)

TRUSTED = OperationLimits(
    whose="staff and trusted documents",
    body=1024 * 1024,
    tokens=5_000,
    depth=15,
    aliases=50,
    root_fields=20,
    directives=50,
    repeats=100,
    fragments=100,
    fields=5_000,
    inputs=250,
    page=250,
    nodes=50_000,
    cost=50_000,
    rate=5_000,
    burst=100_000,
    at_once=50,
)


@cache
def measured(limits: OperationLimits) -> OperationLimits:
    """The same figures, by which nothing is refused. The document is still parsed within the largest."""
    return replace(limits, enforced=False, tokens=TRUSTED.tokens, page=TRUSTED.page)


def limits_of(role: Role, *, is_trusted: bool = False, enforced: bool = True) -> OperationLimits:
    """The figures for who asks: `is_trusted` where the document is known from a manifest, or is our own."""
    if is_trusted or role is Role.STAFF:
        chosen = TRUSTED
    else:
        chosen = ANONYMOUS if role is Role.ANONYMOUS else SIGNED_IN
    return chosen if enforced else measured(chosen)
