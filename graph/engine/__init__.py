"""The level-by-level executor: a document is planned once, and a field runs once for all objects of a level.

The engine handles only the regular case. Any deviation (an invalid value, a null in a non-null field, a
resolver that raises, a refused argument) ends it, and the operation runs on graphql-core over the same
declarations, which reports the exact errors. Queries write nothing, so they may run twice; the commands of a
mutation do not run again (`graph.execution.perform`).
"""
