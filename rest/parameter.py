"""Parameters of a platform's routes, as OpenAPI describes them: each with a description and an example.

The description is that of the argument or input field of the graph that the parameter feeds. `parameters.tsv`
of the platform has the examples, and the descriptions that differ.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from graphql import (
    GraphQLInt,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_list_type,
    parse,
    visit,
)

from rest.json_schema import Json, of_type
from rest.operation import Operation
from rest.template import plain
from rest.variable import FromPageCursor, FromPageSize, FromPath, FromQuery, Source, Variable

ANY = "*"
PAGE = {"type": "integer", "minimum": 1}
LANGUAGE = "Language of the answer; overrides the header `Accept-Language`."
INCLUDE = "Names of related resources to include, separated by commas."
TAG = "Tags of the answers that the client has, as their `ETag` gave them."
SOME_TAG = '"5f2a9c"'


class ParameterLine(NamedTuple):
    """Line of `parameters.tsv`; an empty description leaves the graph's."""

    example: str
    description: str


def parameters(folder: Path, operation: Operation, schema: GraphQLSchema) -> list[Json]:
    """Return the parameters of an operation of the platform whose documents are in `folder`."""
    told, fed = _told(folder), _descriptions(operation, schema)
    return [_described(each, operation, told, fed) for each in _parameters(operation)]


def _described(
    found: Json,
    operation: Operation,
    told: Mapping[tuple[str, str, str], ParameterLine],
    fed: Mapping[str, str],
) -> Json:
    name, path = found["name"], plain(operation.path)
    keys = ((operation.method, path, name), (ANY, path, name), (ANY, ANY, name))
    lines = [told[key] for key in keys if key in told]
    words = next((each.description for each in lines if each.description), fed.get(name, ""))
    example = next((each.example for each in lines if each.example), None)
    described = {**found, "description": words or found.get("description", "")}
    if example is not None:
        described["example"] = _value(example, found["schema"])
    return described


def _value(text: str, schema: Json) -> Any:
    match schema["type"]:
        case "integer":
            return int(text)
        case "boolean":
            return text == "true"
        case "array":
            return text.split(",")
    return text


def _parameters(operation: Operation) -> list[Json]:
    found: dict[tuple[str, str], Json] = {}

    def add(where: str, name: str, schema: Json, **more: Any) -> None:
        found.setdefault((where, name), {"name": name, "in": where, "schema": schema, **more})

    for name in operation.parameter_names:
        add("path", name, {"type": "string"}, required=True)
    for variable, source in _sources(operation):
        of = get_nullable_type(variable.type)
        required = variable.is_required and source is variable.source
        match source:
            case FromPath(name=name):
                if of is GraphQLInt:
                    found["path", name]["schema"] = of_type(of)
            case FromPageSize(name=name, most=most):
                words = f"Entries per page; more than {most} count as {most}."
                default = {**PAGE, "default": variable.default}
                add("query", name, default, required=required, description=words, example=variable.default)
            case FromPageCursor(name=name):
                words = "Number of the page, from 1."
                add("query", name, PAGE, required=required, description=words, example=1)
            case FromQuery(name=name):
                schema = {"type": "string"} if is_list_type(of) else of_type(of)
                add("query", name, schema, required=required)
            case _:
                continue  # read from the body, or named by another parameter
    if (language := operation.language) is not None:
        add("query", language, {"type": "string"}, required=False, description=LANGUAGE, example="de")
    if operation.includable:
        names = list(operation.includable)
        listed = {"type": "array", "items": {"type": "string", "enum": names}}
        told = {"style": "form", "explode": False, "description": INCLUDE, "example": names[:1]}
        add("query", "include", listed, **told)
    if not operation.is_mutation:
        add("header", "If-None-Match", {"type": "string"}, description=TAG, example=SOME_TAG)
    return list(found.values())


def _sources(operation: Operation) -> list[tuple[Variable, Source]]:
    return [(each, source) for each in operation.variables for source in each.source.all]


def _descriptions(operation: Operation, schema: GraphQLSchema) -> dict[str, str]:
    """Return the graph's descriptions of what the parameters feed; of several variables, of the first."""
    info = TypeInfo(schema)
    uses = _Feeds(info)
    visit(parse(operation.text, no_location=True), TypeInfoVisitor(info, uses))
    found: dict[str, str] = {}
    for variable, source in _sources(operation):
        if isinstance(source, FromPath | FromQuery) and variable.name in uses.found:
            found.setdefault(source.name, uses.found[variable.name])
    return found


class _Feeds(Visitor):
    """Find the descriptions of the arguments and input fields that variables are used in."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.places: list[str | None] = []
        self.found: dict[str, str] = {}

    def enter_argument(self, *_: Any) -> None:
        argument = None if self.info.get_directive() is not None else self.info.get_argument()
        self.places.append(argument.description if argument is not None else None)

    def enter_object_field(self, node: Any, *_: Any) -> None:
        of: Any = get_named_type(self.info.get_parent_input_type())
        self.places.append(of.fields[node.name.value].description if hasattr(of, "fields") else None)

    def leave_argument(self, *_: Any) -> None:
        self.places.pop()

    leave_object_field = leave_argument

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        if self.places and (description := self.places[-1]):
            self.found.setdefault(node.name.value, description)


@cache
def _told(folder: Path) -> Mapping[tuple[str, str, str], ParameterLine]:
    file = folder / "parameters.tsv"
    if not file.exists():
        return {}
    with file.open(newline="") as lines:
        return {
            (line["method"], line["path"], line["name"]): ParameterLine(line["example"], line["description"])
            for line in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        }
