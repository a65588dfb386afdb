"""Declared mutations: what does not fit its command is refused at import; null and left out differ or not."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
)
from sqlalchemy.ext.asyncio import AsyncSession
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import convert_argument
from strawberry.types.base import get_object_definition
from strawberry.utils.str_converters import to_camel_case

import resolvers.catalogue.course
from graph.catalogue.course import SetCourseTitleInput
from graph.declaring import extending
from graph.declaring.commands import INPUTS, WrongInput, does, taken, terms
from graph.declaring.declare import column
from graph.declaring.extending import WrongExtension, extends
from graph.declaring.roots import Mutation
from graph.declaring.schema import public_schema
from graph.declaring.source import Action, source_of
from graph.execution.perform import user_error
from graph.values.payload import Payload
from models.postgres.base import new_id
from resolvers.access.scope import Verb
from resolvers.access.viewer import Viewer
from resolvers.commands.command import UNSET, Unset, command, written
from resolvers.commands.problem import Problem, Problems, Refused, UserErrorCode
from resolvers.commands.values import Id
from resolvers.operations.errors import BadUserInput

assert public_schema.mutation_type
COMMANDS = {
    name: source.command
    for name, field in public_schema.mutation_type.fields.items()
    if isinstance(source := source_of(field), Action)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """An input with a field of every kind."""

    course_id: Id
    title: str | None = None
    abstract: str | Unset | None = UNSET
    language: str | Unset = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A result."""

    course_id: str


@command(UserErrorCode.NOT_FOUND, UserErrorCode.INVALID_INPUT, verb=Verb.DELETE)
async def rename(session: AsyncSession, viewer: Viewer, given: Rename) -> Renamed:
    """Do nothing."""
    del session, viewer
    return Renamed(course_id=given.course_id)


DESCRIPTIONS = {
    "course_id": "Id of the course.",
    "title": "New title of it.",
    "abstract": "New abstract; null clears it.",
    "language": "New language of it.",
}
RenameInput = taken(Rename, "Input for a test.", **DESCRIPTIONS)


def built(of: type, value: dict[str, Any]) -> Any:
    """The object that a command is given for a coerced value of an input."""
    return convert_argument(value, INPUTS.get(of, of), {}, StrawberryConfig())


def test_null_and_left_out_are_told_apart_where_the_class_does() -> None:
    id_ = new_id()
    bare = built(Rename, {"courseId": id_})
    assert bare == Rename(course_id=Id(id_))
    assert bare.abstract is UNSET
    assert built(Rename, {"courseId": id_, "title": None}) == bare
    assert built(Rename, {"courseId": id_, "abstract": None}).abstract is None
    with pytest.raises(BadUserInput, match="'language'"):
        built(Rename, {"courseId": id_, "language": None})


def test_ids_are_checked_and_named_as_the_graph_does() -> None:
    with pytest.raises(BadUserInput, match="'courseId'"):
        built(Rename, {"courseId": "no id"})


def test_a_key_stands_for_what_was_said() -> None:
    given = Rename(course_id=Id("a"))
    assert written(given) == {"course_id": "a"}
    assert written(Rename(course_id=Id("a"), title=None)) == written(given)
    assert written(Rename(course_id=Id("a"), abstract=None)) == {"course_id": "a", "abstract": None}


@pytest.mark.parametrize("change", [{"titel": "Misspelt."}, {"title": None}])
def test_descriptions_that_are_not_the_fields_are_refused(change: dict[str, Any]) -> None:
    descriptions = {name: text for name, text in {**DESCRIPTIONS, **change}.items() if text is not None}
    with pytest.raises(WrongInput, match="tit"):
        taken(Rename, "Input for a test.", **descriptions)


def test_an_input_of_another_command_is_refused() -> None:
    with pytest.raises(WrongInput, match="Rename"):
        does(rename, SetCourseTitleInput, "Rename a course.")  # type: ignore[misc]


def test_a_payload_that_reads_what_nobody_answers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extending, "_extensions", extending._Extensions())

    @strawberry.type(description="Payload of a test.")
    class RenamePayload(Payload):
        cohort: strawberry.ID | None = column("Misspelt answer key.")

    with pytest.raises(WrongExtension, match="cohort"):

        @extends(Mutation)
        class Renaming:
            rename_nothing: RenamePayload = does(rename, RenameInput, "Rename nothing at all.")


def test_a_command_takes_and_answers_dataclasses() -> None:
    async def wrong(session: AsyncSession, viewer: Viewer, given: Rename) -> dict[str, Any]:
        return {"course_id": given.course_id}

    with pytest.raises(TypeError, match="wrong"):
        command()(wrong)


def test_columns_names_and_latecomers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from graph.catalogue.course import Course

    with pytest.raises(WrongExtension, match="too late"):
        extends(Course)(type("Late", (), {}))
    monkeypatch.setattr(extending, "_extensions", extending._Extensions())
    with pytest.raises(WrongExtension, match="column"):

        @extends(Course)
        class WithColumn:
            subtitle: str = column("Column of another's table.")


def test_problems_are_answered_together_by_the_names_of_the_graph() -> None:
    problems = Problems()
    problems.refuse()
    problems.invalid("Too long.", "answers", 2, "option_ids")
    problems.add(UserErrorCode.NOT_FOUND, "No such course.", "course_id")
    with pytest.raises(Refused) as caught:
        problems.refuse()
    assert [user_error(each) for each in caught.value.problems] == [
        {"field": ["answers", "2", "optionIds"], "code": "invalid_input", "message": "Too long."},
        {"field": ["courseId"], "code": "not_found", "message": "No such course."},
    ]


def test_a_code_that_is_not_declared_is_told() -> None:
    with pytest.warns(UserWarning, match="rename does not declare locked"):
        rename.check(Refused(UserErrorCode.LOCKED, "Somebody else edits it."))
    rename.check(Refused(UserErrorCode.NOT_FOUND, "There is none."))
    assert Problem((), UserErrorCode.LOCKED, "x").path == ()


def test_the_description_says_who_may_and_what_may_come() -> None:
    assert terms(rename) == "Needs a signed-in viewer. Error codes: `INVALID_INPUT`, `NOT_FOUND`."
    assert public_schema.mutation_type
    for name, each in COMMANDS.items():
        assert str(public_schema.mutation_type.fields[name].description).endswith(terms(each))


def sample(of: GraphQLInputType) -> Any:
    """A value of an input type, as coerced, without any optional field."""
    if isinstance(of, GraphQLNonNull):
        return sample(of.of_type)
    if isinstance(of, GraphQLList):
        return [sample(of.of_type)]
    if isinstance(of, GraphQLInputObjectType):
        types = {name: each.type for name, each in of.fields.items()}
        return {name: sample(each) for name, each in types.items() if isinstance(each, GraphQLNonNull)}
    if isinstance(of, GraphQLEnumType):
        return next(iter(of.values.values())).value
    values = {"ID": new_id(), "Int": 1, "Float": 1.5, "Boolean": True, "DateTime": datetime.now(UTC)}
    return values.get(of.name, "text")


@pytest.mark.parametrize("of", INPUTS.keys() - {Rename}, ids=lambda of: of.__name__)
def test_null_is_taken_as_left_out_everywhere_else(of: type) -> None:
    """Null clears nothing, as if the field were not sent."""
    name = get_object_definition(INPUTS[of], strict=True).name
    shown = public_schema.type_map[name]
    assert isinstance(shown, GraphQLInputObjectType)
    least = sample(shown)
    optional = [each for each, field in shown.fields.items() if not isinstance(field.type, GraphQLNonNull)]
    assert set(map(to_camel_case, (each.name for each in fields(of)))) == set(shown.fields)
    config = public_schema._strawberry_schema.config  # type: ignore[attr-defined]
    registry = public_schema._strawberry_schema.schema_converter.scalar_registry  # type: ignore[attr-defined]
    bare = convert_argument(least, INPUTS[of], registry, config)
    nulls = convert_argument({**least, **dict.fromkeys(optional)}, INPUTS[of], registry, config)
    assert nulls == bare
    assert written(nulls) == written(bare)


def test_every_input_of_a_mutation_is_one_of_a_command() -> None:
    assert {each.takes for each in COMMANDS.values()} <= INPUTS.keys()
    assert resolvers.catalogue.course.set_course_title.takes in INPUTS
