"""Actual cost of an operation: the objects of its response, with the weights that determine the price."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)

from graph.engine.run import MOST_PLANS
from graph.engine.selection import Collector, Selections, collector_of, condition_variables
from graph.engine.variables import Variables
from graph.limits.weight import INTROSPECTION, weight_of
from settings.bounds import Bounded


class Costly(NamedTuple):
    """Field that may have a cost: its own cost, and the type and selections of its objects."""

    key: str
    cost: int
    of: GraphQLNamedType | None
    selections: Selections


class Delivery:
    """Cost of the responses to one operation of a valid document; `last` is that of the last response."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
    ) -> None:
        root = schema.get_root_type(operation.operation)
        assert root is not None  # noqa: S101 (the operation is valid)
        self._schema = schema
        self._document = document
        self._root = root
        self._selections = [operation.selection_set]
        self._variables = Variables(schema, operation.variable_definitions or ())
        self._conditions = condition_variables(document)
        self.most = MOST_PLANS if self._conditions else 1
        self._answers: Bounded[tuple[Any, ...], _Answer] = Bounded(self.most)
        self.last = 0

    def cost(self, data: Mapping[str, Any], variables: Mapping[str, Any]) -> int:
        """Return the cost of a response's `data`, which must have values only, no JSON text.

        Null costs nothing, so the result never exceeds the price, except for lists that are longer than
        usual.
        """
        values = self._variables(variables)
        assert not isinstance(values, list)  # noqa: S101 (it was executed with them)
        asked = tuple(values.coerced.get(name) for name in self._conditions)
        if (answer := self._answers.get(asked)) is None:
            conditions = dict(zip(self._conditions, asked, strict=True))
            answer = _Answer(self._schema, collector_of(self._schema, self._document, conditions))
            self._answers.keep(asked, answer)
        self.last = answer.object(self._root, self._selections, data)
        return self.last


class _Answer:
    """Cost of responses with one set of conditions; `_costly` has the fields of a type that may have a cost.

    Its keys identify lists of selections by their ids: each of the lists lives as long as this object.
    """

    def __init__(self, schema: GraphQLSchema, collector: Collector) -> None:
        self._schema = schema
        self._collector = collector
        self._costly: dict[tuple[str, int], tuple[Sequence[Costly], frozenset[str]]] = {}

    def object(self, of: GraphQLNamedType, selections: Selections, value: Mapping[str, Any]) -> int:
        """Return the cost of an object's fields."""
        total = 0
        for field in self._fields(of, selections, value):
            if (found := value[field.key]) is not None:
                total += self._value(field, found)
        return total

    def _value(self, field: Costly, value: Any) -> int:
        if isinstance(value, list):
            return sum(self._value(field, each) for each in value if each is not None)
        if field.of is None:
            return field.cost
        return field.cost + self.object(field.of, field.selections, value)

    def _fields(
        self, of: GraphQLNamedType, selections: Selections, value: Mapping[str, Any]
    ) -> Sequence[Costly]:
        """Return the fields of an object that may have a cost; for an abstract type, of the first type with
        just these keys.
        """
        if not is_abstract_type(of):
            return self._of_type(of, selections)[0]
        candidates = (self._of_type(each, selections) for each in self._schema.get_possible_types(of))
        return next(costly for costly, keys in candidates if keys == value.keys())

    def _of_type(
        self, of: GraphQLNamedType, selections: Selections
    ) -> tuple[Sequence[Costly], frozenset[str]]:
        """Return the fields of a type that may have a cost, and all its response keys."""
        place = of.name, id(selections)
        if (found := self._costly.get(place)) is None:
            assert isinstance(of, GraphQLObjectType)  # noqa: S101 (there are no other composite types)
            asked = self._collector.fields(of, selections)
            costly = [each for key, nodes in asked.items() if (each := _costly(of, key, nodes)) is not None]
            found = self._costly[place] = costly, frozenset(asked)
        return found


def _costly(of: GraphQLObjectType, key: str, nodes: Sequence[FieldNode]) -> Costly | None:
    name = nodes[0].name.value
    if (declared := of.fields.get(name)) is None:
        return Costly(key, INTROSPECTION[name], None, ()) if name in INTROSPECTION else None
    cost, named = weight_of(declared).price.cost, get_named_type(declared.type)
    if is_composite_type(named):
        return Costly(key, cost, named, [each.selection_set for each in nodes if each.selection_set])
    return Costly(key, cost, None, ()) if cost else None
