"""Subtrees that PostgreSQL writes as JSON (`resolvers.loading.json_text`), and their declaration.

A field's subtree is written as JSON if it has at least two levels, which saves a statement per level and the
conversion of its rows in Python; if it has only columns and relations, without arguments; and if it contains
no table twice. A list of rows without relations stays a level of rows.
"""

from collections.abc import Sequence
from typing import Any, cast

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)
from strawberry.types.base import get_object_definition

from graph.declaring.objects import TYPES
from graph.declaring.source import Column, Link, source_of
from graph.engine.selection import Collector, Selections
from graph.engine.value import nullable
from graph.values.scalars import FACTS
from resolvers.loading.entity import Entity
from resolvers.loading.json_leaf import ScalarKind, Writing, document, names, writing, writing_of_list
from resolvers.loading.json_text import Constant, Inlined, Leaf, Member, Nested, Written
from resolvers.loading.relation import Aspect, Choice, Many, Several, same

FEWEST_LEVELS = 2

Models = frozenset[type]
"""Tables of the rows above a field."""


class Unwritten(Exception):  # noqa: N818 (an outcome, not a fault)
    """Raised if PostgreSQL does not write a subtree."""


class Texts:
    """Finds the subtrees of one operation that PostgreSQL writes."""

    def __init__(self, schema: GraphQLSchema, collector: Collector) -> None:
        self._schema = schema
        self._collector = collector

    def subtree(
        self, holder: Entity, link: Link, field: GraphQLField, nodes: Sequence[FieldNode]
    ) -> Nested | None:
        """Return the subtree of `link` for a row of `holder` if PostgreSQL writes it; else None."""
        try:
            nested = self._nested(holder, link, field, nodes, frozenset([holder.model]))
        except Unwritten:
            return None
        return nested if nested.depth >= FEWEST_LEVELS else None

    def _nested(
        self, holder: Entity, link: Link, field: GraphQLField, nodes: Sequence[FieldNode], above: Models
    ) -> Nested:
        relation = link.relation
        if any(node.arguments for node in nodes) or not isinstance(relation, Inlined):
            raise Unwritten
        is_plain = relation.key is same or isinstance(relation, Aspect | Several)
        if not is_plain or (isinstance(relation, Many) and relation.is_by_array):
            raise Unwritten
        selections = [node.selection_set for node in nodes if node.selection_set]
        targets = relation.targets if isinstance(relation, Choice) else {"": relation}
        objects = {name: self._object(each, each.target, selections, above) for name, each in targets.items()}
        return Nested(relation, objects, nullable(field.type)[1])

    def _object(self, relation: Inlined, of: Entity, selections: Selections, above: Models) -> Written:
        if of.model in above and not isinstance(relation, Aspect):
            raise Unwritten
        named = get_object_definition(TYPES[of], strict=True).name
        shown = cast(GraphQLObjectType, self._schema.type_map[named])
        members: dict[str, Member] = {}
        for key, nodes in self._collector.fields(shown, selections).items():
            name = nodes[0].name.value
            if name == "__typename":
                members[key] = Constant(shown.name)
                continue
            field = shown.fields[name]
            match source_of(field):
                case Column():
                    members[key] = self._leaf(of, field, nodes)
                case Link() as link:
                    members[key] = self._nested(of, link, field, nodes, above | {of.model})
                case _:
                    raise Unwritten
        return Written(of, members)

    def _leaf(self, of: Entity, field: GraphQLField, nodes: Sequence[FieldNode]) -> Leaf:
        column = field.extensions["strawberry-definition"].python_name
        shown, may_be_null = nullable(field.type)
        found: Writing | None = None
        if isinstance(shown, GraphQLEnumType):
            found = names({_held(value.value): name for name, value in shown.values.items()})
        elif is_leaf_type(shown):
            found = writing(FACTS[shown.name].kind, of, column)
        elif is_list_type(shown) and isinstance(shown.of_type, GraphQLNonNull):
            found = self._list(get_named_type(shown).name, of, column)
        elif is_object_type(shown):
            found = self._document(shown, nodes)
        if found is None:
            raise Unwritten
        return Leaf(column, found, may_be_null)

    def _list(self, scalar: str, of: Entity, column: str) -> Writing | None:
        facts = FACTS.get(scalar)
        return None if facts is None else writing_of_list(facts.kind, of, column)

    def _document(self, shown: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Writing | None:
        selections = [node.selection_set for node in nodes if node.selection_set]
        members: dict[str, tuple[str, ScalarKind, bool]] = {}
        for key, asked in self._collector.fields(shown, selections).items():
            field = shown.fields.get(asked[0].name.value)
            if field is None or not isinstance(source_of(field), Column):
                return None
            of, may_be_null = nullable(field.type)
            if (facts := FACTS.get(getattr(of, "name", ""))) is None:
                return None
            name = field.extensions["strawberry-definition"].python_name
            members[key] = (name, facts.kind, may_be_null)
        return document(members)


def _held(value: Any) -> str:
    return str(getattr(value, "value", value))
