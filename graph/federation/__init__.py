"""Apollo Federation: a schema becomes a subgraph, whose entities a router names by their keys.

It knows nothing of what the schema is about: types, keys and the directives of the subgraph's SDL are given.
"""
