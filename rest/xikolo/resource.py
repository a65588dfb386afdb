"""Resource types as `resources.graphqls` declares them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_directive_values,
    get_named_type,
    is_list_type,
    is_object_type,
    is_union_type,
)

from rest.xikolo.kind import SCALARS, Kind, array, hash_, one_of


@dataclass(frozen=True)
class Cases:
    """What an attribute says, by the words of some attributes, which may be null."""

    by: tuple[str, ...]
    of: tuple[tuple[tuple[str | None, ...], str], ...]

    def word(self, attributes: Mapping[str, Any]) -> str | None:
        """That of the first case that fits; null where none does."""
        words = [attributes.get(name) for name in self.by]
        for when, then in self.of:
            if all(wanted in ("*", word) for wanted, word in zip(when, words, strict=True)):
                return then
        return None


@dataclass(frozen=True)
class Attribute:
    """`name` is both the key in the graph's answer and the name on the wire."""

    name: str
    kind: Kind
    member_only: bool
    cases: Cases | None


@dataclass(frozen=True)
class Relation:
    """`key` is the key in the graph's answer, `types` what may stand there."""

    key: str
    name: str
    types: tuple[str, ...]
    is_many: bool
    is_embedded: bool
    by: str | None
    id_of: str | None


@dataclass(frozen=True, eq=False)
class Resource:
    """A type of JSON:API resources; `of` are the graph's types that it is read from."""

    type: str
    of: tuple[str, ...]
    has_self: bool
    attributes: Mapping[str, Attribute]
    relations: Mapping[str, Relation]


@cache
def resources() -> Mapping[str, Resource]:
    """Every resource by its JSON:API type."""
    schema = build_schema((Path(__file__).parent / "resources.graphqls").read_text())
    reader = _Reader(schema)
    found = [
        reader.resource(type_, marks)
        for type_ in schema.type_map.values()
        if is_object_type(type_) and type_.ast_node and (marks := reader.says("resource", type_))
    ]
    return {resource.type: resource for resource in found}


@cache
def by_graph_type() -> Mapping[str, Resource]:
    """Every resource by the names of the graph's types."""
    return {name: resource for resource in resources().values() for name in resource.of}


class _Reader:
    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema

    def says(self, name: str, declared: Any) -> dict[str, Any] | None:
        directive = self.schema.get_directive(name)
        assert directive is not None  # noqa: S101
        return get_directive_values(directive, declared.ast_node)

    def resource(self, of: GraphQLObjectType, marks: Mapping[str, Any]) -> Resource:
        relations = [self.relation(key, field) for key, field in of.fields.items() if self.is_relation(field)]
        attributes = [
            self.attribute(key, field) for key, field in of.fields.items() if not self.is_relation(field)
        ]
        return Resource(
            type=wire_type(of.name),
            of=tuple(marks["of"]),
            has_self=marks["self"],
            attributes={each.name: each for each in attributes},
            relations={each.key: each for each in relations},
        )

    def is_relation(self, field: Any) -> bool:
        return any(self.says(name, field) is not None for name in ("one", "many", "embedded"))

    def relation(self, key: str, field: Any) -> Relation:
        named: Any = get_named_type(field.type)
        types = named.types if is_union_type(named) else (named,)
        return Relation(
            key=key,
            name=(self.says("wire", field) or {"as": key})["as"],
            types=tuple(wire_type(each.name) for each in types),
            is_many=is_list_type(field.type),
            is_embedded=self.says("embedded", field) is not None,
            by=(self.says("many", field) or {}).get("by"),
            id_of=(self.says("one", field) or {}).get("idOf"),
        )

    def attribute(self, key: str, field: Any) -> Attribute:
        said = self.says("cases", field)
        cases = [(tuple(case["when"]), case["then"]) for case in said["of"]] if said else []
        return Attribute(
            name=key,
            kind=self.kind(field.type),
            member_only=self.says("memberOnly", field) is not None,
            cases=Cases(tuple(said["by"]), tuple(cases)) if said else None,
        )

    def kind(self, of: Any) -> Kind:
        if is_list_type(of):
            return array(self.kind(of.of_type))
        match of:
            case GraphQLEnumType():
                wire = {name: self.says("wire", value) for name, value in of.values.items()}
                return one_of({name: said["as"] if said else name.lower() for name, said in wire.items()})
            case GraphQLObjectType():
                return hash_({name: self.kind(field.type) for name, field in of.fields.items()})
            case GraphQLUnionType():
                raise TypeError(f"{of.name} is no kind of attribute.")
            case _:
                return SCALARS[of.name]


def wire_type(name: str) -> str:
    """JSON:API type of a type here."""
    return name.replace("_", "-")
