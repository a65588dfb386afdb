"""Counts the contents of an operation document and the cost of its operations, before validation.

One pass: each selection is visited once, a fragment's selection too, however often it is spread, so the time
is linear in the document's size. A fragment counts at each place where it is spread; a field that two
fragments of one selection select counts twice, although it is resolved once: a count is never too low.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    get_named_type,
    is_abstract_type,
)

from graph.limits.price import FREE, Formula, Price, Values, highest, times, total, value
from graph.limits.weight import INTROSPECTION, default_of, weight_of

META = {"__schema": "__Schema", "__type": "__Type"}
"""Types of the root fields for introspection."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Counts of one selection: levels, fields here and in total, repetitions, price.

    `repeats` is the number of times one response key occurs in one place, with all selections merged that
    belong to the same place. `each` is the price of an entry in the lists of a connection, whose length the
    field above determines.
    """

    depth: int = 0
    width: int = 0
    fields: int = 0
    repeats: int = 0
    price: Formula = FREE
    each: Formula = FREE


@dataclass(slots=True)
class _Sum:
    """A selection while its parts are added; of the parts for several concrete types an object has one."""

    depth: int = 0
    width: int = 0
    fields: int = 0
    repeats: int = 0
    keys: Counter[str] = field(default_factory=Counter)
    prices: list[Formula] = field(default_factory=list)
    each: list[Formula] = field(default_factory=list)
    choices: dict[str, list[Formula]] = field(default_factory=dict)

    def add(self, part: Selection, key: str | None = None, choice: str | None = None) -> None:
        """Add a field by its response key, or a fragment; `choice` is the only type that it applies to."""
        self.depth = max(self.depth, part.depth)
        self.width += part.width
        self.fields += part.fields
        if key is None:
            self.repeats += part.repeats
        else:
            self.keys[key] += part.repeats
        (self.prices if choice is None else self.choices.setdefault(choice, [])).append(part.price)
        self.each.append(part.each)

    def done(self) -> Selection:
        """Return the counts of the whole selection."""
        chosen = highest([total(each) for each in self.choices.values()])
        price = total([*self.prices, chosen])
        repeats = self.repeats + max(self.keys.values(), default=0)
        return Selection(self.depth, self.width, self.fields, repeats, price, total(self.each))


@dataclass(frozen=True, slots=True)
class OperationCost:
    """Price of an operation, the list lengths that its variables have by default, and the part of the price
    for its writes.
    """

    price: Formula
    defaults: Values
    written: int = 0

    def price_for(self, sent: Values) -> Price:
        """Return the price with these variables."""
        if isinstance(self.price, Price):
            return self.price
        return value(self.price, {**self.defaults, **sent})


@dataclass
class Count:
    """Counts of a document, by the names of the limits; for counts per operation the highest of its
    operations.
    """

    tokens: int = 0
    depth: int = 0
    aliases: int = 0
    root_fields: int = 0
    directives: int = 0
    repeats: int = 0
    fragments: int = 0
    fields: int = 0
    inputs: int = 0
    steps: int = 0
    operations: dict[str | None, OperationCost] = field(default_factory=dict)


def count(schema: GraphQLSchema, document: DocumentNode) -> Count:
    """Return all counts of a document, which may be invalid: unknown fields and cycles count nothing."""
    return _Pass(schema, document).run()


class _Pass:
    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._document = document
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._counted: dict[str, Selection] = {}
        self._count = Count(tokens=document.token_count, fragments=len(self._fragments))

    def run(self) -> Count:
        count = self._count
        for operation in self._document.definitions:
            if not isinstance(operation, OperationDefinitionNode):
                continue
            count.directives += len(operation.directives or ())
            defaults: dict[str, Any] = {}
            for variable in operation.variable_definitions or ():
                count.directives += len(variable.directives or ())
                if variable.default_value is not None:
                    self._value(variable.default_value)
                    defaults[variable.variable.name.value] = default_of(variable.default_value)
            root = self._schema.get_root_type(operation.operation)
            found = self._selection(operation.selection_set, root)
            count.depth = max(count.depth, found.depth)
            count.fields = max(count.fields, found.fields)
            count.repeats = max(count.repeats, found.repeats)
            count.root_fields = max(count.root_fields, found.width)
            name = operation.name.value if operation.name else None
            is_write = operation.operation is OperationType.MUTATION
            written = self._written(operation.selection_set, root) if is_write else 0
            count.operations[name] = OperationCost(found.price, defaults, written)
        for name in self._fragments:  # unused fragments are validated, too
            count.repeats = max(count.repeats, self._fragment(name).repeats)
        return count

    def _written(self, node: SelectionSetNode, root: GraphQLNamedType | None) -> int:
        """Return the weights of a mutation's fields, without those of their payloads."""
        names = (each.name.value for each in node.selections if isinstance(each, FieldNode))
        declared = (getattr(root, "fields", {}).get(name) for name in names)
        return sum(weight_of(each).price.cost for each in declared if each is not None)

    def _selection(self, node: SelectionSetNode, of: GraphQLNamedType | None) -> Selection:
        added = _Sum()
        for each in node.selections:
            self._count.steps += 1
            self._count.directives += len(each.directives or ())
            if isinstance(each, FieldNode):
                added.add(self._field(each, of), key=(each.alias or each.name).value)
                continue
            if isinstance(each, FragmentSpreadNode):
                if (name := each.name.value) not in self._fragments:
                    continue
                narrowed = self._named(self._fragments[name].type_condition, of)
                found = self._fragment(name)
            else:
                assert isinstance(each, InlineFragmentNode)  # noqa: S101 (there are no other selections)
                narrowed = self._named(each.type_condition, of)
                found = self._selection(each.selection_set, narrowed)
            is_choice = is_abstract_type(of) and isinstance(narrowed, GraphQLObjectType)
            added.add(found, choice=narrowed.name if is_choice and narrowed is not None else None)
        return added.done()

    def _field(self, node: FieldNode, of: GraphQLNamedType | None) -> Selection:
        """Return the counts of a field as part of its selection."""
        name = node.name.value
        self._count.aliases += node.alias is not None
        self._arguments(node.arguments or ())
        declared: GraphQLField | None = getattr(of, "fields", {}).get(name)
        type_ = get_named_type(declared.type) if declared else self._schema.type_map.get(META.get(name, ""))
        found = Selection() if node.selection_set is None else self._selection(node.selection_set, type_)
        depth, fields, repeats = 1 + found.depth, 1 + found.fields, max(found.repeats, 1)
        if declared is None:  # introspection, which is deep by nature, or an unknown field
            weighs = Price(0, INTROSPECTION.get(name, 0))
            return Selection(1 if name in META else depth, 1, fields, repeats, weighs)
        weight = weight_of(declared)
        size = weight.size(node)
        each = times(1 if weight.is_list else size, found.each)
        price = total([weight.price, weight.search(node), found.price, each])
        if weight.is_entry:
            return Selection(depth, 1, fields, repeats, each=price)
        return Selection(depth, 1, fields, repeats, times(size, price) if weight.is_list else price)

    def _fragment(self, name: str) -> Selection:
        if (found := self._counted.get(name)) is None:
            node = self._fragments[name]
            self._counted[name] = Selection()  # found by a cycle
            self._count.directives += len(node.directives or ())
            found = self._selection(node.selection_set, self._named(node.type_condition, None))
            self._counted[name] = found
        return found

    def _arguments(self, arguments: Iterable[ArgumentNode]) -> None:
        for argument in arguments:
            self._count.steps += 1
            self._value(argument.value)

    def _value(self, node: ValueNode) -> None:
        if isinstance(node, ListValueNode):
            self._count.inputs = max(self._count.inputs, len(node.values))
            for each in node.values:
                self._count.steps += 1
                self._value(each)
        elif isinstance(node, ObjectValueNode):
            for entry in node.fields:
                self._count.steps += 1
                self._value(entry.value)

    def _named(self, condition: Any, of: GraphQLNamedType | None) -> GraphQLNamedType | None:
        return of if condition is None else self._schema.type_map.get(condition.name.value)
