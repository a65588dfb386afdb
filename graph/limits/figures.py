"""Limits on documents and operations, and budgets, by kind of viewer.

Limits are between those that Apollo, GitHub, Shopify and GraphQL Armor publish, and the needs of real clients
of the four systems. A trusted document has wider limits; its cost is charged to the viewer's own budget.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from resolvers.access.viewer import Role
from settings.environment import Settings


@dataclass(frozen=True, slots=True)
class BudgetFigures:
    """BudgetFigures of one kind of viewer, the same at every door. Errors contain `whose`.

    `rate` is the cost per second that refills it, `burst` its maximum, `at_once` the number of parallel
    operations per account and process.
    """

    whose: str
    rate: int
    burst: int
    at_once: int


WHOSE: Mapping[Role, str] = {
    Role.ANONYMOUS: "anonymous viewers",
    Role.MEMBER: "signed-in viewers",
    Role.APPLICATION: "applications",
    Role.STAFF: "staff",
}


def budgets_of(settings: Settings) -> Mapping[Role, BudgetFigures]:
    """Return the configured budgets by role."""
    return {
        role: BudgetFigures(whose, *settings.budgets[role.value], settings.parallel[role.value])
        for role, whose in WHOSE.items()
    }


@dataclass(frozen=True, eq=False, kw_only=True)
class OperationLimits:
    """Limits of one kind of viewer; each is the largest accepted number. Errors contain `whose`.

    `body` is in bytes. `fields` counts the fields of a document with its fragments spread, `repeats` the
    occurrences of a response key in one selection, `inputs` the values in one list of input. `page` limits
    `first` and `last`. Unless `enforced`, limits are only measured. With `pays_delivered` a viewer is charged
    afterwards for the objects of a response, instead of before for the maximum it may have.
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
    enforced: bool = True
    pays_delivered: bool = False
    chosen_by_client: bool = True


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
)


@cache
def measured(limits: OperationLimits) -> OperationLimits:
    """Return the same limits without enforcement; the document is still parsed within the largest limit of
    tokens.
    """
    return replace(limits, enforced=False, tokens=TRUSTED.tokens, page=TRUSTED.page)


def limits_of(role: Role, *, is_trusted: bool = False, enforced: bool = True) -> OperationLimits:
    """Return the limits of a viewer; `is_trusted` for documents from a manifest, and for internal ones."""
    if is_trusted or role is Role.STAFF:
        chosen = TRUSTED
    else:
        chosen = ANONYMOUS if role is Role.ANONYMOUS else SIGNED_IN
    return chosen if enforced else measured(chosen)
