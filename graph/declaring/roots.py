"""Root types: each domain extends them by the fields of its concepts."""

import strawberry

from graph.declaring.node import NodeQuery


@strawberry.type(description="What can be read.")
class Query(NodeQuery):
    pass


@strawberry.type(description="What can be changed.")
class Mutation:
    pass


@strawberry.type(description="What can be subscribed to.")
class Subscription:
    pass
