"""Resource types of a dialect, declared in the `.graphqls` files of its platform."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_argument_values,
    get_directive_values,
    get_named_type,
    is_list_type,
    is_object_type,
    is_union_type,
)

from rest.jsonapi.kind import SCALARS, Array, AttributeKind, Hash, Tag, Tagged, Word


@dataclass(frozen=True)
class Cases:
    """Texts chosen by the values of some attributes, which may be null: the first matching case counts.

    A `*` matches any value; without a matching case, there is no text.
    """

    by: tuple[str, ...]
    of: tuple[tuple[tuple[str | None, ...], str], ...]


@dataclass(frozen=True)
class Attribute:
    """Attribute of a resource; `name` is the key in the graph's result and the name on the wire."""

    name: str
    description: str
    kind: AttributeKind
    member_only: bool
    writable: bool
    cases: Cases | None


@dataclass(frozen=True)
class Relationship:
    """Relationship of a resource: `key` is the key in the graph's result, `types` are the possible types.

    `id_of` is another key with the id of the related resource; `typed` decides between several types.
    """

    key: str
    name: str
    types: tuple[str, ...]
    is_many: bool
    is_embedded: bool
    by: str | None
    id_of: str | None
    typed: Cases | None


@dataclass(frozen=True)
class Id:
    """Id of a resource that has none in the graph: fixed, random, or a digest."""

    always: str | None
    random: bool
    digest: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Resource:
    """A JSON:API resource type; `of` are the graph types that it is read from.

    `links` are the links other than `self`, by name; keys in their braces stand for values or ids.
    """

    type: str
    description: str
    of: tuple[str, ...]
    has_self: bool
    id: Id | None
    links: Mapping[str, Cases]
    attributes: Mapping[str, Attribute]
    relations: Mapping[str, Relationship]

    @property
    def hidden(self) -> frozenset[str]:
        """Keys that are read but not in the response."""
        found = set(self.id.digest if self.id else ())
        for cases in self.links.values():
            found |= {name for _, then in cases.of for name in re.findall(r"{(\w+)}", then)}
        found |= {relation.id_of for relation in self.relations.values() if relation.id_of}
        return frozenset(found - self.attributes.keys() - self.relations.keys())


@dataclass(frozen=True, eq=False)
class Resources:
    """Resource types of a platform: by JSON:API type, and by the names of graph types."""

    by_type: Mapping[str, Resource]

    @cached_property
    def by_graph_type(self) -> Mapping[str, Resource]:
        """Resources by the names of the graph types that they are read from."""
        return {name: resource for resource in self.by_type.values() for name in resource.of}


DECLARATIONS = Path(__file__).parent / "declarations.graphqls"
"""Directives and scalars of the declarations of a platform's resource types."""


@cache
def resources_of(folder: Path) -> Resources:
    """Return the resource types that the `.graphqls` files of a folder declare."""
    files = (DECLARATIONS, *sorted(folder.rglob("*.graphqls")))
    schema = build_schema("\n".join(file.read_text() for file in files))
    reader = _Reader(schema)
    found = [
        reader.resource(type_, marks)
        for type_ in schema.type_map.values()
        if is_object_type(type_) and type_.ast_node and (marks := reader.says("resource", type_))
    ]
    return Resources({resource.type: resource for resource in found})


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
        made = self.says("id", of)
        return Resource(
            type=wire_type(of.name),
            description=of.description or "",
            of=tuple(marks["of"]),
            has_self=marks["self"],
            id=Id(made.get("always"), made["random"], tuple(made["digest"])) if made else None,
            links=self.links(of),
            attributes={each.name: each for each in attributes},
            relations={each.key: each for each in relations},
        )

    def is_relation(self, field: Any) -> bool:
        return any(self.says(name, field) is not None for name in ("one", "many", "embedded"))

    def relation(self, key: str, field: Any) -> Relationship:
        named: Any = get_named_type(field.type)
        types = named.types if is_union_type(named) else (named,)
        return Relationship(
            key=key,
            name=(self.says("wire", field) or {"as": key})["as"],
            types=tuple(wire_type(each.name) for each in types),
            is_many=is_list_type(field.type),
            is_embedded=self.says("embedded", field) is not None,
            by=(self.says("many", field) or {}).get("by"),
            id_of=(self.says("one", field) or {}).get("idOf"),
            typed=self.cases(self.says("cases", field)),
        )

    def attribute(self, key: str, field: Any) -> Attribute:
        return Attribute(
            name=key,
            description=field.description or "",
            kind=self.kind(field.type),
            member_only=self.says("memberOnly", field) is not None,
            writable=self.says("writable", field) is not None,
            cases=self.cases(self.says("cases", field)),
        )

    def links(self, of: GraphQLObjectType) -> Mapping[str, Cases]:
        directive = self.schema.get_directive("link")
        assert directive is not None and of.ast_node is not None  # noqa: S101, PT018
        nodes = [node for node in of.ast_node.directives or () if node.name.value == directive.name]
        found = [get_argument_values(directive, node) for node in nodes]
        return {said["name"]: cases for said in found if (cases := self.cases(said)) is not None}

    def cases(self, said: Mapping[str, Any] | None) -> Cases | None:
        if said is None:
            return None
        return Cases(tuple(said["by"]), tuple((tuple(case["when"]), case["then"]) for case in said["of"]))

    def kind(self, of: Any) -> AttributeKind:
        if is_list_type(of):
            return Array(self.kind(of.of_type))
        match of:
            case GraphQLEnumType():
                wire = {name: self.says("wire", value) for name, value in of.values.items()}
                names = {name: said["as"] if said else name.lower() for name, said in wire.items()}
                return Word(names, others=self.says("others", of) is not None)
            case GraphQLObjectType():
                parts = {name: self.kind(field.type) for name, field in of.fields.items()}
                said = self.says("tagged", of)
                return Hash(parts) if said is None else self.tagged(parts, **said)
            case GraphQLUnionType():
                raise TypeError(f"{of.name} is no kind of attribute.")
            case _:
                return SCALARS[of.name]

    def tagged(self, parts: dict[str, AttributeKind], key: str, of: list[dict[str, Any]]) -> Tagged:
        types = parts.pop("type")
        assert isinstance(types, Word)  # noqa: S101
        return Tagged(key, types, parts, {each["type"]: Tag(each["data"], each["one"]) for each in of})


def wire_type(name: str) -> str:
    """Return the JSON:API type of a declared type."""
    return name.replace("_", "-")
