"""Representations: objects that reference entities, sent by routers."""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from graphql import GraphQLObjectType, GraphQLSchema

from graph.federation.key import TYPENAME, FieldSet, Reference
from resolvers.operations.errors import BadUserInput


class Named(NamedTuple):
    """Object that a representation references: its type, the position of the key, and the key's value."""

    type_name: str
    key: int
    value: Any


class RepresentationReader:
    """Reads representations of one type."""

    def __init__(self, of: GraphQLObjectType, reference: Reference) -> None:
        self._of = of
        self._keys = [(key, FieldSet.of(of, key.fields)) for key in reference.keys]
        self._required = FieldSet.of(of, reference.requires)

    def read(self, given: Mapping[str, Any]) -> Named:
        """Return the object by its first complete key; raise `BadUserInput` if there is none, or the input is
        invalid. Further fields are ignored: routers send those of other subgraphs, too.
        """
        for place, (key, fields) in enumerate(self._keys):
            if not fields.is_in(given):
                continue
            values = fields.values(given)
            value = values[0] if len(values) == 1 else values
            if key.check is not None:
                value = key.check(value, key.fields)
            if self._required.names:
                value = (value, self._required.values(given))
            return Named(self._of.name, place, value)
        keys = ", ".join(f"'{key.fields}'" for key, _ in self._keys)
        raise BadUserInput(f"A representation of a {self._of.name} needs one of its keys: {keys}.")


class Representations:
    """Reads representations of all entities of a schema."""

    def __init__(self, schema: GraphQLSchema, references: Mapping[str, Reference]) -> None:
        self._readers = {
            name: RepresentationReader(cast(GraphQLObjectType, schema.type_map[name]), reference)
            for name, reference in references.items()
        }

    def read(self, given: Any) -> Named:
        """Return the object that a representation references; raise `BadUserInput` if it is invalid."""
        name = given.get(TYPENAME) if isinstance(given, dict) else None
        reader = self._readers.get(name) if isinstance(name, str) else None
        if reader is None:
            raise BadUserInput(f"A representation needs the '{TYPENAME}' of an entity of this subgraph.")
        return reader.read(given)
