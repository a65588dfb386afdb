"""The subgraph's SDL: the schema as text, with directives that its types do not have themselves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from graphql import (
    ConstDirectiveNode,
    FieldDefinitionNode,
    GraphQLSchema,
    InputValueDefinitionNode,
    Node,
    TypeDefinitionNode,
    Visitor,
    parse,
    print_ast,
    print_schema,
    visit,
)

Applied = Mapping[str, str]
"""Directives as text, by coordinate: `Type`, `Type.field` or, for an argument, `Type.field(argument:)`."""

DIRECTIVES = frozenset(
    (
        *(
            "key",
            "shareable",
            "external",
            "requires",
            "provides",
            "extends",
            "override",
            "inaccessible",
            "tag",
        ),
        *("composeDirective", "interfaceObject", "authenticated", "requiresScopes", "policy"),
        *("context", "fromContext", "cost", "listSize"),
    )
)
"""Directives of Federation 2.9 (Apollo's reference, `federation/directives`)."""

SPECIFICATION = "https://specs.apollo.dev/federation"
NEWEST = "2.9"
"""Newest version of Federation that all composers of supergraphs support."""

Definition = TypeDefinitionNode | FieldDefinitionNode | InputValueDefinitionNode


class _Appliance(Visitor):
    """Adds directives to each definition; `used` are their names, `unknown` the coordinates without a
    definition.
    """

    def __init__(self, applied: Applied) -> None:
        super().__init__()
        self.used: set[str] = set()
        self.unknown = set(applied)
        self._applied = applied
        self._path: list[str] = []

    def enter(self, node: Node, *_: Any) -> None:
        if isinstance(node, Definition):
            self._path.append(node.name.value)

    def leave(self, node: Node, *_: Any) -> Node | None:
        if not isinstance(node, Definition):
            return None
        coordinate = _coordinate(self._path)
        self._path.pop()
        if coordinate not in self._applied:
            return None
        self.unknown.discard(coordinate)
        directives = parsed(self._applied[coordinate])
        self.used |= {each.name.value for each in directives}
        return replace(node, directives=(*(node.directives or ()), *directives))


def _coordinate(path: Sequence[str]) -> str:
    return ".".join(path[:2]) + (f"({path[2]}:)" if len(path) > 2 else "")


def parsed(text: str) -> Sequence[ConstDirectiveNode]:
    """Return directives written as text as nodes."""
    (definition,) = parse(f"scalar It {text}").definitions
    return tuple(cast(Any, definition).directives)


def sdl(schema: GraphQLSchema, applied: Applied, links: Collection[str] = (), version: str = NEWEST) -> str:
    """Return the SDL, types sorted by name.

    `links` are directives of the schema itself, in addition to the link to Federation.

    Raises `LookupError` with the coordinates of `applied` that are not in the schema.
    """
    appliance = _Appliance(applied)
    document = visit(parse(print_schema(schema), no_location=True), appliance)
    if appliance.unknown:
        raise LookupError(f"Not in the schema: {', '.join(sorted(appliance.unknown))}")
    used = appliance.used | {each.name.value for text in links for each in parsed(text)}
    imported = ", ".join(f'"@{name}"' for name in sorted(used & DIRECTIVES))
    link = f'extend schema @link(url: "{SPECIFICATION}/v{version}", import: [{imported}])'
    ordered = replace(document, definitions=tuple(sorted(document.definitions, key=_order)))
    return "\n\n".join([" ".join([link, *links]), print_ast(ordered)]) + "\n"


def _order(node: Node) -> tuple[bool, str]:
    """Sort key of a definition: directives in their order, then types by name."""
    return (True, node.name.value) if isinstance(node, TypeDefinitionNode) else (False, "")
