"""Nothing is in the graph without a policy: a schema with an undeclared type or field is not built."""

from graphql import GraphQLObjectType, GraphQLSchema

from graph.declaring.source import source_of


class Unguarded(Exception):  # noqa: N818 (reads as what it says)
    """A field says neither where its value comes from nor, by that, who may see it."""


def unguarded(schema: GraphQLSchema) -> list[str]:
    """Coordinates of all fields that have no declaration (`graph.declaring.source`)."""
    return [
        f"{of.name}.{name}"
        for of in schema.type_map.values()
        if isinstance(of, GraphQLObjectType) and not of.name.startswith("_")
        for name, field in of.fields.items()
        if source_of(field) is None
    ]


def check(schema: GraphQLSchema) -> None:
    """Raise `Unguarded` naming every field without a declaration."""
    if found := unguarded(schema):
        raise Unguarded(f"Fields without a policy: {', '.join(found)}")
