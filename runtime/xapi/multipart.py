"""Statements with their files, as `multipart/mixed` (xAPI 1.0.3, part three, 1.5.2)."""

import hashlib
import re
import secrets
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from collections.abc import AsyncIterator, Mapping, Sequence
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Any

import orjson
from starlette.responses import StreamingResponse

from models.objects import Objects
from resolvers.statement_attachment import attachments_of
from runtime.xapi.form import Malformed

HASH = "X-Experience-API-Hash"
ENCODING = "Content-Transfer-Encoding"
SHA2 = {56: hashlib.sha224, 64: hashlib.sha256, 96: hashlib.sha384, 128: hashlib.sha512}
"""By the number of digits in hex."""

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
SIGNED_BY = ("RS256", "RS384", "RS512")
JWS = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


def is_multipart(content_type: str) -> bool:
    """Whether a body has parts."""
    return content_type.partition(";")[0].strip().lower() == "multipart/mixed"


def read_multipart(content_type: str, body: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The statements' JSON, and the files by their hash in lower case. Raises `Malformed`."""
    header = Message()
    header["Content-Type"] = content_type
    if not (boundary := header.get_boundary()):
        raise Malformed("A body of 'multipart/mixed' names its boundary.")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise Malformed("The body does not end with its boundary.")
    first, *others = [_part(piece) for piece in pieces[1:-1]]
    if first[0].get_content_type() != "application/json":
        raise Malformed("The first part is the statements, as application/json.")
    files: dict[str, bytes] = {}
    for headers, content in others:
        sha2 = (headers.get(HASH) or "").strip().lower()
        if (headers.get(ENCODING) or "").strip().lower() != "binary":
            raise Malformed(f"A part behind the first has the header '{ENCODING}: binary'.")
        if (hashing := SHA2.get(len(sha2))) is None or hashing(content).hexdigest() != sha2:
            raise Malformed(f"A part's '{HASH}' is not the SHA-2 of what it holds: {sha2!r}.")
        files[sha2] = content
    return first[1], files


def _part(piece: bytes) -> tuple[Message, bytes]:
    """Headers of a part, and what it holds."""
    _, _, rest = piece.partition(b"\r\n")
    if rest.startswith(b"\r\n"):
        return Message(), rest[2:]
    head, separator, content = rest.partition(b"\r\n\r\n")
    if not separator:
        raise Malformed("A part has an empty line behind its headers.")
    return BytesHeaderParser().parsebytes(head + b"\r\n"), content


def check_files(statements: Sequence[Mapping[str, Any]], files: Mapping[str, bytes]) -> None:
    """Check that each file is named, and each that has no address is there."""
    said = [each for statement in statements for each in attachments_of(statement)]
    named = {each["sha2"].lower() for each in said}
    if unnamed := files.keys() - named:
        raise Malformed(f"No statement has an attachment of the hash {min(unnamed)}.")
    for each in said:
        content = files.get(each["sha2"].lower())
        if content is None and "fileUrl" not in each:
            raise Malformed(
                f"The attachment {each['sha2']} has neither a 'fileUrl' nor a part of the request."
            )
        if content is not None and each["usageType"] == SIGNATURE:
            _check_signature(each, content)


def _check_signature(said: Mapping[str, Any], content: bytes) -> None:
    """Check the form of a signature (part two, 2.6); whose it is, who reads it finds out."""
    if said["contentType"] != "application/octet-stream" or JWS.fullmatch(content) is None:
        raise Malformed("A signature is a JWS in its compact form, as application/octet-stream.")
    try:
        header, payload = (orjson.loads(urlsafe_b64decode(part + b"==")) for part in content.split(b".")[:2])
    except (Base64Error, ValueError) as error:
        raise Malformed("A signature's header and payload are JSON.") from error
    if not isinstance(payload, dict) or not isinstance(header, dict) or header.get("alg") not in SIGNED_BY:
        raise Malformed(f"A signature is of a statement, by one of {', '.join(SIGNED_BY)}.")


def with_files(
    objects: Objects, content: Any, files: Sequence[tuple[Mapping[str, Any], str]]
) -> StreamingResponse:
    """An answer whose first part is JSON, and the files behind it as they are read."""
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
