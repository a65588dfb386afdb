"""Declarations of a concept's types: each field names the source of its value, and thereby its policy.

An executor reads only the declaration (`field.metadata["source"]`): `Column` fields are read with their row,
`Derived` fields are computed from named columns, `Link` and `Listing` fields go through a relation's batch,
and `Action` fields run a command. A field without a declaration has no policy, and the schema is not built
(`graph.declaring.policy`). The resolvers created here are for graphql-core's executor.
"""

import inspect
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, TypeVar, cast

import strawberry
from strawberry.types.base import (
    StrawberryList,
    StrawberryOptional,
    get_object_definition,
    has_object_definition,
)
from strawberry.utils.str_converters import to_camel_case

from graph.declaring.connection import connection
from graph.declaring.objects import TYPES, Info, columns_of, instance, maker, named_origin
from graph.declaring.source import Arguments, Column, Derived, Link, Listing, Lookup, Told
from graph.limits.weight import RENDERING, Cost, ListSize, implied
from resolvers.commands.text import as_text
from resolvers.events.happening import Happening
from resolvers.loading.entity import Entity
from resolvers.loading.keyset import as_id
from resolvers.loading.page import Page, span
from resolvers.loading.relation import Computed, Many, One, Relation, Several
from resolvers.markup.markdown import rendered
from resolvers.operations.errors import BadUserInput

T = TypeVar("T")
NO_WAYS: Mapping[str, One] = MappingProxyType({})


def column(description: str, usual: int | None = None) -> Any:
    """Declare a field that is a column or expression of the entity with the same name.

    `usual` is the average length of the field's list.
    """
    limits = () if usual is None else (ListSize(usual),)
    return strawberry.field(description=description, metadata={"source": Column(), "limits": limits})


def needed(description: str) -> Any:
    """Declare a required field of an input."""
    return strawberry.field(description=description)


def optional(description: str) -> Any:
    """Declare an optional field of an input; the command does not receive an omitted field."""
    return strawberry.field(default=strawberry.UNSET, description=description)


def derived(description: str, *needs: str) -> Callable[[Callable[..., T]], T]:
    """Declare a field that its method computes from the columns `needs`."""
    declare = strawberry.field(description=description, metadata={"source": Derived(needs)})
    return cast(Callable[[Callable[..., T]], T], declare)


def of_viewer(compute: Callable[..., Any], description: str, *needs: str) -> Any:
    """Declare a field that `compute` returns for the viewer and the columns `needs`."""

    def resolve(root: Any, info: Info) -> Any:
        return compute(info.context.viewer, *(getattr(root, name) for name in needs))

    source = Derived(needs, compute)
    return strawberry.field(resolver=resolve, description=description, metadata={"source": source})


def html(of: str, description: str) -> Any:
    """Declare a field that renders the column `of`, Markdown, as sanitized HTML; null stays null."""

    def resolve(root: Any) -> Any:
        text = getattr(root, of)
        return None if text is None else rendered(text)

    metadata = {"source": Derived((of,)), "limits": (Cost(RENDERING),)}
    return strawberry.field(resolver=resolve, description=description, metadata=metadata)


def link(
    relation: Relation,
    description: str,
    filter: type | None = None,  # noqa: A002
    graphql_type: Any = None,
    **arguments: Any,
) -> Any:
    """Declare a field that is loaded through a relation.

    `filter` is the input type that narrows a list. `arguments` are annotated types of filters that the field
    takes as arguments of its own. `graphql_type` is the field's type if an annotation cannot express it.
    """
    many = finds_list(relation)

    def ask(given: Arguments) -> dict[str, Any]:
        where = given_values(given.get("filter"))
        where |= {name: given[name] for name in arguments if given.get(name) is not None}
        return {"where": where} if where else {}

    async def resolve(root: Any, info: Info, **given: Any) -> Any:
        key = relation.key(info.context, *(getattr(root, name) for name in relation.needs))
        if key is None:
            return relation.nothing()
        make = maker(relation, info)
        found = await relation.one(info.context, key, make.columns, **ask(given))
        if found is None:
            return None
        return [make(row) for row in found] if many else make(found)

    taken = dict(arguments)
    if filter is not None:
        taken["filter"] = argument(filter, "Filter for the list; defaults to no restriction.")
    return field_of(resolve, description, Link(relation, ask), graphql_type, **taken)


def listing(
    page: Page,
    description: str,
    filter: type | None = None,  # noqa: A002
    order: type | None = None,
) -> Any:
    """Declare a field that is a connection over `page`."""

    def ask(given: Arguments) -> dict[str, Any]:
        asked: dict[str, Any] = {"where": given_values(given.get("filter"))}
        asked["span"] = span(*(given.get(name) for name in ("first", "after", "last", "before")))
        if (wanted := given.get("order_by")) is not None:
            asked |= {"order": wanted.field.name, "descending": wanted.direction.name == "DESC"}
        return asked

    async def resolve(root: Any, info: Info, **given: Any) -> Any:
        key = page.key(info.context, *(getattr(root, name) for name in page.needs))
        make = maker(page, info)
        asked = ask(given)
        found = await page.one(info.context, key, make.columns, **asked)
        return connection(page, key, asked["where"], [make(row) for row in found.rows], found)

    taken: dict[str, Any] = {}
    if filter is not None:
        taken["filter"] = argument(filter, "Filter for the list; defaults to no restriction.")
    if order is not None:
        taken["order_by"] = argument(order, "Sort order of the list.")
    taken |= {
        "first": argument(
            int,
            "Number of nodes from the start, at most 100 (50 for anonymous viewers); defaults to 20.",
        ),
        "after": argument(str, "Cursor of the node that precedes the page."),
        "last": argument(int, "Number of nodes from the end, at most 100 (50 for anonymous viewers)."),
        "before": argument(str, "Cursor of the node that follows the page."),
    }
    return field_of(resolve, description, Listing(page, ask), **taken)


def lookup(target: Entity, description: str, ways: Mapping[str, One] = NO_WAYS, **by: str) -> Any:
    """Declare a root field that loads one row by one of several unique columns.

    `by` maps each argument, named after its column, to its description; `ways` has the relations for
    arguments that are not columns. An argument whose name ends in `id` is an id.
    """
    found_by = {name: ways.get(name) or One(target=target, by=name) for name in by}
    shown = {name: to_camel_case(name) for name in by}

    def choose(given: Arguments) -> tuple[Relation, Any]:
        chosen = [(name, value) for name, value in given.items() if value is not None]
        if len(chosen) != 1:
            raise BadUserInput(f"Give exactly one of {', '.join(map(repr, shown.values()))}.")
        ((name, value),) = chosen
        return found_by[name], (as_id if is_id(name) else as_text)(value, shown[name])

    async def resolve(info: Info, **given: Any) -> Any:
        one, key = choose(given)
        make = maker(one, info)
        row = await one.one(info.context, key, make.columns)
        return None if row is None else make(row)

    def is_id(name: str) -> bool:
        return name == "id" or name.endswith("_id")

    types = {name: argument(strawberry.ID if is_id(name) else str, said) for name, said in by.items()}
    return field_of(resolve, description, Lookup(found_by[next(iter(by))], choose), **types)


def told(happening: Happening, description: str, *, optional: bool = False, **place: str) -> Any:
    """Declare a subscription; its payload reads the `happening.columns` of each event.

    `place` describes the one argument that names the event's subject. If `optional`, an omitted argument
    subscribes to the events of all subjects.
    """
    ((name, described),) = place.items()

    async def resolve(info: Info, **_: Any) -> Any:
        payload, event = named_origin(info), info.context.event
        return instance(payload, {column: event.get(column) for column in columns_of(payload)})

    of = argument if optional else required
    return field_of(
        resolve,
        description,
        Told(happening, name),
        **{name: of(strawberry.ID, described)},
        after=argument(str, "Cursor of an event; delivery starts with the events after the cursor."),
    )


def argument(of: Any, description: str) -> tuple[Any, Any]:
    """Return an optional argument for `field_of`: its annotated type and its default."""
    return Annotated[of | None, strawberry.argument(description=description)], strawberry.UNSET


def required(of: Any, description: str) -> tuple[Any, Any]:
    """Return a required argument for `field_of`."""
    return Annotated[of, strawberry.argument(description=description)], inspect.Parameter.empty


def field_of(
    resolve: Callable[..., Any],
    description: str,
    source: Any,
    graphql_type: Any = None,
    **arguments: tuple[Any, Any],
) -> Any:
    """Return a Strawberry field whose resolver takes `arguments`: annotated type and default by name."""

    async def resolver(*places: Any, **given: Any) -> Any:
        return await resolve(*places, **{n: None if v is strawberry.UNSET else v for n, v in given.items()})

    parameters = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        for name in inspect.signature(resolve).parameters
        if name in ("root", "info")
    ]
    parameters[-1] = parameters[-1].replace(annotation=Info)
    parameters += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=of, default=default)
        for name, (of, default) in arguments.items()
    ]
    resolver.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    resolver.__annotations__ = {
        each.name: each.annotation for each in parameters if each.annotation is not each.empty
    }
    return strawberry.field(
        resolver=resolver,
        graphql_type=graphql_type,
        description=description,
        metadata={"source": source, "limits": implied(source)},
    )


def finds_list(relation: Relation) -> bool:
    """Return whether a relation's result for a key is a list."""
    return isinstance(relation, Many | Several) or (isinstance(relation, Computed) and relation.many)


def given_values(given: Any) -> dict[str, Any]:
    """Return the values of an input object by Python name: ids checked, enums as database values."""
    if given is None:
        return {}
    values: dict[str, Any] = {}
    for each in get_object_definition(type(given), strict=True).fields:
        value = getattr(given, each.python_name)
        if value is not None and value is not strawberry.UNSET:
            values[each.python_name] = _plain(value, each.type, to_camel_case(each.python_name))
    return values


def _plain(value: Any, of: Any, name: str) -> Any:
    while isinstance(of, StrawberryOptional | StrawberryList):
        of = of.of_type
    if isinstance(value, list):
        return [_plain(each, of, name) for each in value]
    if has_object_definition(type(value)):
        return given_values(value)
    if isinstance(value, StrEnum):
        return value.value
    return as_id(value, name) if of is strawberry.ID else value


def described(names: type[StrEnum], description: str, **values: str) -> None:
    """Register an enum of the domain as a GraphQL enum, with a description for each of its values."""
    strawberry.enum(cast(Any, names), description=description)
    for value in cast(Any, names).__strawberry_definition__.values:
        value.description = values[value.name]


def entity(
    target: Entity, description: str, *keys: str, name: str | None = None
) -> Callable[[type[T]], type[T]]:
    """Declare the type of an entity.

    `keys` are its federation keys in the subgraph; they default to its id, or to no key if the type has no
    id.
    """

    def declare(of: type[T]) -> type[T]:
        made: Any = strawberry.type(of, description=description, name=name)
        fields = get_object_definition(made, strict=True).fields
        made.federation_keys = keys or tuple(each.python_name for each in fields if each.python_name == "id")
        TYPES[target] = made
        return cast(type[T], made)

    return declare


def computed_type(description: str) -> Callable[[type[T]], type[T]]:
    """Declare a type whose objects a `Computed` relation computes and guards as a whole."""
    return strawberry.type(description=description)
