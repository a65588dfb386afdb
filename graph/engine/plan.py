"""Plans of whole operations, and their execution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from graphql import (
    DocumentNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
)
from graphql.execution.values import VariableValues

from graph.declaring.source import Action, Link, Listing, Lookup, Lookups, Told, source_of
from graph.engine.arguments import FieldArguments
from graph.engine.child import Child, Chosen, ObjectChild, Run, descend, together
from graph.engine.compile import Compiler, no_arguments
from graph.engine.leaf import Declined, Deviation
from graph.engine.level import Level, Put, Store
from graph.engine.selection import collector_of
from graph.engine.text import Texts
from graph.execution.idempotency import stored_payload
from graph.execution.perform import perform
from resolvers.commands.command import Command
from resolvers.loading.relation import Relation
from resolvers.operations.context import Context


@dataclass(frozen=True)
class Root:
    """Root field that loads objects; `lookup` is set if the arguments select the relation and the key."""

    child: Child
    lookup: Lookup | None
    children: dict[Relation, Child] = field(default_factory=dict)

    async def run(self, run: Run, data: dict[str, Any]) -> None:
        """Load the field's value and set it in `data`."""
        child = self.child
        if self.lookup is not None:
            relation, key = self.lookup.choose(child.arguments(run.variables))
            if (chosen := self.children.get(relation)) is None:
                chosen = self.children[relation] = replace(child, relation=relation)
            await chosen.fill(run, {key: [data]}, {})
            return
        key = child.relation.key(run.context)
        places = [data]
        if isinstance(child, ObjectChild) and child.many:
            places = data[child.response_key] = []
        if key is not None:
            await child.run(run, {key: places})
        elif not child.nullable:
            raise Deviation


@dataclass(frozen=True)
class NamedRoot:
    """Root field that loads the objects for the keys in a list argument, in their order."""

    child: Chosen
    lookups: Lookups

    async def run(self, run: Run, data: dict[str, Any]) -> None:
        """Load the field's value and set it in `data`."""
        child, key = self.child, self.child.response_key
        places: list[dict[str, Any]] = []
        store: Store = {}
        for value in child.arguments(run.variables)[self.lookups.argument]:
            places.append({key: None})
            store.setdefault(self.lookups.key(value), []).append(places[-1])
        if store:
            await child.fill(run, store, {})
        data[key] = [place[key] for place in places]


@dataclass(frozen=True)
class Change:
    """Root field of a mutation: its command, and the level of its payload.

    With `as_text`, the payload of a repeated command is its stored text.
    """

    command: Command[Any, Any]
    arguments: FieldArguments
    response_key: str
    level: Level
    as_text: bool

    async def run(self, run: Run, data: dict[str, Any]) -> None:
        """Run the command, then read the selected fields of the payload."""
        given = self.arguments(run.variables)["input"]
        changes = await perform(run.context, self.command, given, self.response_key)
        if (answer := run.context.replayed(self.response_key)) is not None:
            data[self.response_key] = stored_payload(answer, as_text=self.as_text)
        else:
            data[self.response_key] = await payload(self.level, run, changes)


@dataclass(frozen=True)
class Telling:
    """Root field of a subscription, and the level of its payload."""

    response_key: str
    level: Level

    async def run(self, run: Run, data: dict[str, Any]) -> None:
        """Read the selected fields of the payload."""
        data[self.response_key] = await payload(self.level, run, run.context.event)


async def payload(level: Level, run: Run, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the one object of a level whose columns are known, with all levels below it."""
    row = tuple(values.get(str(name)) for name in level.columns)
    stores: list[Store] = [{} for _ in level.children]
    made: list[dict[str, Any]] = level.build([row], None, run.context, stores)
    await descend(level, run, stores)
    return made[0]


@dataclass(frozen=True)
class Plan:
    """Plan of an operation.

    `constants` has the root fields in response order, with null for each field that is filled in later.
    """

    constants: dict[str, Any]
    roots: Sequence[Root | NamedRoot | Change | Telling]
    is_serial: bool

    async def run(self, context: Context, variables: VariableValues) -> dict[str, Any]:
        """Return the data; raise on any deviation."""
        data = dict(self.constants)
        run = Run(context, variables)
        if self.is_serial:
            for root in self.roots:
                await root.run(run, data)
        else:
            await together([root.run(run, data) for root in self.roots])
        return data


def plan(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    conditions: Mapping[str, Any],
    as_text: bool,
) -> Plan:
    """Return the plan of a valid document's operation for these values of `@skip` and `@include`.

    With `as_text`, its data may contain JSON written by PostgreSQL (`orjson.Fragment`). Raises `Declined` for
    operations that the engine does not support: introspection.
    """
    of = schema.get_root_type(operation.operation)
    if of is None:
        raise Declined(operation.operation.value)
    collector = collector_of(schema, document, conditions)
    compiler = Compiler(schema, collector, Texts(schema, collector) if as_text else None)
    constants: dict[str, Any] = {}
    roots: list[Root | NamedRoot | Change | Telling] = []
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
            case Lookups() as lookups:
                child = compiler.named(lookups, cast(GraphQLField, field), key, nodes)
                roots.append(NamedRoot(child, lookups))
            case Action() | Told() as declared:
                field = cast(GraphQLField, field)
                named = cast(GraphQLObjectType, get_named_type(field.type))
                selections = [node.selection_set for node in nodes if node.selection_set]
                level = compiler.level(named, selections, Put.LIST)
                if isinstance(declared, Told):
                    roots.append(Telling(key, level))
                else:
                    arguments = FieldArguments(schema, field, nodes[0])
                    roots.append(Change(declared.command, arguments, key, level, as_text))
            case _:
                raise Declined(name)
    return Plan(constants, roots, operation.operation is OperationType.MUTATION)
