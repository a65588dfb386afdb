"""Root types; each domain extends them with the fields of its concepts."""

import strawberry

from graph.declaring.node import NodeQuery


@strawberry.type(description="Root fields that read; they write nothing.")
class Query(NodeQuery):
    pass


@strawberry.type(description="Root fields that write, each in its own transaction.")
class Mutation:
    pass


@strawberry.type(description="Root fields that deliver events.")
class Subscription:
    pass
