"""The public schema and the subgraph: the same fields, and federation's own in the subgraph alone."""

import re

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_introspection_query,
    get_named_type,
    is_leaf_type,
    parse,
)
from strawberry.types.base import get_object_definition

from graph.declaring.objects import TYPES
from graph.declaring.schema import public_schema, sdl
from graph.execution.execute import PUT_OFF, prepare, run
from graph.federation.subgraph import subgraph_schema
from models.postgres.database import Database
from resolvers.operations.context import Context
from tests.conftest import ANONYMOUS
from tests.graph.declaring.test_schema import OBJECTS


async def introspected(schema: GraphQLSchema, database: Database) -> set[str]:
    """Names of all types and directives, and of all root fields, that introspection tells."""
    document = prepare(schema, get_introspection_query())
    result = await run(schema, document, Context(database, ANONYMOUS))
    assert result.data
    assert not result.errors
    told = result.data["__schema"]
    query = next(each for each in told["types"] if each["name"] == "Query")
    return {each["name"] for part in (told["types"], told["directives"], query["fields"]) for each in part}


FEDERATION = {"_Any", "_Entity", "_Service", "_FieldSet", "FieldSet", "link__Import", "_entities", "_service"}


async def test_the_public_schema_shows_nothing_of_federation(database: Database) -> None:
    names = await introspected(public_schema, database)
    assert not {name for name in names if name in FEDERATION or re.match(r"_(?!_)|link__|federation__", name)}
    assert not re.search(r"@(key|link|shareable)\b", sdl())


async def test_the_subgraph_tells_its_version_and_keys(database: Database) -> None:
    result = await run(
        subgraph_schema(), prepare(subgraph_schema(), "{ _service { sdl } }"), Context(database, ANONYMOUS)
    )
    assert not result.errors
    assert result.data
    text: str = result.data["_service"]["sdl"]
    parse(text)
    assert "https://specs.apollo.dev/federation/v2.9" in text
    keys = {
        name: re.findall(r'@key\(fields: "([^"]*)"', directives)
        for name, directives in re.findall(r"^type (\w+)[^@{\n]*([^{\n]*)\{", text, re.MULTILINE)
    }
    found = {name: fields for name, fields in keys.items() if fields}
    names = {get_object_definition(of, strict=True).name for of in TYPES.values()}
    expected = {name: ["id"] for name in names if "id" in OBJECTS[name].fields}
    assert found == {**expected, "Course": ["id", "slug", "key"], "User": ["id", "username"]}
    for name, fields in found.items():
        for field in fields:
            assert is_leaf_type(get_named_type(OBJECTS[name].fields[field].type))


async def test_the_subgraph_has_the_public_fields_and_two_more(database: Database) -> None:
    public, subgraph = (
        await introspected(public_schema, database),
        await introspected(subgraph_schema(), database),
    )
    assert public - set(PUT_OFF) <= subgraph  # what comes later is between a router and its client
    for name, of in OBJECTS.items():
        within = subgraph_schema().type_map[name]
        assert isinstance(within, GraphQLObjectType | GraphQLInterfaceType)
        extra = {"_entities", "_service"} if name == "Query" else set()
        assert set(within.fields) == {*of.fields, *extra}
    union = subgraph_schema().type_map["_Entity"]
    assert isinstance(union, GraphQLUnionType)
    assert {of.name for of in union.types} == {
        name for name, of in OBJECTS.items() if "id" in of.fields and isinstance(of, GraphQLObjectType)
    }
