"""Files of courses."""

import resolvers
from graph.declare import column, derived, entity
from graph.node import Node
from graph.scalars import URL, BigInt


@entity(resolvers.asset.ASSET, "File that belongs to a course.")
class Asset(Node):
    path: str = column("Path in the course.")
    media_type: str = column("Media type, such as `image/png`.")
    size: BigInt = column("Size in bytes.")
    digest: str = column("SHA-256 of what the file holds, in hexadecimal.")

    @derived("Where it is; the address changes with what the file holds.", "digest", "path")
    def url(self) -> URL:
        return URL(resolvers.asset.asset_url(self.digest, self.path))
