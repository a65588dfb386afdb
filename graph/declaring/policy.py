"""Check that every type and field has a policy: a schema with an undeclared field is not built."""

from graphql import GraphQLObjectType, GraphQLSchema

from graph.declaring.source import source_of


class Unguarded(Exception):  # noqa: N818 (reads as what it says)
    """Raised if a field declares no source, and therefore no policy."""


def unguarded(schema: GraphQLSchema) -> list[str]:
    """Return the coordinates of all fields without a declaration (`graph.declaring.source`)."""
    return [
        f"{of.name}.{name}"
        for of in schema.type_map.values()
        if isinstance(of, GraphQLObjectType) and not of.name.startswith("_")
        for name, field in of.fields.items()
        if source_of(field) is None
    ]


def check(schema: GraphQLSchema) -> None:
    """Raise `Unguarded` with every field that has no declaration."""
    if found := unguarded(schema):
        raise Unguarded(f"Fields without a policy: {', '.join(found)}")
