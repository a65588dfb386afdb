"""Numbered pages over cursors: lean queries over the pages before page n find the cursor of its start."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    Visitor,
    parse,
    print_ast,
    visit,
)

from resolvers.operations.refusal import Refusal
from rest.selection import at

EDGE = parse("{ pageInfo { endCursor hasNextPage } }", no_location=True)
Keys = tuple[str, ...]
Run = Callable[[str, Mapping[str, Any]], Awaitable[dict[str, Any]]]

MOST_WHOLE = 50_000
"""Maximum entries of a list that is read to its end, since all of them are held in memory."""


@dataclass(frozen=True)
class Paging:
    """Numbered pages of a connection.

    `size` and `cursor` name the variables, `number` the query parameter. `ways` lead to the connection; of
    several, the first that exists counts. `lean` is the operation that finds the start of a page, at most
    `step` rows further; `lean_variables` are its variables.
    """

    number: str
    size: str
    default_size: int
    step: int
    cursor: str
    ways: tuple[Keys, ...]
    lean: str
    lean_variables: frozenset[str]

    async def begin(self, page: "NumberedPage", variables: Mapping[str, Any], run: Run) -> dict[str, Any]:
        """Return the variables that make the operation read `page`; past the list's end, it reads nothing."""
        given = {name: value for name, value in variables.items() if name in self.lean_variables}
        cursor, ahead = None, (page.number - 1) * page.size
        while ahead > 0:
            step = min(ahead, self.step)
            data = await run(self.lean, {**given, self.size: step, self.cursor: cursor})
            found = next((each for way in self.ways if (each := at(data, way)) is not Undefined), None)
            if found is None or not found["pageInfo"]["hasNextPage"]:
                return {self.size: 0}
            cursor = found["pageInfo"]["endCursor"]
            ahead -= step
        return {self.cursor: cursor}


@dataclass(frozen=True)
class Whole:
    """Connection that is read to its end: `cursor` names the variable, `ways` lead to it as in `Paging`.

    Each page is an execution of its own, with its own limits. Lists longer than `MOST_WHOLE` are refused.
    """

    cursor: str
    ways: tuple[Keys, ...]

    async def complete(self, data: dict[str, Any], text: str, variables: Mapping[str, Any], run: Run) -> None:
        """Add the nodes of all further pages to those of the first, which is in `data`."""
        for way in self.ways:
            if not (first := at(data, way)):
                continue
            page = first
            while page["pageInfo"]["hasNextPage"]:
                if len(first["nodes"]) >= MOST_WHOLE:
                    raise Refusal("BAD_USER_INPUT", f"The list has more than {MOST_WHOLE:,} entries.")
                found = await run(text, {**variables, self.cursor: page["pageInfo"]["endCursor"]})
                if not (page := at(found, way)):
                    break  # the list was deleted in the meantime
                first["nodes"] += page["nodes"]


@dataclass(frozen=True, slots=True)
class NumberedPage:
    """One page of a list: its number from 1, and the number of rows per page."""

    number: int
    size: int

    def pages(self, total: int) -> int:
        """Return the number of pages of `total` rows, at least 1."""
        return max(1, -(-total // self.size))


def lean(operation: OperationDefinitionNode, ways: tuple[Keys, ...]) -> tuple[str, frozenset[str]]:
    """Return the operation cut down to the connection's page end, and the variables it still uses."""
    used: set[str] = set()
    selection_set = SelectionSetNode(selections=tuple(_cut(operation.selection_set, way) for way in ways))
    visit(selection_set, _Uses(used))
    definitions = tuple(
        each for each in operation.variable_definitions or () if each.variable.name.value in used
    )
    kept = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=definitions,
        directives=(),
        selection_set=selection_set,
    )
    return print_ast(kept), frozenset(used)


def _cut(selection_set: SelectionSetNode, way: Keys) -> FieldNode:
    key, *rest = way
    for node in selection_set.selections:
        if isinstance(node, FieldNode) and key == (node.alias or node.name).value:
            if rest:
                assert node.selection_set is not None, "a path leads through objects"  # noqa: S101
                inner = SelectionSetNode(selections=(_cut(node.selection_set, tuple(rest)),))
            else:
                inner = EDGE.definitions[0].selection_set  # type: ignore[attr-defined]
            return FieldNode(
                alias=node.alias,
                name=node.name,
                arguments=node.arguments,
                directives=node.directives,
                selection_set=inner,
            )
    raise LookupError(f"The paged field '{key}' must not be in a fragment.")


class _Uses(Visitor):
    """Collects the variables in use."""

    def __init__(self, used: set[str]) -> None:
        super().__init__()
        self.used = used

    def enter_variable(self, node: Any, *_: Any) -> None:
        self.used.add(node.name.value)
