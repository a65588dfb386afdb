"""Runs operations by their plans, where they have one and nothing deviates."""

from collections import Counter
from collections.abc import Mapping
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
"""Plans kept of one operation: one for each combination of values in `@skip` and `@include`."""

executions: Counter[str] = Counter()
"""How operations of this process were executed: by levels, or else why not."""


class Planned:
    """One operation of a valid document, with its plans."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
    ) -> None:
        self._schema = schema
        self._document = document
        self._operation = operation
        self._variables = Variables(schema, operation.variable_definitions or ())
        self._conditions = condition_variables(document)
        self._plans: dict[tuple[Any, ...], Plan | Declined] = {}

    def plan(self, values: Mapping[str, Any], as_text: bool) -> Plan | Declined:
        """The plan for these values of variables, or why there is none."""
        asked = (as_text, *(values.get(name) for name in self._conditions))
        if (found := self._plans.get(asked)) is None:
            conditions = dict(zip(self._conditions, asked[1:], strict=True))
            try:
                found = plan(self._schema, self._document, self._operation, conditions, as_text)
            except Declined as declined:
                found = declined
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            self._plans[asked] = found
        return found

    async def run(
        self, context: Context, variables: Mapping[str, Any], as_text: bool = False
    ) -> dict[str, Any] | None:
        """The data where all goes well; null where graphql-core has to do it.

        Data that are wanted `as_text` may hold JSON text that only `orjson.dumps` reads.

        A database that does not answer raises what psycopg raises: asking again would not help it.
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
