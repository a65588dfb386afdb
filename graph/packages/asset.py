"""Assets: files of course versions."""

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
    "Policy for adding or replacing a file at a path.",
    REJECT="Refuse to replace an existing file.",
    STRICT="Refuse to add a new file; only replace.",
    LAX="Add or replace the file.",
)


@entity(resolvers.packages.asset.ASSET, "File of a course, stored by its digest.")
class Asset(Node):
    path: str = column("Path of the file in the course.")
    media_type: str = column("Media type, such as `image/png`.")
    size: BigInt = column("Size of the file in bytes.")
    digest: str = column("SHA-256 of the content in hexadecimal.")
    created_at: datetime = column("Timestamp of the last change of the content.")

    @derived("URL of the file; changes with the content.", "digest", "path")
    def url(self) -> URL:
        return URL(resolvers.packages.asset.asset_url(self.digest, self.path))


@strawberry.input(description="Filter for assets; conditions are combined with AND.")
class AssetFilter:
    path: str | None = optional("Only files at this path.")
    version: int | None = optional("Only files of the version with this number.")


@extends(CourseVersion)
class AssetsOfCourseVersion:
    assets: Connection[Asset] = listing(
        resolvers.packages.asset.OF_VERSION,
        "Files of the package, by path; empty unless the viewer is in the course team.",
        filter=AssetFilter,
    )


@extends(Course)
class AssetsOfCourse:
    assets: Connection[Asset] = listing(
        resolvers.packages.asset.OF_COURSE,
        "Files of the course, by path; empty unless the viewer is in the course team.",
        filter=AssetFilter,
    )


PutAssetInput = taken(
    resolvers.packages.asset.PutAsset,
    "Input for adding or replacing a file; give either `upload` or `url`.",
    **VERSION_NAMED,
    path="Path in the version, with the name of the file.",
    upload="Name of an upload, as returned by `POST /uploads`.",
    url="URL to download the file from; the download may take two minutes.",
    policy="Policy for an existing file at the path.",
)


@strawberry.type(description="Result of adding or replacing a file.")
class PutAssetPayload(Payload):
    asset: Asset | None = link(
        resolvers.packages.asset.BY_ID, "Stored file; null if the mutation was refused."
    )
    version: CourseVersion | None = link(
        resolvers.packages.course_version.BY_ID, "Version with the file; null if the mutation was refused."
    )


DeleteAssetInput = taken(
    resolvers.packages.asset.DeleteAsset,
    "Input for deleting a file.",
    **VERSION_NAMED,
    path="Path of the file in the version.",
)


@strawberry.type(description="Result of deleting a file from a version.")
class DeleteAssetPayload(Payload):
    deleted_id: strawberry.ID | None = column("Id of the deleted file; null if the mutation was refused.")
    version: CourseVersion | None = link(
        resolvers.packages.course_version.BY_ID, "Version without the file; null if the mutation was refused."
    )


@extends(Mutation)
class AssetMutation:
    put_asset: PutAssetPayload = does(
        resolvers.packages.asset.put_asset,
        PutAssetInput,
        "Add or replace a file of a course version; the imported manifest is not read again.",
    )
    delete_asset: DeleteAssetPayload = does(
        resolvers.packages.asset.delete_asset, DeleteAssetInput, "Delete a file from a course version."
    )
