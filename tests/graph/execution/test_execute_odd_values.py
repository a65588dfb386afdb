"""Odd values of every argument and input field: a fault of the client, never one of the server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    get_named_type,
    get_nullable_type,
    is_required_argument,
    is_required_input_field,
)

from graph.declaring.schema import public_schema
from graph.execution.execute import prepare, run
from graph.limits.figures import TRUSTED, measured
from ingest.fetch import Network
from ingest.intake import FileIntake
from models.postgres.database import Database
from models.storage.objects import FileStore
from resolvers.operations.context import Context
from tests.world import World

DEEP: Any = {"a": 1}
for _ in range(300):
    DEEP = {"a": DEEP}

ODD_VALUES: dict[str, tuple[Any, ...]] = {
    "ID": ("a\0b", "\ud800", "", "x" * 100_000, 10**400, "%"),
    "String": ("a\0b", "\ud800", "", "x" * 100_000, "%\\_"),
    "Int": (-1, 2**31 - 1, 2**31, 10**400, -(2**31), 1e300),
    "Float": (1e300, -1e300, float("inf"), float("nan"), 10**400),
    "Boolean": (2, "true"),
    "BigInt": (2**63, 10**400, "9" * 5_000, 1.5),
    "DateTime": (
        "10000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:00",
        "9999-12-31T23:59:59-14:00",
        "0000-01-01T00:00:00Z",
        "a\0b",
        7,
    ),
    "JSON": (DEEP, {"a\0b": 1}, {"a": "\ud800"}, {"a": 1e300}, {"a": 10**400}, [], "x", {"a": float("inf")}),
}
TEXTS = ODD_VALUES["String"]
GOOD: dict[str, Any] = {
    "ID": "00000000-0000-0000-0000-000000000000",
    "Int": 1,
    "Float": 1.0,
    "Boolean": True,
    "BigInt": 1,
    "DateTime": "2026-01-01T00:00:00Z",
    "JSON": {},
}


def good(type_: GraphQLInputType) -> Any:
    """An unremarkable value, with the required fields alone."""
    nullable = get_nullable_type(type_)
    if isinstance(nullable, GraphQLList):
        return [good(nullable.of_type)]
    if isinstance(nullable, GraphQLEnumType):
        return next(iter(nullable.values))
    if isinstance(nullable, GraphQLInputObjectType):
        return {
            name: good(each.type) for name, each in nullable.fields.items() if is_required_input_field(each)
        }
    return GOOD.get(nullable.name, "en")


def odd(type_: GraphQLInputType, level: int = 0) -> Iterator[Any]:
    """Values of a type in each of which one leaf is odd."""
    nullable = get_nullable_type(type_)
    if isinstance(nullable, GraphQLList):
        yield from ([each] for each in odd(nullable.of_type, level))
        yield [good(nullable.of_type)] * 3_000
    elif isinstance(nullable, GraphQLInputObjectType):
        for name, field in nullable.fields.items() if level < 3 else ():
            yield from ({**good(nullable), name: each} for each in odd(field.type, level + 1))
    elif not isinstance(nullable, GraphQLEnumType):
        yield from ODD_VALUES.get(nullable.name, TEXTS)


def selection(type_: Any, level: int = 0) -> str:
    """Leaves of a type and of what is in it."""
    fields = getattr(get_named_type(type_), "fields", None)
    if fields is None:
        return " { __typename }" if hasattr(get_named_type(type_), "types") else ""
    plain = [
        name + selection(each.type, level + 1)
        for name, each in fields.items()
        if not any(map(is_required_argument, each.args.values()))
        if level < 2 and (level < 1 or not hasattr(get_named_type(each.type), "fields"))
    ]
    return " { " + " ".join(["__typename", *plain]) + " }"


OPERATIONS = [
    pytest.param(operation, name, id=name)
    for operation, root in (("query", public_schema.query_type), ("mutation", public_schema.mutation_type))
    for name, field in (root.fields.items() if root else ())
    if field.args
]


@pytest.mark.parametrize(("operation", "name"), OPERATIONS)
async def test_no_value_is_a_fault_of_the_server(
    database: Database, world: World, tmp_path: Path, operation: str, name: str
) -> None:
    intake = FileIntake(FileStore(tmp_path.as_uri()), tmp_path / "scratch", Network.INTERNET)
    root = public_schema.query_type if operation == "query" else public_schema.mutation_type
    assert root is not None
    field = root.fields[name]
    staff = await world.staff()
    for argument, declared in field.args.items():
        needed = {
            key: each for key, each in field.args.items() if is_required_argument(each) or key == argument
        }
        head = ", ".join(f"${key}: {each.type}" for key, each in needed.items())
        given = ", ".join(f"{key}: ${key}" for key in needed)
        document = f"{operation}({head}) {{ {name}({given}){selection(field.type)} }}"
        prepared = prepare(public_schema, document, measured(TRUSTED))
        values = {key: good(each.type) for key, each in needed.items()}
        for value in odd(declared.type):
            context = Context(database, staff)
            context.intake = intake
            sent = {**values, argument: value}
            result = await run(public_schema, prepared, context, sent)
            codes = {(each.extensions or {})["code"] for each in result.errors or ()}
            assert "INTERNAL_SERVER_ERROR" not in codes, (argument, repr(value)[:200], result.errors)
            orjson.dumps(result.data)
