"""Files that the graph refers to by URL: files of courses, and subtitles as WebVTT."""

import mimetypes
import re
from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from ingest.subtitles import Cue, write_webvtt
from models.storage.objects import FileStore
from resolvers.access.signature import SIGNATURE, viewer_of_path
from resolvers.operations.refusal import Refusal
from resolvers.packages.asset import is_asset
from rest.attachment import attachment
from rest.execute import Execute
from rest.in_process import admit_as
from rest.refusal import of_errors

DIGEST = re.compile(r"[0-9a-f]{64}")
# Only the standard table, so that a file has the same type on every machine.
TYPES = mimetypes.MimeTypes()
for type_, ending in (("text/vtt", ".vtt"), ("image/webp", ".webp"), ("font/woff2", ".woff2")):
    TYPES.add_type(type_, ending)
# Media types that a browser shows without executing content. All others are only saved.
INERT = re.compile(r"(?:image/(?!svg)|audio/|video/)[\w.+-]+|application/pdf")
SCRIPT = re.compile(r"\w+/(?:x-)?(?:java|ecma)script")
# For files that are opened as a page, or after saving or embedding; pictures within an SVG keep their styles.
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
PDF = "application/pdf"
"""Media type that browsers show by a viewer of their own, which a sandbox would stop."""

CUES = """
query Subtitles($id: ID!) {
  subtitleTrack(id: $id) { cues { identifier startsAt endsAt text settings } }
}
"""


FOR_GOOD = "public, max-age=31536000, immutable"
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
"""One range; a number of more digits is beyond any file, and its range is ignored."""


def file_routes(objects: FileStore, execute: Execute) -> list[Route]:
    """Return the routes of course files, and of subtitles for viewers who may read them in the graph."""

    async def asset(request: Request) -> Response:
        digest, name = request.path_params["digest"], request.path_params["name"]
        if not DIGEST.fullmatch(digest):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        if not await is_asset(request.app.state.database, digest):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        headers = {"Cache-Control": FOR_GOOD}
        media_type = media_type_of(name)
        if media_type != PDF:
            headers["Content-Security-Policy"] = POLICY
        if not INERT.fullmatch(media_type):
            headers["Content-Disposition"] = attachment(name)
        return await kept_file(request, objects, digest, media_type, headers)

    async def subtitles(request: Request) -> Response:
        if SIGNATURE in request.query_params:
            finding = viewer_of_path(request.app.state.database, request.url.path, request.query_params)
            try:
                await admit_as(request, finding)
            except Refusal as refusal:
                raise _refused(refusal) from refusal
        result = await execute(CUES, {"id": str(request.path_params["id"])}, request)
        if result.errors:
            raise _refused(of_errors(result.errors))
        track = (result.data or {}).get("subtitleTrack")
        if track is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        cues = [
            Cue(each["startsAt"], each["endsAt"], each["text"], each["identifier"], each["settings"])
            for each in track["cues"]
        ]
        headers = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
        return PlainTextResponse(write_webvtt(cues), headers=headers, media_type="text/vtt")

    return [
        Route("/assets/{digest}/{name}", asset),
        Route("/subtitles/{id:uuid}.vtt", subtitles),
    ]


def _refused(refusal: Refusal) -> HTTPException:
    """Return the exception of a route for a refusal, with the challenge of a 401."""
    who = {"WWW-Authenticate": "Bearer"} if refusal.code == "UNAUTHENTICATED" else {}
    return HTTPException(refusal.status, refusal.message, {**refusal.headers, **who})


async def kept_file(
    request: Request, objects: FileStore, digest: str, media_type: str, headers: Mapping[str, str]
) -> Response:
    """Return a file of the object store: whole, one range, or 304 if it has not changed.

    The content is sent as it is read. A missing file is 404, a range beyond its end 416.
    """
    size = await objects.size(digest)
    if size is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    tag = f'"{digest}"'
    told = {**headers, "ETag": tag, "Accept-Ranges": "bytes", "X-Content-Type-Options": "nosniff"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=told)
    start, end, status = 0, size, HTTPStatus.OK
    if request.headers.get("if-range", tag) == tag and (part := _part(request, size)) is not None:
        start, end = part
        status = HTTPStatus.PARTIAL_CONTENT
        told["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        if start >= end:
            told["Content-Range"] = f"bytes */{size}"
            return Response(status_code=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=told)
    told["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=told, media_type=media_type)
    content = objects.read(digest, start, end)
    return StreamingResponse(content, status, told, media_type)


def _part(request: Request, size: int) -> tuple[int, int] | None:
    """Return the first byte and the end of a `Range` (RFC 9110, 14.2); null for the whole file.

    Several ranges in one request are answered with the whole file, which is allowed. An empty range is not
    satisfiable.
    """
    asked = RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if asked is None or asked[1] == asked[2] == "":
        return None
    if not asked[1]:
        return max(size - int(asked[2]), 0), size
    start, last = int(asked[1]), int(asked[2]) if asked[2] else size - 1
    if last < start and asked[2]:
        return None
    return start, min(last + 1, size)


def media_type_of(name: str) -> str:
    """Return the media type by a file's name; for a script plain text, so that no page of this origin can
    load it.
    """
    media_type, encoding = TYPES.guess_type(name)
    if media_type is None or encoding is not None:
        return "application/octet-stream"
    return "text/plain" if SCRIPT.fullmatch(media_type) else media_type
