"""Random operations, valid against a schema: aliases, fragments, variables, directives, merged fields."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

ODD_STRINGS = ("en", "", "x", "ü", 'a "b" \\ c', "\u2028", "\U0001f331", "%s %(a)s :b $1")
"""Texts, some of which need escapes on one of their ways."""

Pool = Mapping[str, Sequence[Any]]
"""Values for arguments, by their name; `id` for everything that is an id and has no values of its own."""


@dataclass(frozen=True)
class Operation:
    """A document with one operation, and values for its variables."""

    text: str
    variables: dict[str, Any]


@dataclass
class Generator:
    """Makes one operation; the same `random` makes the same one."""

    schema: GraphQLSchema
    random: Random
    pool: Pool
    definitions: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    names: int = 0

    def operation(self, depth: int = 5, among: Collection[str] = ()) -> Operation:
        """A query of a few root fields, where `among` names some, of those."""
        query = self.schema.query_type
        assert query is not None
        roots = {name: query.fields[name] for name in among} if among else query.fields
        selection = self._fields(query, depth, self.random.randint(1, 3), fields=roots)
        declared = f"({', '.join(self.definitions)})" if self.definitions else ""
        text = "\n".join([f"query Generated{declared} {selection}", *self.fragments])
        return Operation(text, self.variables)

    def _name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _selection(self, of: GraphQLNamedType, depth: int) -> str:
        if isinstance(of, GraphQLUnionType | GraphQLInterfaceType):
            possible = list(self.schema.get_possible_types(of))
            chosen = self.random.sample(possible, min(len(possible), self.random.randint(1, 3)))
            parts = [f"... on {each.name} {self._fields(each, depth - 1, apart=True)}" for each in chosen]
            shared = ["id"] if isinstance(of, GraphQLInterfaceType) else []
            return f"{{ {' '.join(['__typename', *shared, *parts])} }}"
        assert isinstance(of, GraphQLObjectType)
        return self._fields(of, depth)

    def _fields(
        self,
        of: GraphQLObjectType,
        depth: int,
        count: int | None = None,
        apart: bool = False,
        fields: Mapping[str, GraphQLField] | None = None,
    ) -> str:
        """A selection; `apart` from others in one place, whose fields of one name may have other types."""
        usable = [
            (name, each)
            for name, each in (fields or of.fields).items()
            if is_leaf_type(get_named_type(each.type)) or depth > 1
        ]
        if not usable:
            return "{ __typename }"
        wanted = count or self.random.randint(1, 5)
        chosen = self.random.choices(usable, k=wanted)
        parts = [self._field(name, each, depth, apart) for name, each in chosen]
        if self._chance(0.2):
            parts.append(f"{self._name('t')}: __typename")
        if self._chance(0.15) and parts:
            parts[0] = f"... on {of.name} {{ {parts[0]} }}"
        if self._chance(0.1):
            name = self._name("F")
            self.fragments.append(f"fragment {name} on {of.name} {{ {parts[-1]} }}")
            parts[-1] = f"...{name}{self._directive()}"
        return f"{{ {' '.join(parts)} }}"

    def _field(self, name: str, of: GraphQLField, depth: int, apart: bool) -> str:
        given = self._arguments(of.args)
        alias = f"{self._name('a')}: " if given or apart or self._chance(0.2) else ""
        named = get_named_type(of.type)
        below = "" if is_leaf_type(named) else f" {self._selection(named, depth - 1)}"
        text = f"{alias}{name}{given}{self._directive()}{below}"
        if not alias and below and self._chance(0.15):
            return f"{text} {name} {self._selection(named, depth - 1)}"
        return text

    def _directive(self) -> str:
        if not self._chance(0.08):
            return ""
        name = self.random.choice(["skip", "include"])
        value = self.random.choice([True, False])
        if self._chance(0.5):
            return f" @{name}(if: {str(value).lower()})"
        return f" @{name}(if: {self._variable('Boolean!', value)})"

    def _variable(self, of: str, value: Any) -> str:
        name = self._name("v")
        self.definitions.append(f"${name}: {of}")
        self.variables[name] = value
        return f"${name}"

    def _arguments(self, declared: Mapping[str, GraphQLArgument]) -> str:
        names = [name for name, each in declared.items() if is_required_argument(each) or self._chance(0.3)]
        keys = [name for name in declared if name in ("id", "slug", "key", "username", "code")]
        if keys and not any(is_required_argument(each) for each in declared.values()):
            names = [self.random.choice(keys)] if self._chance(0.97) else names
        if {"first", "last"} <= set(names) and self._chance(0.9):
            names.remove("last")
        given = [f"{name}: {self._argument(name, declared[name].type)}" for name in names]
        return f"({', '.join(given)})" if given else ""

    def _argument(self, name: str, of: GraphQLInputType) -> str:
        value = self._value(name, of)
        share = 1 if get_named_type(of).name == "_Any" else 0.4
        return self._given(value, of) if self._chance(share) else self._literal(value, of)

    def _given(self, value: Any, of: Any) -> str:
        """A variable with this value: now and then by its default, or with none where that may be."""
        declared = str(of)
        if "_Any" not in declared and self._chance(0.15):
            name = self._variable(f"{declared} = {self._literal(value, of, self_contained=True)}", value)
            if self._chance(0.7):
                del self.variables[name[1:]]
            return name
        name = self._variable(declared, value)
        if not isinstance(of, GraphQLNonNull) and self._chance(0.05):
            del self.variables[name[1:]]
        return name

    def _value(self, name: str, of: Any) -> Any:
        if isinstance(of, GraphQLNonNull):
            return self._present(name, of.of_type)
        return None if self._chance(0.04) else self._present(name, of)

    def _present(self, name: str, of: Any) -> Any:
        """A value other than null."""
        if isinstance(of, GraphQLList):
            if self._chance(0.1):  # one value is a list of it
                return self._value(name, of.of_type)
            return [self._value(name, of.of_type) for _ in range(self.random.randint(0, 3))]
        if isinstance(of, GraphQLInputObjectType):
            return {
                key: self._value(key, each.type)
                for key, each in of.fields.items()
                if isinstance(each.type, GraphQLNonNull) or self._chance(0.4)
            }
        if isinstance(of, GraphQLEnumType):
            return self.random.choice(list(of.values))
        match of.name:
            case "Boolean":
                return self.random.choice([True, False])
            case "Int":
                return self.random.choice([0, 1, 2, 5, 20, 100, -1, 101])
            case "_Any":
                return self.random.choice(self.pool["representations"])
            case "ID":
                return self.random.choice(self.pool.get(name) or self.pool["id"])
            case "DateTime":
                return self.random.choice(["2020-02-29T00:00:00Z", "2099-12-31T23:59:59.5+02:00"])
        return self.random.choice(self.pool.get(name) or ODD_STRINGS)

    def _literal(self, value: Any, of: Any, *, self_contained: bool = False) -> str:
        """A value as it stands in a document; unless it is to be `self_contained`, with variables in it."""
        if isinstance(of, GraphQLNonNull):
            return self._literal(value, of.of_type, self_contained=self_contained)
        if value is None:
            return "null"

        def below(each: Any, inner: Any) -> str:
            if not self_contained and self._chance(0.15):
                return self._given(each, inner)
            return self._literal(each, inner, self_contained=self_contained)

        if isinstance(of, GraphQLList):
            if not isinstance(value, list):
                return self._literal(value, of.of_type, self_contained=self_contained)
            return f"[{', '.join(below(each, of.of_type) for each in value)}]"
        if isinstance(of, GraphQLInputObjectType):
            fields = (f"{key}: {below(each, of.fields[key].type)}" for key, each in value.items())
            return f"{{{', '.join(fields)}}}"
        if isinstance(of, GraphQLEnumType):
            return str(value)
        if isinstance(value, bool):
            return str(value).lower()
        if not isinstance(value, str):
            return str(value)
        return f'"""{value}"""' if self._chance(0.1) and '"' not in value else json.dumps(value)
