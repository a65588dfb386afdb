"""Mapping of the documents to the graph, route by route, in the form of `rest/xikolo/attributes.tsv`."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from graphql import Node, Visitor, parse, visit

import rest.xikolo
from graph.declaring.schema import public_schema
from rest.document import load
from rest.jsonapi.document import resource_at
from rest.jsonapi.kind import Array, AttributeKind, Hash
from rest.jsonapi.resource import Relationship, Resource
from rest.operation import Operation
from rest.platform import PLATFORMS
from rest.selection import Selected, Selections
from rest.variable import FromBody, FromQuery, Source
from rest.xikolo.dialect import RESOURCES, known
from tests.rest.openapi_contract import contract

TABLE = Path(rest.xikolo.__file__).parent / "attributes.tsv"
SENT = "sent"
"""Source of a value that a response repeats from its request."""


class Name(NamedTuple):
    """An attribute, relationship or filter of a resource type; `stream.url`, `list[].url` inside of one."""

    type: str
    part: str
    name: str


class Line(NamedTuple):
    """Facts of a name: kind and mark, the graph's fields that it reads and writes, its source."""

    kind: str
    mark: str
    read: str
    written: str
    source: str


def table() -> dict[Name, Line]:
    """Return the lines of the table."""
    with TABLE.open(newline="") as file:
        lines = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    made = {Name(*line[:3]): Line(*line[3:]) for line in lines[1:]}
    assert len(made) == len(lines) - 1
    return made


@cache
def operations() -> tuple[Operation, ...]:
    """Return all operations."""
    platform = PLATFORMS[0]
    return tuple(load(platform.folder, platform.prefix, public_schema))


def type_of(operation: Operation) -> str:
    """Return the resource type of a path."""
    return operation.path.removeprefix("/api/v2/").split("/")[0]


Placed = Mapping[str, tuple[str, Selected]]
"""Fields and their paths in the graph, by response key."""


def placed(selections: Selections, way: str) -> Placed:
    """Return the paths of an object's fields after reshaping."""
    found: dict[str, tuple[str, Selected]] = {}
    for key, field in selections.items():
        here = f"{way}.{field.node.name.value}"
        if "flat" in field.marks:
            for below in field.on.values():
                found |= placed(below, here)
        elif "in" in field.marks:
            found[f"{field.marks['in']['object']}.{key}"] = here, field
        elif "guard" not in field.marks:
            found[key] = here, field
    return found


def below(way: str, field: Selected) -> tuple[str, Placed]:
    """Return the path of a field's value, which may be plucked from it, and the fields below."""
    inner: dict[str, tuple[str, Selected]] = {}
    for selections in field.on.values():
        inner |= placed(selections, way)
    for mark, key in (("pluck", "field"), ("keyed", "value"), ("grouped", "value")):
        if (said := field.marks.get(mark)) is not None and said.get(key) is not None:
            return below(*inner[said[key]])
    return way, inner


def of_kind(name: str, kind: AttributeKind, way: str, field: Selected | None) -> Iterator[tuple[str, str]]:
    """Yield an attribute's value and all nested values, with their paths."""
    inner: Placed = {}
    if field is not None:
        is_keyed = "keyed" in field.marks
        way, inner = below(way, field)
        if is_keyed and isinstance(kind, Hash):
            yield name, way
            for key, each in kind.of.items():
                yield f"{name}.{key}", way
                if isinstance(each, Hash):
                    yield from ((f"{name}.{key}.{one}", inner[one][0]) for one in each.of)
            return
    yield name, way
    if isinstance(kind, Array):
        name, kind = f"{name}[]", kind.of
        if not isinstance(kind, Hash):
            yield name, way
    if isinstance(kind, Hash):
        for key, each in kind.of.items():
            yield from of_kind(f"{name}.{key}", each, *inner.get(key, (way, None)))


def selected(operation: Operation) -> Iterator[tuple[Resource, str, Selections]]:
    """Yield the resources in an operation's response, related ones included, and the selection of each."""
    field = operation.whole.field
    if field is None or operation.shape not in RESOURCES:
        return
    if operation.paging is not None:
        field = field.of({})["nodes"]
    if operation.shape == "echo":
        ((name, selections),) = field.on.items()
        yield known().by_type[type_of(operation)], name, selections
    else:
        yield from _below(field)


def _below(field: Selected) -> Iterator[tuple[Resource, str, Selections]]:
    for name, selections in field.shown.on.items():
        if placed(selections, name).keys() <= {"id"}:
            continue
        resource = resource_at(known(), field, name)
        yield resource, name, selections
        for relation in resource.relations.values():
            if relation.key in placed(selections, name):
                _, related = placed(selections, name)[relation.key]
                yield from _below(related)


def read() -> dict[Name, str]:
    """Return the graph fields that attributes, relationships and filters read, by the documents."""
    found: defaultdict[Name, set[str]] = defaultdict(set)
    for operation in operations():
        for resource, graph_type, selections in selected(operation):
            for name, way in _of_resource(resource, graph_type, selections, operation.shape == "echo"):
                found[name].add(way)
        for name, way in _of_filters(operation):
            found[name].add(way)
    return {name: ", ".join(sorted(ways)) for name, ways in found.items()}


def _of_resource(
    resource: Resource, graph_type: str, selections: Selections, is_echo: bool
) -> Iterator[tuple[Name, str]]:
    fields = placed(selections, graph_type)
    for key, attribute in resource.attributes.items():
        inside = {name: way for name, (way, _) in fields.items() if name.startswith(f"{key}.")}
        if not is_echo and key not in fields and not inside:
            continue  # member-only in lists, or missing in a borrowed type
        way, field = fields.get(key, (SENT if is_echo else graph_type, None))
        for name, place in of_kind(key, attribute.kind, way, field):
            yield Name(resource.type, "attribute", name), inside.get(name, place)
    for relation in resource.relations.values():
        if (found := SENT if is_echo else _of_relation(relation, fields)) is not None:
            yield Name(resource.type, "relationship", relation.name), found


def _of_relation(relation: Relationship, fields: Placed) -> str | None:
    place = relation.id_of or relation.key
    if place in fields:
        return fields[place][0]
    return None if relation.by is None else f"{relation.types[0]}?filter[{relation.by}]"


def _of_filters(operation: Operation) -> Iterator[tuple[Name, str]]:
    if operation.language is not None:
        yield Name(type_of(operation), "filter", operation.language[7:-1]), "Accept-Language"
    for variable, source in sources(operation):
        if isinstance(source, FromQuery) and source.name.startswith("filter["):
            for place in places(operation)[variable]:
                yield Name(type_of(operation), "filter", source.name[7:-1]), place


def written() -> dict[Name, str]:
    """Return the graph arguments that clients' values are written to, by the documents."""
    found: defaultdict[Name, set[str]] = defaultdict(set)
    for operation in operations():
        if operation.method not in ("POST", "PATCH") or type_of(operation) not in known().by_type:
            continue
        for variable, source in sources(operation):
            if isinstance(source, FromBody):
                each = source.each if source.name == "data" else None
                for at, inner in _flat(each) if each else [(source.name[5:], "")]:
                    for place in places(operation)[variable]:
                        found[_sent(operation, at)].add(place.replace(")", f"{inner})"))
        for at in operation.present:
            found.setdefault(_sent(operation, at[5:]), {"must be there"})
    return {name: ", ".join(sorted(ways)) for name, ways in found.items()}


def _flat(each: Mapping[str, Any], inside: str = "") -> Iterator[tuple[str, str]]:
    for key, place in each.items():
        if isinstance(place, dict):
            yield from _flat(place, f"{inside}.{key}")
        else:
            yield place, f"{inside}.{key}"


def _sent(operation: Operation, at: str) -> Name:
    part, _, name = at.partition(".")
    return Name(type_of(operation), part.removesuffix("s"), name.removesuffix(".data.id"))


def sources(operation: Operation) -> Iterator[tuple[str, Source]]:
    """Return the sources of an operation's variables."""
    return ((each.name, each.source) for each in operation.variables)


def places(operation: Operation) -> Mapping[str, set[str]]:
    """Return the arguments that use each variable, as `field(argument.key)`."""
    arguments = _Arguments()
    visit(parse(operation.text), arguments)
    return arguments.places


class _Arguments(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.places: defaultdict[str, set[str]] = defaultdict(set)

    def enter_variable(self, node: Any, _key: Any, parent: Any, _path: Any, ancestors: Any) -> None:
        above: list[Any] = [each for each in (*ancestors, parent) if isinstance(each, Node)]
        keys = ".".join(each.name.value for each in above if each.kind in ("argument", "object_field"))
        field = next((each.name.value for each in reversed(above) if each.kind == "field"), None)
        if field is not None:
            directives = [each.name.value for each in above if each.kind == "directive"]
            place = f"@{directives[0]}({keys})" if directives else f"({keys})"
            self.places[node.name.value].add(f"{field}{place}")


KINDS_BY_JSON_TYPE = {
    "integer": "integer",
    "number": "float",
    "boolean": "boolean",
    "array": "array",
    "object": "hash",
}


def described() -> dict[Name, tuple[str, str]]:
    """Return kind and mark of each name, only by the OpenAPI description."""
    told = contract("xikolo")
    found: dict[Name, tuple[str, str]] = {}
    for type_, schema in told["components"]["schemas"].items():
        if type_ == "resource":
            continue
        inside = schema["properties"].get("attributes", {"properties": {}, "required": []})
        for key, each in inside["properties"].items():
            mark = "" if key in inside["required"] else "member-only"
            found |= {
                Name(type_, "attribute", name): (kind, mark if name == key else "")
                for name, kind in _kinds(key, each)
            }
        for key, each in schema["properties"].get("relationships", {"properties": {}})["properties"].items():
            found[Name(type_, "relationship", key)] = _relation_kind(each), ""
    for path, methods in told["paths"].items():
        type_ = path.removeprefix("/api/v2").strip("/").split("/")[0]
        for method in methods.values():
            _mark_writable(found, type_, method)
            for parameter in method["parameters"]:
                _mark_parameter(found, type_, parameter)
    return found


def _kinds(name: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    of = schema["type"]
    if isinstance(of, list):
        yield name, "datetime" if schema.get("format") == "date-time" else "string"
        return
    yield name, KINDS_BY_JSON_TYPE[of]
    if of == "array":
        items = schema["items"]
        if items["type"] == "object":
            yield from list(_kinds(f"{name}[]", items))[1:]
        else:
            yield from _kinds(f"{name}[]", items)
    for key, each in schema.get("properties", {}).items():
        yield from _kinds(f"{name}.{key}", each)


def _relation_kind(schema: Mapping[str, Any]) -> str:
    data = schema["properties"]["data"]
    is_many = data.get("type") == "array"
    types = (data["items"] if is_many else data)["properties"]["type"]["enum"]
    return f"{'many' if is_many else 'one'} {'|'.join(types)}"


def _mark_writable(found: dict[Name, tuple[str, str]], type_: str, method: Mapping[str, Any]) -> None:
    for content in method.get("requestBody", {"content": {}})["content"].values():
        sent = content["schema"]["properties"].get("data", {"properties": {}})
        one = sent["anyOf"][0] if "anyOf" in sent else sent
        for key in one["properties"].get("attributes", {"properties": {}})["properties"]:
            name = Name(type_, "attribute", key)
            found[name] = found[name][0], "writable"


def _mark_parameter(found: dict[Name, tuple[str, str]], type_: str, parameter: Mapping[str, Any]) -> None:
    if parameter["name"] == "include":
        for key in parameter["schema"]["items"]["enum"]:
            name = Name(type_, "relationship", key)
            found[name] = found[name][0], "includable"
    elif parameter["name"].startswith("filter["):
        name = Name(type_, "filter", parameter["name"][7:-1])
        found[name] = "string", "required" if parameter["required"] else ""
