"""Declarations of mutations: input types built from the classes of commands, and fields that run commands."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import strawberry
from strawberry.scalars import JSON
from strawberry.types.arguments import InputContext
from strawberry.types.base import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from graph.declaring.declare import field_of, required
from graph.declaring.objects import Info, columns_of, instance, named_origin
from graph.declaring.source import Action
from graph.execution.idempotency import Replay, stored_payload
from graph.execution.perform import perform
from resolvers.commands.command import UNSET, Command, Unset
from resolvers.commands.values import Id, Json
from resolvers.loading.keyset import as_id
from resolvers.operations.errors import BadUserInput

In = TypeVar("In")
Out = TypeVar("Out")

INPUTS: dict[type, type] = {}
"""Input type in the graph by class of a command's input."""

KINDS: Mapping[Any, Any] = {Id: strawberry.ID, Json: JSON}
"""Graph types of the kinds of values that have another name in the graph."""


class WrongInput(Exception):  # noqa: N818 (it describes the mistake)
    """Raised at import if an input or mutation does not match its command."""


@dataclass(frozen=True, slots=True)
class InputField:
    """One field of an input; `shown` is its name in the graph.

    Null counts as omitted, unless the field `keeps_null` or `refuses_null`.
    """

    name: str
    shown: str
    of: Any
    can_be_null: bool
    keeps_null: bool
    refuses_null: bool


def taken(of: type[In], description: str, name: str | None = None, /, **descriptions: str) -> type[In]:
    """Declare the input type for a command's input class; `descriptions` are those of its fields.

    The type's name is the class name followed by `Input`, unless `name` is given. Input values reach the
    command as an object of the class: ids are checked, and null counts as omitted unless the class
    distinguishes null from omitted (`UNSET`).
    """
    made_of = fields(cast(Any, of))
    if descriptions.keys() != (known := {each.name for each in made_of}):
        wrong = sorted(descriptions.keys() ^ known)
        raise WrongInput(f"Descriptions of {of.__name__} do not match its fields: {', '.join(wrong)}.")
    annotations = get_type_hints(of)
    namespace: dict[str, Any] = {"__annotations__": {}, "__module__": of.__module__}
    parts = []
    for each in made_of:
        part = _part(each.name, annotations[each.name], each.default)
        parts.append(part)
        is_shown = each.default not in (MISSING, None, UNSET)
        default = (
            {} if each.default is MISSING else {"default": each.default if is_shown else strawberry.UNSET}
        )
        namespace["__annotations__"][each.name] = part.of | None if part.can_be_null else part.of
        namespace[each.name] = strawberry.field(description=descriptions[each.name], **default)
    shown = name or f"{of.__name__.removeprefix('Given')}Input"
    made = strawberry.input(type(shown, (), namespace), name=shown, description=description)
    get_object_definition(made, strict=True).from_input = _builder(of, parts)
    INPUTS[of] = made
    return cast(type[In], made)


def _part(name: str, annotation: Any, default: Any) -> InputField:
    choices = set(get_args(annotation)) if get_origin(annotation) in (Union, UnionType) else {annotation}
    (kind,) = choices - {NoneType, Unset}
    return InputField(
        name,
        to_camel_case(name),
        _shown(kind),
        can_be_null=default is not MISSING and not choices.isdisjoint({NoneType, Unset}),
        keeps_null=Unset in choices and NoneType in choices,
        refuses_null=Unset in choices and NoneType not in choices,
    )


def _shown(kind: Any) -> Any:
    """Return the graph's type for a kind of value."""
    if get_origin(kind) is list:
        (each,) = get_args(kind)
        return list[_shown(each)]  # type: ignore[misc]
    if isinstance(kind, type) and is_dataclass(kind):
        return INPUTS[kind]
    return KINDS.get(kind, kind)


def _builder(of: type, parts: list[InputField]) -> Callable[[type, Mapping[str, Any], InputContext], Any]:
    def build(_: type, value: Mapping[str, Any], context: InputContext) -> Any:
        given: dict[str, Any] = {}
        for part in parts:
            if part.shown not in value:
                continue
            sent = value[part.shown]
            if sent is not None:
                given[part.name] = _value(sent, part, context)
            elif part.keeps_null:
                given[part.name] = None
            elif part.refuses_null:
                raise BadUserInput(f"{part.shown!r} must not be null.")
        return of(**given)

    return build


def _value(sent: Any, part: InputField, context: InputContext) -> Any:
    if part.of is strawberry.ID:
        return as_id(sent, part.shown)
    if part.of == list[strawberry.ID]:
        return [as_id(each, part.shown) for each in sent]
    return context.convert(sent, part.of, part.shown)


def does(command: Command[In, Out], given: type[In], description: str) -> Any:
    """Declare a mutation that runs a command; `given` is its input type, created by `taken`.

    Problems become the payload's `userErrors`, and the transaction is rolled back. A command that signs a
    user in returns this user as `viewer`: the payload and all later fields of the operation are resolved for
    the user.
    """
    if INPUTS.get(command.takes) is not given:
        raise WrongInput(
            f"{command.name} takes {command.takes.__name__}; {given.__name__} is the input type of "
            "another class."
        )

    async def resolve(info: Info, input: Any) -> Any:  # noqa: A002
        place = str(info.path.key)
        changes = await perform(info.context, command, input, place)
        if (answer := info.context.replayed(place)) is not None:
            return Replay(stored_payload(answer, as_text=False))
        payload = named_origin(info)
        return instance(payload, {name: changes.get(name) for name in columns_of(payload)})

    return field_of(
        resolve,
        f"{description} {terms(command)}",
        Action(command),
        input=required(given, "Input for the mutation."),
    )


def terms(command: Command[Any, Any]) -> str:
    """Return the end of a mutation's description: need of a signed-in viewer, and error codes."""
    who = "Needs no sign-in." if command.is_open else "Needs a signed-in viewer."
    codes = ", ".join(f"`{code.name}`" for code in sorted(command.codes, key=lambda code: code.name))
    return f"{who} Error codes: {codes}." if codes else who
