"""The subgraph's entities: representations that a router sends become objects, by the same loaders."""

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

import strawberry
from strawberry.federation.schema import FederationAny
from strawberry.federation.schema_directives import Key
from strawberry.types.base import get_object_definition

from graph.declare import TYPES, Info, Maker
from resolvers.entity import Entity
from resolvers.errors import BadUserInput
from resolvers.keyset import as_id
from resolvers.relation import One
from resolvers.text import as_text


class Subgraph(strawberry.federation.Schema):
    """Answers `_entities` with one batch per type and key; a representation that is wrong fails alone."""

    def entities_resolver(self, info: Info, representations: list[FederationAny]) -> Any:
        """Objects for `representations`, in their order; null for what the viewer may not see."""
        return asyncio.gather(*(find(info, each) for each in representations), return_exceptions=True)


def key_fields(of: type) -> tuple[str, ...]:
    """Federation keys of a type, each one field; none where a router cannot name its objects."""
    return cast(tuple[str, ...], of.federation_keys)  # type: ignore[attr-defined]


def set_keys() -> None:
    """Give every entity type its `@key` directives, for schemas that are built from now on."""
    for of in TYPES.values():
        keys = [Key(fields=cast(Any, name), resolvable=True) for name in key_fields(of)]
        get_object_definition(of, strict=True).directives = tuple(keys)


@cache
def by_name() -> Mapping[str, tuple[Entity, type]]:
    """Entities that have keys, and their types, by the name that representations give."""
    return {
        get_object_definition(of, strict=True).name: (target, of)
        for target, of in TYPES.items()
        if key_fields(of)
    }


async def find(info: Info, representation: Any) -> Any:
    """The object that one representation names."""
    name = representation.get("__typename") if isinstance(representation, dict) else None
    if not isinstance(name, str) or name not in by_name():
        raise BadUserInput("A representation needs the '__typename' of an entity of this subgraph.")
    target, of = by_name()[name]
    for key in key_fields(of):
        if (value := representation.get(key)) is not None:
            if not isinstance(value, str):
                raise BadUserInput(f"'{key}' of a {name} is a string.")
            make = Maker(of)
            sought = (as_id if key == "id" else as_text)(value, key)
            row = await One(target=target, by=key).one(info.context, sought, make.columns)
            return None if row is None else make(row)
    raise BadUserInput(f"A representation of a {name} needs one of its keys: {', '.join(key_fields(of))}.")
