"""Connections: the response fields of a page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, cast

from graphql import FieldNode, GraphQLObjectType, GraphQLSchema, get_named_type

from graph.engine.leaf import Declined
from graph.engine.level import Level, Put
from graph.engine.selection import Collector, Selections
from resolvers.loading.entity import Entity
from resolvers.loading.page import Slice

Made = Mapping[str, list[Any]]
Part = Callable[[Slice, Made, int], Any]

PAGE_INFO: Mapping[str, Callable[[Slice], Any]] = {
    "hasNextPage": lambda part: part.has_next,
    "hasPreviousPage": lambda part: part.has_previous,
    "startCursor": lambda part: part.cursors[0] if part.cursors else None,
    "endCursor": lambda part: part.cursors[-1] if part.cursors else None,
    "__typename": lambda _: "PageInfo",
}


class Levels(Protocol):
    """Creates the levels below a connection: the compiler (`graph.engine.compile`)."""

    schema: GraphQLSchema
    collector: Collector

    def level(
        self,
        of: GraphQLObjectType,
        selections: Selections,
        put: Put,
        response_key: str = "",
        entity: Entity | None = None,
    ) -> Level:
        """Create the level of one selection."""
        ...


class Shape:
    """Creates the connection of a page: `shape(slice, made, count)`.

    `levels` has the levels of its lists of nodes and edges, under internal names; `made` has their objects
    under the same names. `columns` has the columns of all levels; `counts` is whether the total is selected.
    """

    def __init__(
        self, compiler: Levels, of: GraphQLObjectType, selections: Selections, entity: Entity
    ) -> None:
        self._compiler = compiler
        self._entity = entity
        self.levels: dict[str, Level] = {}
        self.counts = False
        self._parts = {
            key: self._part(of, nodes) for key, nodes in compiler.collector.fields(of, selections).items()
        }
        columns = (name for level in self.levels.values() for name in level.columns)
        self.columns = tuple(dict.fromkeys(columns))

    def __call__(self, part: Slice, made: Made, count: int) -> dict[str, Any]:
        """Return the connection of one page."""
        return {key: value(part, made, count) for key, value in self._parts.items()}

    def _part(self, of: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Part:
        name = nodes[0].name.value
        selections = [node.selection_set for node in nodes if node.selection_set]
        match name:
            case "totalCount":
                self.counts = True
                return lambda part, made, count: count
            case "nodes":
                level = self._level(of, name, selections)
                return lambda part, made, count: made[level]
            case "edges":
                return self._edges(cast(GraphQLObjectType, get_named_type(of.fields[name].type)), selections)
            case "pageInfo":
                return self._page_info(selections)
            case "__typename":
                typename = of.name
                return lambda part, made, count: typename
        raise Declined(f"{of.name}.{name}")

    def _level(self, of: GraphQLObjectType, field: str, selections: Selections) -> str:
        name = f"l{len(self.levels)}"
        named = cast(GraphQLObjectType, get_named_type(of.fields[field].type))
        self.levels[name] = self._compiler.level(named, selections, Put.LIST, entity=self._entity)
        return name

    def _edges(self, of: GraphQLObjectType, selections: Selections) -> Part:
        fields: dict[str, str] = {}
        for key, nodes in self._compiler.collector.fields(of, selections).items():
            match nodes[0].name.value:
                case "node":
                    chosen = [node.selection_set for node in nodes if node.selection_set]
                    fields[key] = self._level(of, "node", chosen)
                case "cursor" | "__typename" as name:
                    fields[key] = name
                case name:
                    raise Declined(f"{of.name}.{name}")

        def edges(part: Slice, made: Made, count: int) -> list[dict[str, Any]]:
            known = {**made, "cursor": part.cursors, "__typename": [of.name] * len(part.rows)}
            lists = [known[name] for name in fields.values()]
            return [
                {key: values[place] for key, values in zip(fields, lists, strict=True)}
                for place in range(len(part.rows))
            ]

        return edges

    def _page_info(self, selections: Selections) -> Part:
        of = cast(GraphQLObjectType, self._compiler.schema.type_map["PageInfo"])
        asked = self._compiler.collector.fields(of, selections)
        fields = {}
        for key, nodes in asked.items():
            if (read := PAGE_INFO.get(name := nodes[0].name.value)) is None:
                raise Declined(f"{of.name}.{name}")
            fields[key] = read
        return lambda part, made, count: {key: read(part) for key, read in fields.items()}
