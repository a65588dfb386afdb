"""Assets: lists for the course team, URLs, and commands that add, replace and delete files."""

import mimetypes
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from models.packages.asset import Asset
from models.packages.course_version import CourseVersion
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import KeptFile
from resolvers.access.scope import Verb
from resolvers.access.viewer import Viewer, teaches
from resolvers.catalogue.course import COURSE
from resolvers.commands.command import command, command_with_file
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.commands.text import is_storable
from resolvers.commands.values import URL
from resolvers.loading.entity import Entity
from resolvers.loading.page import Page
from resolvers.loading.relation import One
from resolvers.loading.sql import compiled
from resolvers.packages.course_version import VersionNamed, named_version, team_version

LONGEST_PATH = 1000
UNNAMED = re.compile(r"(?:^|/)(?:\.{0,2})(?:/|$)|[\x00-\x1f\x7f]")
"""Forbidden in a path: empty names, `.`, `..`, and control characters."""


class AssetPolicy(StrEnum):
    """Policy for adding or replacing a file at a path (SCORM Cloud: updateAssetPolicy)."""

    REJECT = "reject"
    STRICT = "strict"
    LAX = "lax"


ASSET = Entity(
    model=Asset,
    rows=lambda role: teaches(Asset.__table__.c.course_id, role),
    within=("course_id", COURSE),
    filters={
        "path": lambda value: Asset.path == value,
        "version": lambda value: Asset.version_id.in_(
            select(CourseVersion.id).where(
                CourseVersion.course_id == Asset.course_id, CourseVersion.number == value
            )
        ),
    },
    orders={"PATH": (lambda _: Asset.path,)},
)

BY_ID = One(target=ASSET, needs=("asset_id",))
OF_COURSE = Page(target=ASSET, by="course_id", order="PATH", of=COURSE)
OF_VERSION = Page(target=ASSET, by="version_id", order="PATH")


def asset_url(digest: str, path: str) -> str:
    """Return the URL of the file with this digest, ending in the last name of `path`.

    The digest is the only credential: texts link to files, and a browser sends no token for a picture.
    Files that no course has are not served by it (`is_asset`).
    """
    return f"/assets/{digest}/{quote(path.rpartition('/')[2], safe='')}"


async def is_asset(database: Database, digest: str) -> bool:
    """Return whether a file is one of a course; the object store also has the attachments of learners."""
    return bool(await database.fetch(_ASSET.sql, {**_ASSET.constants, "digest": digest}))


_ASSET = compiled(select(Asset.id).where(Asset.digest == bindparam("digest", type_=Text)).limit(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAsset(VersionNamed):
    """File to add or replace at a path of a version."""

    path: str
    upload: str | None = None
    url: URL | None = None
    policy: AssetPolicy = AssetPolicy.LAX


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetPut:
    """Stored file, and its version."""

    asset_id: str
    version_id: str


@command_with_file(UserErrorCode.NOT_FOUND, UserErrorCode.NOT_ACCESSIBLE, UserErrorCode.INVALID_INPUT)
async def put_asset(
    session: AsyncSession, viewer: Viewer, given: PutAsset, file: KeptFile | Refused
) -> AssetPut:
    """Add or replace a file of a course version."""
    path = checked_path(given.path)
    if isinstance(file, Refused):
        raise file
    course_id, version_id = await _locked(session, viewer, given)
    here = (Asset.version_id == version_id, Asset.path == path)
    asset_id = await session.scalar(select(Asset.id).where(*here))
    if given.policy == AssetPolicy.REJECT and asset_id is not None:
        raise Refused(UserErrorCode.INVALID_INPUT, "A file with this path already exists.", "policy")
    if given.policy == AssetPolicy.STRICT and asset_id is None:
        raise Refused(UserErrorCode.INVALID_INPUT, "There is no file with this path to replace.", "policy")
    holds = {"digest": file.digest, "size": file.size, "created_at": func.now()}
    if asset_id is None:
        asset_id = new_id()
        media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
        place = {"id": asset_id, "course_id": course_id, "version_id": version_id, "path": path}
        await session.execute(insert(Asset).values(**place, media_type=media_type, **holds))
    else:
        await session.execute(update(Asset).where(*here).values(**holds))
    await _edited(session, version_id)
    return AssetPut(asset_id=asset_id, version_id=version_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteAsset(VersionNamed):
    """File to delete from a version."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetDeleted:
    """Id of the deleted file, and its version."""

    deleted_id: str
    version_id: str


@command(UserErrorCode.NOT_FOUND, UserErrorCode.NOT_ACCESSIBLE, UserErrorCode.INVALID_INPUT, verb=Verb.DELETE)
async def delete_asset(session: AsyncSession, viewer: Viewer, given: DeleteAsset) -> AssetDeleted:
    """Delete a file from a course version."""
    path = checked_path(given.path)
    _, version_id = await _locked(session, viewer, given)
    gone = delete(Asset).where(Asset.version_id == version_id, Asset.path == path).returning(Asset.id)
    if (deleted := await session.scalar(gone)) is None:
        raise Refused(UserErrorCode.NOT_FOUND, "There is no file with this path.", "path")
    await _edited(session, version_id)
    return AssetDeleted(deleted_id=deleted, version_id=version_id)


def checked_path(path: str) -> str:
    """Return the path of a file in its course, without a leading `/`; refuse a path outside the course."""
    clean = path.replace("\\", "/").removeprefix("/")
    if UNNAMED.search(clean) or not is_storable(path, LONGEST_PATH):
        message = f"Give a path of a file within the course, of at most {LONGEST_PATH} characters."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "path")
    return clean


async def _locked(
    session: AsyncSession,
    viewer: Viewer,
    given: VersionNamed,
) -> tuple[str, str]:
    """Return ids of the course and the version; lock the version's files until the transaction ends."""
    if not viewer.keeps_courses:
        raise Refused(UserErrorCode.NOT_ACCESSIBLE, "Only staff and applications can change files.")
    course, found = await team_version(session, viewer, named_version(viewer, given))
    await session.execute(select(CourseVersion.id).where(CourseVersion.id == found).with_for_update())
    return course, found


async def _edited(session: AsyncSession, version_id: str) -> None:
    """Raise the edition of a version after a change of its files."""
    edited = update(CourseVersion).where(CourseVersion.id == version_id)
    await session.execute(edited.values(edition=CourseVersion.edition + 1, updated_at=func.now()))
