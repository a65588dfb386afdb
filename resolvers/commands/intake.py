"""Files on their way into courses: kept in the object store before a command writes a row that names one."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from models.storage.objects import KeptFile
from resolvers.access.scope import check_brings_files
from resolvers.operations.context import Context
from resolvers.operations.errors import Forbidden, Refused, UserErrorCode

C = TypeVar("C", bound=Callable[..., Any])


def takes_file(command: C) -> C:
    """Mark a command whose input names a file by `upload` or `url`; it is given the `file` in their place.

    That is what was kept, or why nothing could be, for the command to raise: one that was done before, under
    the same key, is not refused for an upload that it took in then.
    """
    command.takes_file = True  # type: ignore[attr-defined]
    return command


async def received(context: Context, command: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The input of a command as it takes it. Files are moved here, outside of any transaction."""
    inputs = dict(given)
    if not getattr(command, "takes_file", False):
        return inputs
    upload, url = inputs.pop("upload", None), inputs.pop("url", None)
    try:
        inputs["file"] = await _kept(context, upload, url)
    except Refused as refused:
        inputs["file"] = refused
    return inputs


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
