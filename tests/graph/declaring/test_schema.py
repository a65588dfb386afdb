"""The schemas: every part of them described and named by the same rules, and printed in the repository."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    TypeDefinitionNode,
    build_schema,
    get_named_type,
    parse,
    validate_schema,
)
from sqlalchemy import select
from strawberry.types.base import get_object_definition

from graph.declaring.objects import TYPES
from graph.declaring.schema import public_schema, sdl
from graph.declaring.source import Column, Derived, Link, Listing, source_of
from graph.federation.subgraph import subgraph_schema
from graph.limits.weight import RENDERING, weight_of
from resolvers.access.viewer import Role
from resolvers.learning.progress import ITEM_STATE, of_viewer
from resolvers.loading.entity import Entity
from resolvers.loading.relation import Aspect, Computed, Many, One
from resolvers.loading.sql import DIALECT
from settings.environment import ROOT

SCALARS = {"String", "Int", "Float", "Boolean", "ID"}
"""The specification's own, and those whose description comes from elsewhere."""

OURS = {name: of for name, of in public_schema.type_map.items() if not name.startswith("__")}
OBJECTS = {name: of for name, of in OURS.items() if isinstance(of, GraphQLObjectType | GraphQLInterfaceType)}
INPUTS = {name: of for name, of in OURS.items() if isinstance(of, GraphQLInputObjectType)}
ENUMS = {name: of for name, of in OURS.items() if isinstance(of, GraphQLEnumType)}

BOOLEAN = re.compile(r"(?:is|has|can|shuffle)(?=[A-Z])|viewer(?:Is|Has|Can)(?=[A-Z])")
"""How statements begin; `shuffleOptions` is a request to the client, as core.graphql has it."""

MOMENTS_ELSEWHERE = {
    "CourseDate.date",
    "Item.deadline",
    "PeerAssessmentStep.deadline",
    "Section.deadline",
    "StatementFilter.since",
    "StatementFilter.until",
    "CourseFilter.createdSince",
    "CourseFilter.updatedSince",
    "CourseVersionFilter.updatedSince",
}


def descriptions() -> Iterator[tuple[str, str | None]]:
    """The description of everything in the schema, by its coordinate."""
    for name, of in OURS.items():
        if name not in SCALARS:
            yield name, of.description
    for name, of in OBJECTS.items():
        for field_name, field in of.fields.items():
            yield f"{name}.{field_name}", field.description
            for argument_name, argument in field.args.items():
                yield f"{name}.{field_name}({argument_name}:)", argument.description
    for name, input_ in INPUTS.items():
        for field_name, input_field in input_.fields.items():
            yield f"{name}.{field_name}", input_field.description
    for name, enum in ENUMS.items():
        for value_name, value in enum.values.items():
            yield f"{name}.{value_name}", value.description


def is_sentence(text: str | None) -> bool:
    """Whether a description is a whole sentence that begins with what matters."""
    if not text or text != text.strip():
        return False
    return text[0].isupper() and text.endswith(".") and not re.match(r"(?:a|an|the|this)\b", text, re.I)


def test_everything_is_described_by_a_full_sentence() -> None:
    told = dict(descriptions())
    assert len(told) > 500
    assert {name: text for name, text in told.items() if not is_sentence(text)} == {}


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("When it was made.", True),
        ("Also known.", True),
        ("When it was made", False),
        ("when it was made.", False),
        ("The moment.", False),
        ("a moment.", False),
        ("An hour.", False),
        (" When.", False),
        ("", False),
        (None, False),
    ],
)
def test_what_counts_as_a_sentence(text: str | None, right: bool) -> None:
    assert is_sentence(text) is right


def fields_of(kind: str) -> Iterator[str]:
    """Coordinates of fields, of objects and inputs, whose named type is `kind`."""
    for name, of in {**OBJECTS, **INPUTS}.items():
        for field_name, field in of.fields.items():
            if get_named_type(field.type).name == kind:
                yield f"{name}.{field_name}"


def test_booleans_read_as_statements() -> None:
    # What connections say is Relay's (cursor connections, 2.1).
    assert [name for name in fields_of("Boolean") if not BOOLEAN.match(name.partition(".")[2])] == []


def test_names_of_statements_are_of_booleans() -> None:
    wrong = [
        f"{name}.{field_name}"
        for name, of in OBJECTS.items()
        for field_name, field in of.fields.items()
        if re.match(r"(?:is|has)[A-Z]|viewer(?:Is|Has|Can)[A-Z]", field_name)
        and get_named_type(field.type).name != "Boolean"
    ]
    assert wrong == []


def test_moments_end_in_at() -> None:
    wrong = [name for name in fields_of("DateTime") if not name.endswith(("At", "Until"))]
    assert set(wrong) == MOMENTS_ELSEWHERE


def test_names_in_at_are_of_moments_or_seconds() -> None:
    found = {
        get_named_type(field.type).name
        for of in OBJECTS.values()
        for name, field in of.fields.items()
        if re.search(r"[a-z]At$", name)
    }
    assert found == {"DateTime", "Float"}
    assert {name for name in fields_of("Float") if name.endswith("At")} == {
        "SubtitleCue.startsAt",
        "SubtitleCue.endsAt",
    }


def test_names_are_in_the_usual_case() -> None:
    for name, of in OURS.items():
        if name.startswith("_"):
            continue
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", name), name
        if isinstance(of, GraphQLEnumType):
            assert all(re.fullmatch(r"[A-Z][A-Z0-9_]*", value) for value in of.values), name
        elif isinstance(of, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            assert all(re.fullmatch(r"[a-z][A-Za-z0-9]*", field) for field in of.fields), name


def test_references_are_objects_not_ids() -> None:
    wrong = [
        f"{name}.{field_name}"
        for name, of in OBJECTS.items()
        for field_name, field in of.fields.items()
        if re.search(r"Ids?$", field_name) and field_name != "id" and get_named_type(field.type).name == "ID"
    ]
    # What a date or an event belongs to may be of three types, what is revoked is there no more, and a ticket
    # is not there for who asked without signing in.
    assert set(wrong) == {
        "Item.contentId",
        "Person.userId",
        "CourseDate.resourceId",
        "CreateTicketPayload.ticketId",
        "PlatformEvent.resourceId",
        "RevokeTokenPayload.revokedId",
        "DeleteCoursePayload.deletedId",
        "DeleteCourseVersionPayload.deletedId",
        "DeleteAssetPayload.deletedId",
    }


def test_each_markdown_has_its_html_beside_it() -> None:
    shown = {name: of for name, of in OBJECTS.items() if isinstance(of, GraphQLObjectType)}
    beside = {
        (f"{name}.{field_name}", str(field.type).replace("Markdown", "Html"))
        for name, of in shown.items()
        for field_name, field in of.fields.items()
        if get_named_type(field.type).name == "Markdown"
    }
    rendered = {
        (f"{name}.{field_name.removesuffix('Html')}", str(field.type))
        for name, of in shown.items()
        for field_name, field in of.fields.items()
        if get_named_type(field.type).name == "Html"
    }
    assert len(beside) > 20
    assert rendered == beside
    for name, of in shown.items():
        for field_name, field in of.fields.items():
            if get_named_type(field.type).name == "Html":
                of_text = field.extensions["strawberry-definition"].python_name.removesuffix("_html")
                assert source_of(field) == Derived((of_text,)), (name, field_name)
                assert weight_of(field).price.cost == RENDERING


def depends_on_viewer(expression: Any) -> bool:
    """Whether a piece of SQL reads who asks."""
    return not {"viewer", "teaches"}.isdisjoint(select(expression).compile(dialect=DIALECT).params)


def asks_for_viewer(field: GraphQLField, target: Entity | None) -> bool:
    """Whether a field of an entity answers each viewer differently, beyond what they may see at all."""
    name = field.extensions["strawberry-definition"].python_name
    match source_of(field):
        case Derived(needs=(name,)) if target is not None and name in target.expressions:
            return depends_on_viewer(target.column(name, Role.MEMBER))
        case Column() if target is not None and name in target.expressions:
            return depends_on_viewer(target.column(name, Role.MEMBER))
        case Link(relation=Aspect()):
            return True
        case Link(relation=One() | Many() as relation) if relation.only is not None:
            return depends_on_viewer(relation.only)
        case Link(relation=Computed(key=key, needs=needs)):
            return key is of_viewer or not needs
    return False


WITHHELD = {"Answer.points", "Gadget.source", "Gadget.settings"}
"""Fields that are the same for all who are shown them."""


def test_what_differs_from_viewer_to_viewer_is_named_so() -> None:
    # All of a learner's state is the viewer's own, which the field that leads to it says already.
    targets = {
        get_object_definition(of, strict=True).name: target
        for target, of in TYPES.items()
        if target is not ITEM_STATE
    }
    found = {
        f"{name}.{field_name}"
        for name, of in OBJECTS.items()
        if isinstance(of, GraphQLObjectType)
        and not name.endswith(("Payload", "Connection", "Edge"))
        and OURS["Event"] not in of.interfaces  # told to this viewer
        for field_name, field in of.fields.items()
        if asks_for_viewer(field, targets.get(name))
    }
    assert {"Course.viewerCanAccess", "Course.viewerEnrollment", "Item.viewerState"} <= found
    assert {name for name in found if not name.partition(".")[2].startswith("viewer")} == WITHHELD
    named = {
        f"{name}.{field_name}"
        for name, of in OBJECTS.items()
        for field_name in of.fields
        if field_name.startswith("viewer") and field_name != "viewer"
    }
    assert named <= found


CONNECTIONS = {name: of for name, of in OBJECTS.items() if name.endswith("Connection")}


@pytest.mark.parametrize("name", CONNECTIONS)
def test_connections_have_the_fields_of_relay_and_a_count(name: str) -> None:
    fields = CONNECTIONS[name].fields
    node = get_named_type(fields["nodes"].type).name
    assert {field: str(each.type) for field, each in fields.items()} == {
        "edges": f"[{node}Edge!]!",
        "nodes": f"[{node}!]!",
        "pageInfo": "PageInfo!",
        "totalCount": "Int!",
    }
    assert name == f"{node}Connection"
    edge = OBJECTS[f"{node}Edge"].fields
    assert {field: str(each.type) for field, each in edge.items()} == {
        "cursor": "String!",
        "node": f"{node}!",
    }


def test_every_list_without_bounds_takes_the_arguments_of_relay() -> None:
    page = {"first": "Int", "after": "String", "last": "Int", "before": "String"}
    found = 0
    for of in OBJECTS.values():
        for field in of.fields.values():
            is_connection = get_named_type(field.type).name in CONNECTIONS
            assert is_connection == isinstance(source_of(field), Listing)
            if is_connection:
                found += 1
                taken = {name: str(argument.type) for name, argument in field.args.items()}
                assert page.items() <= taken.items()
                assert set(taken) <= {*page, "filter", "orderBy"}
    assert found > 10


def test_every_object_with_an_id_is_a_node() -> None:
    node = public_schema.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    for name, of in OBJECTS.items():
        if isinstance(of, GraphQLObjectType):
            assert ("id" in of.fields) == (node in of.interfaces), name


def test_mutations_take_an_input_and_answer_a_payload_with_user_errors() -> None:
    assert public_schema.mutation_type
    for name, field in public_schema.mutation_type.fields.items():
        stem = name[0].upper() + name[1:]
        assert {arg: str(each.type) for arg, each in field.args.items()} == {"input": f"{stem}Input!"}
        assert str(field.type) == f"{stem}Payload!"
        payload = OBJECTS[f"{stem}Payload"]
        assert str(payload.fields["userErrors"].type) == "[UserError!]!"
        others = [each for key, each in payload.fields.items() if key != "userErrors"]
        assert others
        # For an error an object is null, and a list is empty.
        assert [str(each.type) for each in others if isinstance(each.type, GraphQLNonNull)] == [
            str(each.type) for each in others if str(each.type).startswith("[")
        ]


def test_lists_hold_no_nulls_and_are_none() -> None:
    wrong = [
        f"{name}.{field_name}: {field.type}"
        for name, of in OBJECTS.items()
        for field_name, field in of.fields.items()
        if "[" in str(field.type) and not str(field.type).endswith("!]!")
    ]
    assert wrong == ["Query.nodes: [Node]!"]


def test_the_schema_in_the_repository_is_the_one_of_the_code() -> None:
    assert (ROOT / "schema.graphql").read_text() == sdl()
    assert validate_schema(build_schema(sdl())) == []


def test_types_are_printed_by_name_after_a_described_schema() -> None:
    subgraph: Any = subgraph_schema().query_type
    service = subgraph.fields["_service"].type.of_type.fields["sdl"].resolve(None, None)
    for text in (sdl(), service):
        definitions = parse(text, no_location=True).definitions
        names = [each.name.value for each in definitions if isinstance(each, TypeDefinitionNode)]
        assert names == sorted(names)
    assert build_schema(sdl()).description == public_schema.description
    assert public_schema.description


def test_every_type_of_the_schema_is_reached() -> None:
    told = build_schema(sdl())
    assert set(told.type_map) == set(public_schema.type_map)
