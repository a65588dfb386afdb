"""Admission of operations: limits, budget, deadline."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any

from graphql import ExecutionResult, GraphQLError, GraphQLSchema
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from graph.execution.execute import CheckedDocument, run
from graph.limits.attendance import Attendance, asking
from graph.limits.budget import Budgets
from graph.limits.figures import OperationLimits, limits_of
from graph.limits.turns import Turns
from resolvers.access.viewer import Viewer
from resolvers.operations.context import Charge, Context, Intake
from resolvers.operations.errors import CodedError, unavailable
from settings.environment import Settings

LEAST = 1
"""Minimum charge of any operation."""

charged: ContextVar[Charge | None] = ContextVar("charged", default=None)
"""Last charge of the current request."""

REFUSED = 20
"""Charge for a refused document: documents that keep a processor busy are not free."""


class AdmissionControl:
    """Admission control of one process; `deadline` is in seconds, `intake` receives the files of commands."""

    def __init__(self, settings: Settings, intake: Intake | None = None) -> None:
        self.intake = intake
        self.enforced = settings.limits == "enforce"
        self.deadline = settings.deadline
        self.budgets = Budgets()
        self._turns = Turns(settings.pool_wait)

    def limits(self, viewer: Viewer, *, is_trusted: bool = False) -> OperationLimits:
        """Return the limits of a viewer."""
        return limits_of(viewer.role, is_trusted=is_trusted, enforced=self.enforced)

    async def run(
        self,
        schema: GraphQLSchema,
        document: CheckedDocument,
        context: Context,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        *,
        as_text: bool = False,
    ) -> ExecutionResult:
        """Charge for an operation, then execute it while its client waits.

        An operation that is stopped has one error as its result. Raises `ClientLeft` if the client has
        disconnected.
        """
        try:
            self.charge(document, context, variables, operation_name)
            as_text = as_text and not context.tells_cost  # JSON text cannot be counted
            with Attendance(asking.get().receive, self.deadline) as attendance:
                context.off_the_clock = attendance.paused
                async with self._turn(context, document.limits):
                    result = await run(schema, document, context, variables, operation_name, as_text=as_text)
            pays_delivered = document.limits.pays_delivered
            if pays_delivered or context.tells_cost:
                actual = document.delivered(schema, operation_name, variables or {}, result.data)
                if pays_delivered and actual > LEAST:
                    self._charge(context, document.limits, actual - LEAST, is_due=True)
                if context.charge is not None:
                    context.charge = replace(context.charge, actual=actual)
            return result  # noqa: TRY300 (what is refused is a result, too)
        except CodedError as error:
            return refused(error)
        except (PoolTimeout, OperationalError) as error:
            return refused(unavailable(error))

    def _turn(self, context: Context, limits: OperationLimits) -> AbstractAsyncContextManager[None]:
        return self._turns.taken(payer(context), limits) if self.enforced else nullcontext()

    def attended(self) -> Attendance:
        """Limit the duration of one of several executions; their sender observes the disconnect."""
        return Attendance(None, self.deadline)

    def charge(
        self,
        document: CheckedDocument,
        context: Context,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
    ) -> None:
        """Charge the viewer's budget; raise `RateLimited` if it is too low."""
        context.address = asking.get().address
        context.intake = self.intake
        if document.limits.pays_delivered:
            self._charge(context, document.limits, LEAST)
            return
        cost = REFUSED if document.errors else document.price(operation_name, variables or {}).cost
        # An operation over the cost limit is charged only the limit: it is refused.
        self._charge(context, document.limits, min(max(cost, LEAST), document.limits.cost))

    def charge_least(self, context: Context, limits: OperationLimits) -> None:
        """Charge the minimum, for requests without an execution; raise `RateLimited` if the budget is too
        low.
        """
        self._charge(context, limits, LEAST)

    def _charge(self, context: Context, limits: OperationLimits, cost: int, *, is_due: bool = False) -> None:
        """Charge the budget; with `is_due` even if it is too low, for a response that has been delivered."""
        enforced = self.enforced and not is_due
        charge = self.budgets.charge(context.database, payer(context), limits, cost, enforced=enforced)
        context.charge = charge
        charged.set(charge)


def refused(error: CodedError) -> ExecutionResult:
    """Return the result of an operation that was not executed."""
    return ExecutionResult(None, [GraphQLError(str(error), extensions=error.extensions)])


def payer(context: Context) -> str:
    """Return the key of the account that pays: of the user, the application, or else the network address.

    For IPv6 the first 64 bits are one account: the owner of one of these addresses has all of them.
    """
    return context.viewer.owner or f"address {network(context.address)}"


@lru_cache(maxsize=10_000)
def network(address: str | None) -> str:
    """Return the network of an IP address; an invalid address is returned unchanged."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return address or ""
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> 64 << 64))
