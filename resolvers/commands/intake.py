"""Intake of files: moved to the object store before a command writes a row that refers to one."""

from typing import Any

from models.storage.objects import KeptFile
from resolvers.access.scope import check_brings_files
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.operations.context import Context
from resolvers.operations.errors import Forbidden


async def received(context: Context, given: Any) -> KeptFile | Refused:
    """Return the stored file of an input's `upload` or `url`, or the refusal if there is none.

    Files are moved here, outside of any transaction.
    """
    try:
        return await _kept(context, given.upload, given.url)
    except Refused as refused:
        return refused


async def _kept(context: Context, upload: str | None, url: str | None) -> KeptFile:
    try:
        check_brings_files(context.viewer)
    except Forbidden as error:
        raise Refused(UserErrorCode.NOT_ACCESSIBLE, str(error)) from error
    if (upload is None) == (url is None):
        raise Refused(UserErrorCode.INVALID_INPUT, "Give either 'upload' or 'url'.", "upload")
    assert context.intake is not None, "servers take files in"  # noqa: S101
    with context.off_the_clock():
        return await (context.intake.fetch(url) if url is not None else context.intake.adopt(upload or ""))
