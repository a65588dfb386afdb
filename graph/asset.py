"""Files of courses."""

import resolvers
from graph.declare import column, entity
from graph.node import Node
from graph.scalars import URL, BigInt


@entity(resolvers.asset.ASSET, "File that belongs to a course.")
class Asset(Node):
    path: str = column("Path in the course.")
    media_type: str = column("Media type, such as `image/png`.")
    size: BigInt = column("Size in bytes.")
    url: URL = column("Where it is; the address changes with what the file holds.")
