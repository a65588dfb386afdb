"""Plans of whole operations, and how they run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution.values import VariableValues

from graph.engine.child import Child, Run, together
from graph.engine.compile import Compiler, Declined
from graph.engine.leaf import Deviation
from graph.engine.selection import Collector
from graph.source import Link, Listing, Lookup, source_of
from resolvers.context import Context


@dataclass(frozen=True)
class Root:
    """A root field that finds something; `lookup` where the arguments tell the relation and the key."""

    child: Child
    lookup: Lookup | None

    async def run(self, run: Run, data: dict[str, Any]) -> None:
        """Find and place it."""
        child = self.child
        if self.lookup is not None:
            relation, key = self.lookup.choose(child.arguments(run.variables))
            await replace(child, relation=relation).fill(run, {key: [data]}, {})
            return
        key = child.relation.key(run.context)
        if key is not None:
            await child.run(run, {key: [data]})
        elif not child.nullable:
            raise Deviation


@dataclass(frozen=True)
class Plan:
    """A query, planned. `constants` are the root fields in response order, null where a `Root` fills them."""

    operation: OperationDefinitionNode
    constants: dict[str, Any]
    roots: Sequence[Root]

    async def run(self, context: Context, variables: VariableValues) -> dict[str, Any]:
        """The data; raises whatever deviates from the usual."""
        data = dict(self.constants)
        run = Run(context, variables)
        await together([root.run(run, data) for root in self.roots])
        return data


def plan(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    conditions: Mapping[str, Any],
) -> Plan:
    """The plan of a valid document's operation for these values of `@skip` and `@include`.

    Raises `Declined` for what the engine does not do: mutations, introspection, resolvers of other kinds.
    """
    if operation.operation is not OperationType.QUERY:
        raise Declined(operation.operation.value)
    fragments = {
        each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
    }
    collector = Collector(schema, fragments, conditions)
    compiler = Compiler(schema, collector)
    of = cast(GraphQLObjectType, schema.query_type)
    constants: dict[str, Any] = {}
    roots: list[Root] = []
    for key, nodes in collector.fields(of, [operation.selection_set]).items():
        constants[key] = None
        name = nodes[0].name.value
        if name == "__typename":
            constants[key] = of.name
            continue
        field: GraphQLField | None = of.fields.get(name)
        match source_of(field) if field is not None else None:
            case Link() | Listing() as declared:
                roots.append(Root(compiler.child(declared, cast(GraphQLField, field), key, nodes), None))
            case Lookup(usual=relation) as lookup:
                child = compiler.related(relation, no_arguments, cast(GraphQLField, field), key, nodes)
                roots.append(Root(child, lookup))
            case _:
                raise Declined(name)
    return Plan(operation, constants, roots)


def no_arguments(_: Any) -> dict[str, Any]:
    """What a batch is given where the arguments only choose the key."""
    return {}
