"""Keys of entities: the field sets by which a router names objects, and what finds them."""

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
        """The field set that `text` writes; one without fields where it is empty."""
        if not text:
            return cls(type_, SelectionSetNode(selections=()))
        (operation,) = parse(f"{{ {text} }}").definitions
        assert isinstance(operation, OperationDefinitionNode)  # noqa: S101 (that is how it is written)
        return cls(type_, operation.selection_set)

    def is_in(self, given: Mapping[str, Any]) -> bool:
        """Whether all its fields have a value."""
        for name, _, below in self._parts:
            value = given.get(name)
            if value is None or (below is not None and isinstance(value, dict) and not below.is_in(value)):
                return False
        return True

    def values(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        """Values of its fields, in their order; null for one that is missing. Raises `BadUserInput`."""
        return tuple([convert(given.get(name)) for name, convert, _ in self._parts])

    def object(self, value: Any, name: str) -> tuple[Any, ...]:
        """Values of an object that stands in a representation under `name`."""
        if not isinstance(value, dict):
            raise BadUserInput(f"'{name}' of a representation is an object, a {self._of.name}.")
        self.refuse_others(value, self.names)
        return self.values(value)

    def refuse_others(self, given: Mapping[str, Any], known: frozenset[str]) -> None:
        """Raise `BadUserInput` where there is a field beyond those known."""
        for name in given:
            if name not in known and name != TYPENAME:
                raise BadUserInput(f"'{str(name)[:50]}' is no key of a {self._of.name}.")

    def _converter(self, name: str, type_: Any, below: "FieldSet | None") -> Convert:
        """Turns what is given for a field into what its type holds; a null stays one."""
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
