"""Levels: all objects that one field of a plan loads.

A level knows the columns of its fields, builds the objects of a result from rows by generated code, and
passes the keys of its fields on to the next levels. A `Store` connects two levels: for each key it has the
places that receive the loaded objects, which are lists to append to (`Put.EACH`) or objects to set a field of
(`Put.ONE`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from graphql import GraphQLObjectType

from resolvers.loading.entity import Columns, Subtree

Store = dict[Any, Any]


class Put(Enum):
    """Destination of built objects."""

    EACH = "each"
    ONE = "one"
    LIST = "list"


@dataclass
class Level:
    """Objects of one type for one selection. `build(rows, store, context, stores)` creates them.

    Rows have the key first and then `columns`; with `Put.LIST` they have only the columns, and `build`
    returns the list of objects. `stores` takes one store per child, which `build` fills.
    """

    of: GraphQLObjectType
    columns: Columns
    source: str
    build: Callable[..., Any]
    children: Sequence[Any] = ()


@dataclass
class LevelWriter:
    """Writes the source of a level's `build`; the source has only names created here and `repr`s of keys."""

    put: Put
    response_key: str
    columns: list[str | Subtree] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)
    conditions: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    children: list[Any] = field(default_factory=list)

    def variable(self, column: str | Subtree) -> str:
        """Return the variable for a column of the row."""
        if column not in self.columns:
            self.columns.append(column)
        return f"v{self.columns.index(column)}"

    def name(self, value: Any) -> str:
        """Return a global of the generated code for `value`."""
        name = f"g{len(self.names)}"
        self.names[name] = value
        return name

    def entry(self, response_key: str, expression: str) -> None:
        """Add a field to the object, after its present fields."""
        self.entries.append(f"{response_key!r}: {expression}")

    def checked(self, variable: str, condition: str, *, nullable: bool) -> None:
        """Add a check that a value is valid, or null if it may be."""
        if condition != "True":
            self.conditions.append(f"({variable} is None or {condition})" if nullable else f"({condition})")
        elif not nullable:
            self.conditions.append(f"{variable} is not None")

    def finish(self, of: GraphQLObjectType) -> Level:
        """Return the level, with its code compiled."""
        source = "\n".join(self._lines())
        space: dict[str, Any] = dict(self.names)
        exec(compile(source, f"<level of {of.name}>", "exec"), space)  # noqa: S102
        return Level(of, tuple(self.columns), source, space["build"], tuple(self.children))

    def _lines(self) -> Sequence[str]:
        row = [f"v{place}" for place in range(len(self.columns))]
        if self.put is not Put.LIST:
            row = ["key", *row]
        lines = ["def build(rows, store, context, stores):"]
        lines += [f"    s{place} = stores[{place}]" for place in range(len(self.children))]
        if self.put is Put.LIST:
            lines.append("    built = []")
        lines.append(f"    for {', '.join(row)}, in rows:" if row else "    for _ in rows:")
        if self.conditions:
            lines += [f"        if not ({' and '.join(self.conditions)}):", "            raise Deviation"]
        lines += [f"        {line}" for line in self.before]
        lines.append(f"        made = {{{', '.join(self.entries)}}}")
        lines += [f"        {line}" for line in self.after]
        match self.put:
            case Put.EACH:
                lines.append("        store[key].append(made)")
            case Put.ONE:
                lines += [
                    "        for place in store[key]:",
                    f"            place[{self.response_key!r}] = made",
                ]
            case Put.LIST:
                lines += ["        built.append(made)", "    return built"]
        return lines
