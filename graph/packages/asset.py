"""Files of courses."""

from datetime import datetime

import strawberry

import resolvers.packages.asset
import resolvers.packages.course_version
from graph.catalogue.course import Course
from graph.declaring.commands import does, taken
from graph.declaring.connection import Connection
from graph.declaring.declare import (
    column,
    derived,
    described,
    entity,
    link,
    listing,
    optional,
)
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation
from graph.packages.course_version import VERSION_NAMED, CourseVersion
from graph.values.payload import Payload
from graph.values.scalars import URL, BigInt
from resolvers.packages.asset import AssetPolicy as AssetPolicy

described(
    AssetPolicy,
    "What becomes of a file where there is one of its path, or none.",
    REJECT="It is refused where there is one.",
    STRICT="It is refused where there is none to replace.",
    LAX="It is taken in any case.",
)


@entity(resolvers.packages.asset.ASSET, "File that belongs to a course.")
class Asset(Node):
    path: str = column("Path in the course.")
    media_type: str = column("Media type, such as `image/png`.")
    size: BigInt = column("Size in bytes.")
    digest: str = column("SHA-256 of what the file holds, in hexadecimal.")
    created_at: datetime = column("When what it holds came into the course.")

    @derived("Where it is; the address changes with what the file holds.", "digest", "path")
    def url(self) -> URL:
        return URL(resolvers.packages.asset.asset_url(self.digest, self.path))


@strawberry.input(description="Which files; several conditions must all hold.")
class AssetFilter:
    path: str | None = optional("File of this path.")
    version: int | None = optional("Files of the version of this number.")


@extends(CourseVersion)
class AssetsOfCourseVersion:
    assets: Connection[Asset] = listing(
        resolvers.packages.asset.OF_VERSION,
        "Files of its package, for the course's team.",
        filter=AssetFilter,
    )


@extends(Course)
class AssetsOfCourse:
    assets: Connection[Asset] = listing(
        resolvers.packages.asset.OF_COURSE, "Files that belong to it, for its team.", filter=AssetFilter
    )


PutAssetInput = taken(
    resolvers.packages.asset.PutAsset,
    "Which file to put where: one that was uploaded, or one at an address.",
    **VERSION_NAMED,
    path="Path in the version, its file's name included.",
    upload="Name of an upload, as `POST /uploads` answers it.",
    url="Address to fetch it from, in at most two minutes.",
    policy="What becomes of it where there is a file of this path, or none.",
)


@strawberry.type(description="What came of putting a file into a version.")
class PutAssetPayload(Payload):
    asset: Asset | None = link(resolvers.packages.asset.BY_ID, "File as it is there now; null for an error.")
    version: CourseVersion | None = link(
        resolvers.packages.course_version.BY_ID, "Version with the file; null for an error."
    )


DeleteAssetInput = taken(
    resolvers.packages.asset.DeleteAsset,
    "Which file to take out.",
    **VERSION_NAMED,
    path="Path of the file in the version.",
)


@strawberry.type(description="What came of taking a file out of a version.")
class DeleteAssetPayload(Payload):
    deleted_id: strawberry.ID | None = column("Id of the file that is no more; null for an error.")
    version: CourseVersion | None = link(
        resolvers.packages.course_version.BY_ID, "Version without the file; null for an error."
    )


@extends(Mutation)
class AssetMutation:
    put_asset: PutAssetPayload = does(
        resolvers.packages.asset.put_asset,
        PutAssetInput,
        "Add a file to a version, or replace one; what was read of its manifest stays as it is.",
    )
    delete_asset: DeleteAssetPayload = does(
        resolvers.packages.asset.delete_asset, DeleteAssetInput, "Take a file out of a version."
    )
