"""Keys of entities: the field sets that routers use, and the relations that load by them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
    parse,
)

from resolvers.loading.relation import Relation
from resolvers.operations.errors import BadUserInput

TYPENAME = "__typename"

Convert = Callable[[Any], Any]


@dataclass(frozen=True, eq=False, kw_only=True)
class Key:
    """Field set, such as `id` or `study { caseNumber }`, and the relation that loads objects by it.

    The relation takes the field's value, or a tuple of the fields' values in their order, nested like the
    field set. `check` converts the value of a single field for the relation; it raises `BadUserInput` with
    the name of the field if the value is invalid.
    """

    fields: str
    relation: Relation
    check: Callable[[Any, str], Any] | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Reference:
    """Federation keys of a type; `origin` is its Python class.

    `requires` is a field set of other subgraphs' fields that fields of the type are computed from: their
    values, null for each that the router omits, are the second of a pair that a key's relation takes.
    """

    origin: type
    keys: Sequence[Key]
    requires: str = ""


class FieldSet:
    """Federation field set of a type; reads representations."""

    def __init__(self, of: GraphQLObjectType, selections: SelectionSetNode) -> None:
        self._of = of
        self._parts: list[tuple[str, Convert, FieldSet | None]] = []
        for node in selections.selections:
            assert isinstance(node, FieldNode)  # noqa: S101 (field sets are our own)
            type_ = of.fields[node.name.value].type
            named: Any = get_named_type(type_)
            below = FieldSet(named, node.selection_set) if node.selection_set is not None else None
            name = node.name.value
            self._parts.append((name, self._converter(name, type_, below), below))
        self.names = frozenset(name for name, _, _ in self._parts)

    @classmethod
    def of(cls, type_: GraphQLObjectType, text: str) -> "FieldSet":
        """Return the field set written in `text`; without fields if the text is empty."""
        if not text:
            return cls(type_, SelectionSetNode(selections=()))
        (operation,) = parse(f"{{ {text} }}").definitions
        assert isinstance(operation, OperationDefinitionNode)  # noqa: S101 (that is how it is written)
        return cls(type_, operation.selection_set)

    def is_in(self, given: Mapping[str, Any]) -> bool:
        """Return whether all its fields have a value."""
        for name, _, below in self._parts:
            value = given.get(name)
            if value is None or (below is not None and isinstance(value, dict) and not below.is_in(value)):
                return False
        return True

    def values(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the values of its fields, in their order; null for a missing one. Raises `BadUserInput`."""
        return tuple([convert(given.get(name)) for name, convert, _ in self._parts])

    def object(self, value: Any, name: str) -> tuple[Any, ...]:
        """Return the values of an object in a representation, under the field `name`."""
        if not isinstance(value, dict):
            raise BadUserInput(f"'{name}' of a representation is an object, a {self._of.name}.")
        return self.values(value)

    def _converter(self, name: str, type_: Any, below: "FieldSet | None") -> Convert:
        """Return the converter from a field's input to the values of its type; null stays null."""
        if is_non_null_type(type_):
            type_ = type_.of_type
        if is_list_type(type_):
            convert_each = self._converter(name, type_.of_type, below)

            def convert_list(value: Any) -> Any:
                if isinstance(value, list):
                    return tuple(map(convert_each, value))
                if value is None:
                    return None
                raise BadUserInput(f"'{name}' of a {self._of.name} is a list.")

            return convert_list
        if below is not None:
            return lambda value: None if value is None else below.object(value, name)

        def convert(value: Any) -> Any:
            try:
                return None if value is None else type_.parse_value(value)
            except Exception as error:
                raise BadUserInput(f"'{name}' of a {self._of.name} is no {type_.name}.") from error

        return convert
