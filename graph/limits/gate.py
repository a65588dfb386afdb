"""Admission of requests and operations at every door: viewer, budget, limits, deadline."""

from collections.abc import Awaitable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from graphql import ExecutionResult, GraphQLError, GraphQLSchema
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from graph.execution.execute import CheckedDocument, known, prepare, prepare_aside, run
from graph.limits.attendance import Attendance, asking
from graph.limits.budget import Budgets
from graph.limits.figures import BudgetFigures, OperationLimits, budgets_of, limits_of
from graph.limits.turns import Turns
from models.postgres.database import Database
from resolvers.access.network import network
from resolvers.access.viewer import Role, Viewer
from resolvers.operations.context import Charge, Context, Intake
from resolvers.operations.errors import CodedError, Unauthenticated, unavailable
from settings.environment import Settings

LEAST = 1
"""Charge of any request, before its body is read; part of the cost of its operation."""

REFUSED = 20
"""Charge for a refused document: documents that keep a processor busy are not free."""

CHARACTERS = 2
"""Characters of a new document per 1 of cost: parsing and validation take up to 20 microseconds for each."""

SHORT = 200
"""Characters of a document that is prepared without a thread: it takes no more than some milliseconds."""

WRITE = 10
"""Charge of a write outside the graph, such as a commit of a package or an xAPI statement; as a mutation."""

BYTES = 1024
"""Bytes of a body that is parsed and stored, per 1 of cost."""

FILE_BYTES = 64 * BYTES
"""Bytes of an uploaded file per 1 of cost."""

ANYBODY = Viewer()

charged: ContextVar[Charge | None] = ContextVar("charged", default=None)
"""Last charge of the current request."""


class AdmissionControl:
    """Admission control of one process; `deadline` is in seconds, `intake` receives the files of commands.

    Every door admits a viewer before it reads a body, and pays the rest when the weight is known: GraphQL and
    its streams, REST, the record store, the player, uploads.
    """

    def __init__(self, settings: Settings, intake: Intake | None = None) -> None:
        self.intake = intake
        self.enforced = settings.limits == "enforce"
        self.deadline = settings.deadline
        self.budgets = Budgets()
        self.figures = budgets_of(settings)
        self._turns = Turns(settings.pool_wait)
        self._preparing = Turns(settings.deadline)

    def limits(self, viewer: Viewer, *, is_trusted: bool = False) -> OperationLimits:
        """Return the limits of a viewer."""
        return limits_of(viewer.role, is_trusted=is_trusted, enforced=self.enforced)

    async def admit(self, database: Database, finding: Awaitable[Viewer]) -> Viewer:
        """Return the viewer of a request, who is charged the minimum; its network pays for an invalid
        credential.

        Raises `RateLimited` if the budget is spent, and what `finding` raises.
        """
        try:
            viewer = await finding
        except Unauthenticated:
            self.pay(database, ANYBODY, LEAST)
            raise
        self.pay(database, viewer, LEAST)
        return viewer

    def admit_context(self, context: Context) -> None:
        """Charge the minimum for one of several operations over a connection."""
        context.charge = self.pay(context.database, context.viewer, LEAST)
        context.prepaid = LEAST

    def pay(self, database: Database, viewer: Viewer, cost: int, *, is_due: bool = False) -> Charge:
        """Charge a viewer's budget; raise `RateLimited` if it is too low, unless the charge `is_due` for a
        response that has been delivered.
        """
        key, budget = self.payer(viewer)
        charge = self.budgets.charge(database, key, budget, cost, enforced=self.enforced and not is_due)
        charged.set(charge)
        return charge

    def payer(self, viewer: Viewer) -> tuple[str, BudgetFigures]:
        """Return the account that pays and its budget: of the user, the application, or else the network.

        Anonymous viewers behind a router that is known by its secret share the router's account.
        """
        if viewer.id is not None:
            return f"user {viewer.id}", self.figures[viewer.role]
        if viewer.application_id is not None:
            return f"application {viewer.application_id}", self.figures[Role.APPLICATION]
        asker = asking.get()
        if asker.is_router:
            return f"router {network(asker.address)}", self.figures[Role.STAFF]
        return f"address {network(asker.address)}", self.figures[Role.ANONYMOUS]

    def turn(self, viewer: Viewer, cost: int = 0) -> AbstractAsyncContextManager[None]:
        """Run a block of this cost in the viewer's parallel turns; raise `RateLimited` if none is free."""
        return self._turns.taken(*self.payer(viewer), cost) if self.enforced else nullcontext()

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
        payer = context.viewer  # a login changes the viewer
        try:
            paid = self.charge(document, context, variables, operation_name)
            as_text = as_text and not context.tells_cost  # JSON text cannot be counted
            with Attendance(asking.get().receive, self.deadline) as attendance:
                context.off_the_clock = attendance.paused
                async with self.turn(payer, max(paid, document.delivered_last(operation_name))):
                    result = await run(schema, document, context, variables, operation_name, as_text=as_text)
            pays_delivered = document.limits.pays_delivered
            if pays_delivered or context.tells_cost:
                actual = document.delivered(schema, operation_name, variables or {}, result.data)
                if pays_delivered and actual > paid:
                    context.charge = self.pay(context.database, payer, actual - paid, is_due=True)
                if context.charge is not None:
                    context.charge = replace(context.charge, actual=actual)
            return result  # noqa: TRY300 (what is refused is a result, too)
        except CodedError as error:
            return refused(error)
        except (PoolTimeout, OperationalError) as error:
            return refused(unavailable(error))

    def attended(self) -> Attendance:
        """Limit the duration of one of several executions; their sender observes the disconnect."""
        return Attendance(None, self.deadline)

    def charge(
        self,
        document: CheckedDocument,
        context: Context,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
    ) -> int:
        """Charge a viewer's budget for an operation, and return the cost; raise `RateLimited` if the budget
        is too low. The charge of the request's admission is part of the cost.
        """
        context.address = asking.get().address
        context.intake = self.intake
        if document.limits.pays_delivered:
            cost = document.written(operation_name)
        elif document.errors:
            cost = REFUSED
        else:
            # An operation over the cost limit is charged only the limit: it is refused.
            cost = min(document.price(operation_name, variables or {}).cost, document.limits.cost)
        cost = max(cost, LEAST)
        rest, context.prepaid = cost - context.prepaid, 0
        if rest > 0 or context.charge is None:
            context.charge = self.pay(context.database, context.viewer, max(rest, 0))
        context.charge = replace(context.charge, requested=cost)
        return cost

    async def prepared(
        self,
        schema: GraphQLSchema,
        text: str,
        limits: OperationLimits,
        context: Context,
        *,
        discreet: bool,
    ) -> CheckedDocument:
        """Return a document as checked; a new one is charged by its length before it is parsed.

        An account prepares one long document at a time. Raises `RateLimited` if the budget is too low.
        """
        if (found := known(schema, text, limits, discreet=discreet)) is not None:
            return found
        context.charge = self.pay(context.database, context.viewer, len(text) // CHARACTERS)
        if len(text) <= SHORT:
            return prepare(schema, text, limits, discreet=discreet)
        key, budget = self.payer(context.viewer)
        async with self._preparing.taken(key, replace(budget, at_once=1)):
            return await prepare_aside(schema, text, limits, discreet=discreet)


def refused(error: CodedError) -> ExecutionResult:
    """Return the result of an operation that was not executed."""
    return ExecutionResult(None, [GraphQLError(str(error), extensions=error.extensions)])
