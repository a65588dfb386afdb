"""Execution of operations by their plans, with graphql-core as fallback."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from graph.engine.leaf import Declined
from graph.engine.plan import Plan, plan
from graph.engine.selection import condition_variables
from graph.engine.variables import Variables
from resolvers.operations.context import Context

MOST_PLANS = 16
"""Maximum number of plans per operation: one for each combination of values in `@skip` and `@include`."""

executions: Counter[str] = Counter()
"""Executions of this process: by levels, or by the reason for the fallback."""


class Planned:
    """One operation of a valid document, with its plans; `grown` is called with the number of new ones,
    negative if they are dropped.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        grown: Callable[[int], None],
    ) -> None:
        self._schema = schema
        self._document = document
        self._operation = operation
        self._variables = Variables(schema, operation.variable_definitions or ())
        self._conditions = condition_variables(document)
        self._plans: dict[tuple[Any, ...], Plan | Declined] = {}
        self._grown = grown

    def plan(self, values: Mapping[str, Any], as_text: bool) -> Plan | Declined:
        """Return the plan for these values of variables, or the reason there is none."""
        asked = (as_text, *(values.get(name) for name in self._conditions))
        if (found := self._plans.get(asked)) is None:
            conditions = dict(zip(self._conditions, asked[1:], strict=True))
            try:
                found = plan(self._schema, self._document, self._operation, conditions, as_text)
            except Declined as declined:
                found = declined.with_traceback(None)
            if len(self._plans) >= MOST_PLANS:
                self._grown(-len(self._plans))
                self._plans.clear()
            self._plans[asked] = found
            self._grown(1)
        return found

    async def run(
        self, context: Context, variables: Mapping[str, Any], as_text: bool = False
    ) -> dict[str, Any] | None:
        """Return the data; null if graphql-core has to run the operation.

        With `as_text`, the data may contain JSON text that only `orjson.dumps` serializes.

        If the database does not respond, psycopg's exception is raised: a second execution would fail, too.
        """
        values = self._variables(variables)
        if isinstance(values, list):
            executions["variables refused"] += 1
            return None
        found = self.plan(values.coerced, as_text)
        if isinstance(found, Declined):
            executions[f"declined: {found}"] += 1
            return None
        try:
            data = await found.run(context, values)
        except (PoolTimeout, OperationalError):
            raise
        except Exception as error:  # noqa: BLE001 (whatever it was, graphql-core finds it again, and its place)
            executions[f"deviated: {type(error).__name__}"] += 1
            context.forget()
            return None
        executions["by levels"] += 1
        return data
