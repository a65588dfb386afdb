"""Files that the graph names by address: those of courses, and subtitles as WebVTT."""

import mimetypes
import re
from http import HTTPStatus
from pathlib import Path

from anyio import Path as AsyncPath
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from ingest.store import stored_path
from ingest.subtitles import Cue, write_webvtt
from rest.execute import Execute

DIGEST = re.compile(r"[0-9a-f]{64}")
# The standard table alone, so that a file has the same type on every machine.
TYPES = mimetypes.MimeTypes()
for type_, ending in (("text/vtt", ".vtt"), ("image/webp", ".webp"), ("font/woff2", ".woff2")):
    TYPES.add_type(type_, ending)
# What a browser shows without running anything of it. All else is only to be saved.
INERT = re.compile(r"(?:image/(?!svg)|audio/|video/|font/)[\w.+-]+|text/(?:plain|vtt)|application/pdf")
SCRIPT = re.compile(r"\w+/(?:x-)?(?:java|ecma)script")
# For who opens a saved or embedded file anyway; pictures within an SVG keep their styles.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

CUES = """
query Subtitles($id: ID!) {
  subtitleTrack(id: $id) { cues { identifier startsAt endsAt text settings } }
}
"""


def file_routes(assets: Path, execute: Execute) -> list[Route]:
    """Routes of the files in the folder `assets`, and of subtitles for who may read them in the graph."""

    async def asset(request: Request) -> Response:
        digest, name = request.path_params["digest"], request.path_params["name"]
        if not DIGEST.fullmatch(digest):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        place = stored_path(assets, digest)
        if not await AsyncPath(place).is_file():
            raise HTTPException(HTTPStatus.NOT_FOUND)
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable",
            "ETag": f'"{digest}"',
            "X-Content-Type-Options": "nosniff",
        }
        if f'"{digest}"' in request.headers.get("if-none-match", ""):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        media_type = media_type_of(name)
        if INERT.fullmatch(media_type):
            return FileResponse(place, headers=headers, media_type=media_type)
        headers["Content-Security-Policy"] = POLICY
        return FileResponse(place, headers=headers, media_type=media_type, filename=name)

    async def subtitles(request: Request) -> Response:
        result = await execute(CUES, {"id": str(request.path_params["id"])}, request)
        if result.errors:
            code = (result.errors[0].extensions or {}).get("code")
            if code == "UNAUTHENTICATED":
                raise HTTPException(HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})
            raise HTTPException(HTTPStatus.INTERNAL_SERVER_ERROR)
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


def media_type_of(name: str) -> str:
    """Media type by a file's name; a script's is that of plain text, so that no page of ours can load it."""
    media_type, encoding = TYPES.guess_type(name)
    if media_type is None or encoding is not None:
        return "application/octet-stream"
    return "text/plain" if SCRIPT.fullmatch(media_type) else media_type
