"""Apollo Federation: a schema becomes a subgraph; routers reference its entities by keys.

The package is independent of the schema: types, keys and the directives of the subgraph's SDL are parameters.
"""
