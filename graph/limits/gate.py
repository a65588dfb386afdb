"""What each operation passes on its way in: limits, its account, the deadline."""

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
"""What any operation is charged."""

charged: ContextVar[Charge | None] = ContextVar("charged", default=None)
"""The last charge of the request that is being answered."""

REFUSED = 20
"""What a document is charged that is refused: nobody is to try for free what keeps a processor busy."""


class AdmissionControl:
    """One process's gate; `deadline` is in seconds, `intake` takes in the files of commands."""

    def __init__(self, settings: Settings, intake: Intake | None = None) -> None:
        self.intake = intake
        self.enforced = settings.limits == "enforce"
        self.deadline = settings.deadline
        self.budgets = Budgets()
        self._turns = Turns(settings.pool_wait)

    def limits(self, viewer: Viewer, *, is_trusted: bool = False) -> OperationLimits:
        """The figures for who asks."""
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

        What stops it is the result's one error. Raises `ClientLeft` where nobody is there to be answered.
        """
        try:
            self.charge(document, context, variables, operation_name)
            as_text = as_text and not context.tells_cost  # what is text cannot be counted
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
        """Bounds the time of one execution of several, whose client is heard by who sends it the answers."""
        return Attendance(None, self.deadline)

    def charge(
        self,
        document: CheckedDocument,
        context: Context,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
    ) -> None:
        """Charge the viewer's account; `RateLimited` where it holds too little."""
        context.address = asking.get().address
        context.intake = self.intake
        if document.limits.pays_delivered:
            self._charge(context, document.limits, LEAST)
            return
        cost = REFUSED if document.errors else document.price(operation_name, variables or {}).cost
        # What is over its limit costs no more than that: it is refused.
        self._charge(context, document.limits, min(max(cost, LEAST), document.limits.cost))

    def charge_least(self, context: Context, limits: OperationLimits) -> None:
        """Charge for what is answered without being executed; `RateLimited` where there is too little."""
        self._charge(context, limits, LEAST)

    def _charge(self, context: Context, limits: OperationLimits, cost: int, *, is_due: bool = False) -> None:
        """What `is_due` is charged even where the account holds too little: it has been delivered."""
        enforced = self.enforced and not is_due
        charge = self.budgets.charge(context.database, payer(context), limits, cost, enforced=enforced)
        context.charge = charge
        charged.set(charge)


def refused(error: CodedError) -> ExecutionResult:
    """The result of an operation that was not executed."""
    return ExecutionResult(None, [GraphQLError(str(error), extensions=error.extensions)])


def payer(context: Context) -> str:
    """The name of the account that pays: a user's, an application's, else that of the network address.

    Of IPv6 the first 64 bits are one account: whoever has one of these addresses has them all.
    """
    viewer = context.viewer
    if viewer.id is not None:
        return f"user {viewer.id}"
    if viewer.application_id is not None:
        return f"application {viewer.application_id}"
    return f"address {network(context.address)}"


@lru_cache(maxsize=10_000)
def network(address: str | None) -> str:
    """The network that an address stands for; what is no address, for itself."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return address or ""
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> 64 << 64))
