"""The level-by-level executor: a document is planned once, and a field runs once for all objects of a level.

It does the usual way and nothing else. Whatever deviates (a wrong value, a null where none may be, a
resolver that raises, an argument that is refused) ends it, and the operation runs on graphql-core over the
same declarations, which knows the exact errors. Queries change nothing, so they may run twice; what a
mutation has done is not done again (`graph.declaring.declare.perform`).
"""
