"""Signed statements, with a JWS of the statement as an attachment (xAPI 1.0.3, part two, 2.6)."""

import re
from base64 import b64decode, urlsafe_b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from typing import Any

from resolvers.operations.json_text import read_json_text
from resolvers.packages.record_store import UNCOMPARED, normalized
from runtime.xapi.form import MalformedStatement

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
JWS = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
ALGORITHMS = {"RS256": "SHA256", "RS384": "SHA384", "RS512": "SHA512"}
"""Names of hash functions by allowed signature algorithm."""


def check_signature(statement: Mapping[str, Any], said: Mapping[str, Any], content: bytes) -> None:
    """Check that a signature matches its statement, and its certificate if it has one.

    `statement` is the statement or SubStatement with the attachment `said`; `content` is the file. Trust in
    the certificate is left to readers of the statement. Raises `MalformedStatement`.
    """
    if said["contentType"] != "application/octet-stream" or JWS.fullmatch(content) is None:
        raise MalformedStatement("A signature must be a JWS in compact form, as application/octet-stream.")
    parts = content.split(b".")
    try:
        header, payload, signature = (urlsafe_b64decode(part + b"==") for part in parts)
        head, signed = read_json_text(header), read_json_text(payload)
    except (Base64Error, ValueError) as error:
        raise MalformedStatement("A signature's header and payload must be JSON in base64url.") from error
    if not isinstance(head, dict) or head.get("alg") not in ALGORITHMS:
        raise MalformedStatement(f"A signature's algorithm must be one of {', '.join(ALGORITHMS)}.")
    if not isinstance(signed, dict) or _unsigned(signed) != _unsigned(statement):
        raise MalformedStatement("The signed statement differs from the sent statement.")
    if "x5c" in head:
        _verify(head, b".".join(parts[:2]), signature)


def _unsigned(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return a statement without its signatures and without fields that a store may change."""
    kept = {name: value for name, value in normalized(statement).items() if name not in ("id", *UNCOMPARED)}
    others = [each for each in kept.pop("attachments", []) if each.get("usageType") != SIGNATURE]
    return {**kept, "attachments": others}


def _verify(head: Mapping[str, Any], signed: bytes, signature: bytes) -> None:
    """Check a signature with the key of its certificate, the first of the chain (RFC 7515, 4.1.6)."""
    # Few statements are signed: the import is deferred to keep the start fast.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import load_der_x509_certificate

    try:
        key = load_der_x509_certificate(b64decode(head["x5c"][0], validate=True)).public_key()
    except (Base64Error, ValueError, TypeError, LookupError) as error:
        raise MalformedStatement("A signature's 'x5c' begins with its certificate.") from error
    if not isinstance(key, RSAPublicKey):
        raise MalformedStatement("A signature's certificate has a key of RSA.")
    try:
        key.verify(signature, signed, PKCS1v15(), getattr(hashes, ALGORITHMS[head["alg"]])())
    except InvalidSignature as error:
        raise MalformedStatement("A signature does not match the key of its certificate.") from error
