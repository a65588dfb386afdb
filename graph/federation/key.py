"""Keys of entities: the field sets by which a router names objects, and what finds them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphql import (
    FieldNode,
    GraphQLObjectType,
    GraphQLType,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    parse,
)

from resolvers.errors import BadUserInput
from resolvers.relation import Relation

TYPENAME = "__typename"


@dataclass(frozen=True, eq=False, kw_only=True)
class Key:
    """A field set, such as `id` or `study { caseNumber }`, and the relation that finds what it names.

    The relation is given the field's value, or a tuple of the fields' values in their order, nested as the
    field set is. `check` turns the value of a single field into what the relation takes; it raises
    `BadUserInput` naming the field where that is impossible.
    """

    fields: str
    relation: Relation
    check: Callable[[Any, str], Any] | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Reference:
    """How a router names objects of a type. `origin` is its Python class.

    `requires` is a field set of other subgraphs' fields by which fields of the type are worked out: their
    values, null where a router does not send them, go to a key's relation as the second of a pair.
    """

    origin: type
    keys: Sequence[Key]
    requires: str = ""


class FieldSet:
    """A federation field set of a type, as a reader of representations."""

    def __init__(self, of: GraphQLObjectType, selections: SelectionSetNode) -> None:
        self._of = of
        self._parts: dict[str, tuple[GraphQLType, FieldSet | None]] = {}
        for node in selections.selections:
            assert isinstance(node, FieldNode)  # noqa: S101 (field sets are our own)
            type_ = of.fields[node.name.value].type
            named: Any = get_named_type(type_)
            below = FieldSet(named, node.selection_set) if node.selection_set is not None else None
            self._parts[node.name.value] = (type_, below)

    @classmethod
    def of(cls, type_: GraphQLObjectType, text: str) -> "FieldSet":
        """The field set that `text` writes; one without fields where it is empty."""
        if not text:
            return cls(type_, SelectionSetNode(selections=()))
        (operation,) = parse(f"{{ {text} }}").definitions
        assert isinstance(operation, OperationDefinitionNode)  # noqa: S101 (that is how it is written)
        return cls(type_, operation.selection_set)

    @cached_property
    def names(self) -> frozenset[str]:
        """Its fields."""
        return frozenset(self._parts)

    def is_in(self, given: Mapping[str, Any]) -> bool:
        """Whether all its fields have a value."""
        return all(
            given.get(name) is not None
            and (below is None or not isinstance(given[name], dict) or below.is_in(given[name]))
            for name, (_, below) in self._parts.items()
        )

    def values(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        """Values of its fields, in their order; null for one that is missing. Raises `BadUserInput`."""
        return tuple(
            self._value(given.get(name), name, type_, below) for name, (type_, below) in self._parts.items()
        )

    def _value(self, value: Any, name: str, type_: GraphQLType, below: "FieldSet | None") -> Any:
        if is_non_null_type(type_):
            type_ = type_.of_type
        if value is None:
            return None
        if is_list_type(type_):
            if not isinstance(value, list):
                raise BadUserInput(f"'{name}' of a {self._of.name} is a list.")
            return tuple(self._value(each, name, type_.of_type, below) for each in value)
        if below is not None:
            return below.object(value, name)
        return self._leaf(value, name, type_)

    def object(self, value: Any, name: str) -> tuple[Any, ...]:
        """Values of an object that stands in a representation under `name`."""
        if not isinstance(value, dict):
            raise BadUserInput(f"'{name}' of a representation is an object, a {self._of.name}.")
        self.refuse_others(value)
        return self.values(value)

    def refuse_others(self, given: Mapping[str, Any], known: frozenset[str] | None = None) -> None:
        """Raise `BadUserInput` where there is a field beyond its own, or beyond `known`."""
        known = self.names if known is None else known
        for name in given:
            if name not in known and name != TYPENAME:
                raise BadUserInput(f"'{str(name)[:50]}' is no key of a {self._of.name}.")

    def _leaf(self, value: Any, name: str, type_: Any) -> Any:
        assert is_leaf_type(type_)  # noqa: S101 (objects have field sets of their own)
        try:
            return type_.parse_value(value)
        except Exception as error:
            raise BadUserInput(f"'{name}' of a {self._of.name} is no {type_.name}.") from error
