"""Signed statements: a signature is of its statement, and by the certificate that it brings."""

import hashlib
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import CertificateBuilder, Name, NameAttribute, random_serial_number
from cryptography.x509.oid import NameOID

from runtime.xapi.form import MalformedStatement
from runtime.xapi.multipart import check_files
from tests.runtime.test_xapi import STATEMENT

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
HASHES = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}
OTHER_ATTACHMENT = {
    "usageType": "http://id.tincanapi.com/attachment/certificate-of-completion",
    "display": {"en": "Certificate"},
    "contentType": "text/plain",
    "length": 1,
    "sha2": hashlib.sha256(b"a").hexdigest(),
    "fileUrl": "https://example.org/a",
}


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def certificate(key: Key) -> str:
    """A certificate of a key, by itself, as `x5c` has it."""
    name = Name([NameAttribute(NameOID.COMMON_NAME, "Ada")])
    now = datetime.now(UTC)
    made = (
        CertificateBuilder(name, name, key.public_key(), random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return b64encode(made.public_bytes(Encoding.DER)).decode()


def part(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")


def jws(payload: Any, header: Any) -> bytes:
    """What a client signs; by SHA-256 where its header names no other hash."""
    signed = b".".join(part(json.dumps(each).encode()) for each in (header, payload))
    algorithm = HASHES.get(header["alg"] if header else "", hashes.SHA256())
    return b".".join([signed, part(rsa_key().sign(signed, PKCS1v15(), algorithm))])


def check(content: bytes, statement: Any = STATEMENT, content_type: str = "application/octet-stream") -> None:
    """Check a statement that is sent with a signature."""
    said: dict[str, Any] = {
        "usageType": SIGNATURE,
        "display": {"en": "Signature"},
        "contentType": content_type,
        "length": len(content),
        "sha2": hashlib.sha256(content).hexdigest(),
    }
    sent = {**statement, "attachments": [*statement.get("attachments", ()), said]}
    check_files([sent], {said["sha2"]: content})


@pytest.mark.parametrize("algorithm", HASHES)
@pytest.mark.parametrize("has_certificate", [True, False])
def test_a_signature_is_by_its_certificate(algorithm: str, has_certificate: bool) -> None:
    header = {"alg": algorithm, **({"x5c": [certificate(rsa_key())]} if has_certificate else {})}
    check(jws(STATEMENT, header))


def test_what_a_store_may_change_is_not_signed() -> None:
    activity = {"id": "https://example.org/course"}
    signed = {
        **STATEMENT,
        "version": "1.0.0",
        "attachments": [OTHER_ATTACHMENT],
        "context": {"contextActivities": {"parent": activity}},
    }
    kept = {
        **signed,
        "id": "01a21550-dd95-719c-8072-37b52191dcbb",
        "timestamp": "2026-11-26T00:00:00Z",
        "context": {"contextActivities": {"parent": [activity]}},
    }
    check(jws(signed, {"alg": "RS256"}), kept)


def test_a_part_of_a_statement_may_be_signed() -> None:
    part_ = {"objectType": "SubStatement", **STATEMENT}
    content = jws(part_, {"alg": "RS256"})
    said: dict[str, Any] = {
        "usageType": SIGNATURE,
        "contentType": "application/octet-stream",
        "length": len(content),
        "sha2": hashlib.sha256(content).hexdigest(),
    }
    sent = {**STATEMENT, "object": {**part_, "attachments": [said]}}
    check_files([sent], {said["sha2"]: content})


HEADER = {"alg": "RS256"}
REFUSED_SIGNATURES: dict[str, tuple[Callable[[], bytes], str]] = {
    "of another statement": (
        lambda: jws({**STATEMENT, "result": {"success": True}}, HEADER),
        "differs from the sent statement",
    ),
    "of nothing": (lambda: jws([], HEADER), "differs from the sent statement"),
    "by nothing": (lambda: jws(STATEMENT, {"alg": "none"}), "must be one of RS256"),
    "by no header": (lambda: jws(STATEMENT, []), "must be one of RS256"),
    "no JSON": (lambda: b"a.b.c", "must be JSON"),
    "no JWS": (lambda: b"signed", "in compact form"),
    "by no certificate": (lambda: jws(STATEMENT, {**HEADER, "x5c": ["YQ=="]}), "begins with its certificate"),
    "by an empty chain": (lambda: jws(STATEMENT, {**HEADER, "x5c": []}), "begins with its certificate"),
    "by no chain": (lambda: jws(STATEMENT, {**HEADER, "x5c": 1}), "begins with its certificate"),
    "by another kind of key": (
        lambda: jws(STATEMENT, {**HEADER, "x5c": [certificate(ec.generate_private_key(ec.SECP256R1()))]}),
        "has a key of RSA",
    ),
    "by another key": (
        lambda: jws(STATEMENT, {**HEADER, "x5c": [certificate(rsa.generate_private_key(65537, 2048))]}),
        "does not match the key",
    ),
    "by a signature that was changed": (
        lambda: jws(STATEMENT, {**HEADER, "x5c": [certificate(rsa_key())]})[:-4] + b"AAAA",
        "does not match the key",
    ),
}


@pytest.mark.parametrize("how", REFUSED_SIGNATURES)
def test_what_is_no_signature_is_refused(how: str) -> None:
    content, why = REFUSED_SIGNATURES[how]
    with pytest.raises(MalformedStatement, match=why):
        check(content())


def test_a_signature_is_no_text() -> None:
    with pytest.raises(MalformedStatement, match="application/octet-stream"):
        check(jws(STATEMENT, HEADER), content_type="text/plain")
