"""Statements with attachments, as `multipart/mixed` (xAPI 1.0.3, part three, 1.5.2)."""

import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Any

import orjson
from starlette.responses import StreamingResponse

from models.storage.objects import FileStore
from runtime.xapi.form import MalformedStatement
from runtime.xapi.signature import SIGNATURE, check_signature

HASH = "X-Experience-API-Hash"
ENCODING = "Content-Transfer-Encoding"
SHA2 = {56: hashlib.sha224, 64: hashlib.sha256, 96: hashlib.sha384, 128: hashlib.sha512}
"""Hash functions by number of hex digits."""


def is_multipart(content_type: str) -> bool:
    """Return whether a body has parts."""
    return content_type.partition(";")[0].strip().lower() == "multipart/mixed"


def read_multipart(content_type: str, body: bytes) -> tuple[bytes, dict[str, bytes]]:
    """Return the statements' JSON, and the files by hash in lower case. Raises `MalformedStatement`."""
    header = Message()
    header["Content-Type"] = content_type
    if not (boundary := header.get_boundary()):
        raise MalformedStatement("A body of 'multipart/mixed' must name its boundary.")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise MalformedStatement("The body does not end with its boundary.")
    first, *others = [_part(piece) for piece in pieces[1:-1]]
    if first[0].get_content_type() != "application/json":
        raise MalformedStatement("The first part must be the statements, as application/json.")
    files: dict[str, bytes] = {}
    for headers, content in others:
        sha2 = (headers.get(HASH) or "").strip().lower()
        if (headers.get(ENCODING) or "").strip().lower() != "binary":
            raise MalformedStatement(f"Every part after the first must have the header '{ENCODING}: binary'.")
        if (hashing := SHA2.get(len(sha2))) is None or hashing(content).hexdigest() != sha2:
            raise MalformedStatement(f"A part's '{HASH}' is not the SHA-2 of its content: {sha2!r}.")
        files[sha2] = content
    return first[1], files


def _part(piece: bytes) -> tuple[Message, bytes]:
    """Return headers and content of a part."""
    _, _, rest = piece.partition(b"\r\n")
    if rest.startswith(b"\r\n"):
        return Message(), rest[2:]
    head, separator, content = rest.partition(b"\r\n\r\n")
    if not separator:
        raise MalformedStatement("A part must have an empty line after its headers.")
    return BytesHeaderParser().parsebytes(head + b"\r\n"), content


def check_files(statements: Sequence[Mapping[str, Any]], files: Mapping[str, bytes]) -> None:
    """Check that each file has an attachment of its length, and each attachment without URL has a file."""
    parts = [part for statement in statements for part in (statement, statement["object"])]
    said = [(part, each) for part in parts for each in part.get("attachments", ())]
    named = {each["sha2"].lower() for _, each in said}
    if unnamed := files.keys() - named:
        raise MalformedStatement(f"No statement has an attachment with the hash {min(unnamed)}.")
    for part, each in said:
        content = files.get(each["sha2"].lower())
        if content is None:
            if "fileUrl" not in each:
                raise MalformedStatement(
                    f"The attachment {each['sha2']} has neither a 'fileUrl' nor a part of the request."
                )
            continue
        if each["length"] != len(content):
            raise MalformedStatement(
                f"The attachment {each['sha2']} has {len(content)} bytes, not {each['length']}."
            )
        if each["usageType"] == SIGNATURE:
            check_signature(part, each, content)


def with_files(
    objects: FileStore, content: Any, files: Sequence[tuple[Mapping[str, Any], str]]
) -> StreamingResponse:
    """Return a response of JSON in the first part, followed by the files, streamed from the object store."""
    boundary = secrets.token_hex(24)

    async def parts() -> AsyncIterator[bytes]:
        yield _head(boundary, {"Content-Type": "application/json"}) + orjson.dumps(content)
        for said, digest in files:
            headers = {"Content-Type": said["contentType"], ENCODING: "binary", HASH: said["sha2"]}
            yield b"\r\n" + _head(boundary, headers)
            async for chunk in objects.read(digest):
                yield chunk
        yield f"\r\n--{boundary}--\r\n".encode()

    return StreamingResponse(parts(), media_type=f"multipart/mixed; boundary={boundary}")


def _head(boundary: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"--{boundary}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
