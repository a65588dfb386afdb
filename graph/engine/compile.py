"""Compiler of plans: each selection of an operation becomes a level, each field with a relation a child."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from graphql import FieldNode, GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type, is_leaf_type
from orjson import Fragment
from strawberry.types.base import get_object_definition

from graph.declaring.declare import finds_list
from graph.declaring.objects import entity_of, instance, types_of
from graph.declaring.source import Column, Derived, Link, Listing, Lookups, source_of
from graph.engine.arguments import FieldArguments
from graph.engine.child import Child, Chosen, Connected, ObjectChild
from graph.engine.connection import Shape
from graph.engine.leaf import Declined, Deviation, leaf
from graph.engine.level import Level, LevelWriter, Put
from graph.engine.selection import Collector, Selections
from graph.engine.text import Texts
from graph.engine.value import converter, nullable
from resolvers.access.viewer import Viewer
from resolvers.loading.entity import Entity
from resolvers.loading.json_text import Nested
from resolvers.loading.page import Page
from resolvers.loading.relation import Choice, Relation, same


def no_arguments(_: Any) -> dict[str, Any]:
    """Return no options for a batch whose arguments only select the key."""
    return {}


class Compiler:
    """Compiles the selections of one operation."""

    def __init__(self, schema: GraphQLSchema, collector: Collector, texts: Texts | None) -> None:
        self.schema = schema
        self.collector = collector
        self.texts = texts

    def level(
        self,
        of: GraphQLObjectType,
        selections: Selections,
        put: Put,
        response_key: str = "",
        entity: Entity | None = None,
    ) -> Level:
        """Return the level of one selection; `entity` is the entity of its rows, if they have one."""
        writer = LevelWriter(put, response_key)
        writer.names |= {"Deviation": Deviation, "datetime": datetime, "Fragment": Fragment}
        for key, nodes in self.collector.fields(of, selections).items():
            name = nodes[0].name.value
            if name == "__typename":
                writer.entry(key, repr(of.name))
                continue
            field = of.fields[name]
            match source_of(field):
                case Column():
                    self._column(writer, field, key, nodes)
                case Derived() as derived:
                    self._derived(writer, of, field, key, nodes, derived)
                case Link() as link if (text := self._text(entity, link, field, nodes)) is not None:
                    writer.entry(key, f"Fragment({writer.variable(text)})")
                case Link() | Listing() as declared:
                    self._child(writer, self.child(declared, field, key, nodes))
                case _:
                    raise Declined(f"{of.name}.{name}")
        return writer.finish(of)

    def _text(
        self, entity: Entity | None, link: Link, field: GraphQLField, nodes: Sequence[FieldNode]
    ) -> Nested | None:
        if entity is None or self.texts is None:
            return None
        return self.texts.subtree(entity, link, field, nodes)

    def child(
        self, declared: Link | Listing, field: GraphQLField, key: str, nodes: Sequence[FieldNode]
    ) -> Child:
        """Return the child of a field with a relation."""
        relation: Relation = declared.page if isinstance(declared, Listing) else declared.relation
        return self.related(relation, declared.ask, field, key, nodes)

    def related(
        self, relation: Relation, ask: Any, field: GraphQLField, key: str, nodes: Sequence[FieldNode]
    ) -> Child:
        """Return the child that loads a field's value through `relation`."""
        arguments = FieldArguments(self.schema, field, nodes[0])
        named = cast(GraphQLObjectType, get_named_type(field.type))
        selections = [node.selection_set for node in nodes if node.selection_set]
        usual = (relation, ask, arguments, key, nullable(field.type)[1])
        if isinstance(relation, Choice):
            return Chosen(*usual, levels=self._levels(types_of(relation), selections, key))
        if isinstance(relation, Page):
            shape = Shape(self, named, selections, relation.target)
            return Connected(
                *usual, columns=shape.columns, nodes=shape.levels, counts=shape.counts, shape=shape
            )
        many = finds_list(relation)
        level = self.level(
            named, selections, Put.EACH if many else Put.ONE, key, getattr(relation, "target", None)
        )
        return ObjectChild(*usual, level=level, many=many)

    def named(self, lookups: Lookups, field: GraphQLField, key: str, nodes: Sequence[FieldNode]) -> Chosen:
        """Return the child that loads the objects of the keys in a field's arguments."""
        arguments = FieldArguments(self.schema, field, nodes[0])
        selections = [node.selection_set for node in nodes if node.selection_set]
        levels = self._levels(lookups.types(), selections, key)
        return Chosen(lookups.relation, no_arguments, arguments, key, nullable=True, levels=levels)

    def _levels(self, types: Mapping[str, type], selections: Selections, key: str) -> Mapping[str, Level]:
        """Return a level for each choice between types."""
        levels = {}
        for name, origin in types.items():
            named = get_object_definition(origin, strict=True).name
            of = cast(GraphQLObjectType, self.schema.type_map[named])
            levels[name] = self.level(of, selections, Put.ONE, key, entity_of(origin))
        return levels

    def _column(self, writer: LevelWriter, field: GraphQLField, key: str, nodes: Sequence[FieldNode]) -> None:
        variable = writer.variable(field.extensions["strawberry-definition"].python_name)
        self._value(writer, variable, field, key, nodes)

    def _value(
        self, writer: LevelWriter, variable: str, field: GraphQLField, key: str, nodes: Sequence[FieldNode]
    ) -> None:
        of, may_be_null = nullable(field.type)
        if is_leaf_type(of):
            templates = leaf(of, writer.names, as_text=self.texts is not None)
            condition, expression = (part.format(v=variable) for part in templates)
            writer.checked(variable, condition, nullable=may_be_null)
        else:
            convert = writer.name(converter(of, nodes, self.collector))
            expression = f"{convert}({variable})"
            writer.checked(variable, "True", nullable=may_be_null)
        if may_be_null and expression != variable:
            expression = f"None if {variable} is None else {expression}"
        writer.entry(key, expression)

    def _derived(
        self,
        writer: LevelWriter,
        of: GraphQLObjectType,
        field: GraphQLField,
        key: str,
        nodes: Sequence[FieldNode],
        derived: Derived,
    ) -> None:
        origin = of.extensions["strawberry-definition"].origin
        method = field.extensions["strawberry-definition"].base_resolver.wrapped_func
        convert = converter(nullable(field.type)[0], nodes, self.collector)

        def of_row(_: Viewer, *values: Any) -> Any:
            return method(instance(origin, dict(zip(derived.needs, values, strict=True))))

        compute = derived.of_viewer or of_row

        def derive(viewer: Viewer, *values: Any) -> Any:
            value = compute(viewer, *values)
            if value is None and not nullable(field.type)[1]:
                raise Deviation
            return None if value is None else convert(value)

        values = ", ".join(["context.viewer", *map(writer.variable, derived.needs)])
        writer.entry(key, f"{writer.name(derive)}({values})")

    def _child(self, writer: LevelWriter, child: Child) -> None:
        place = len(writer.children)
        writer.children.append(child)
        needed = [writer.variable(name) for name in child.relation.needs]
        if child.relation.key is same and len(needed) == 1:
            key = needed[0]
        else:
            key = f"{writer.name(child.relation.key)}({', '.join(['context', *needed])})"
        if isinstance(child, ObjectChild) and child.many:
            writer.before += [
                f"k{place} = {key}",
                f"l{place} = s{place}.get(k{place}) if k{place} is not None else []",
                f"if l{place} is None:",
                f"    l{place} = s{place}[k{place}] = []",
            ]
            writer.entry(child.response_key, f"l{place}")
            return
        writer.entry(child.response_key, "None")
        writer.after += [
            f"k{place} = {key}",
            f"if k{place} in s{place}:",
            f"    s{place}[k{place}].append(made)",
            f"elif k{place} is not None:",
            f"    s{place}[k{place}] = [made]",
        ]
        if not child.nullable:
            writer.after += ["else:", "    raise Deviation"]
