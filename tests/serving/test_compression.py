"""Compression: what clients want, and that it is undone to the same."""

import gzip
import json

import brotli  # type: ignore[import-untyped]
import httpx
import pytest

from serving.compression import SMALLEST, chosen_coding, compressed

LONG = {"query": "{ __schema { types { name description } } }"}
SHORT = {"query": "{ __typename }"}


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("gzip;q=0, br;q=0", None),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("identity, gzip;q=0.5", None),
        ("GZIP", "gzip"),
        ("deflate", None),
        ("", None),
    ],
)
def test_the_client_chooses(accept_encoding: str, coding: str | None) -> None:
    assert chosen_coding(accept_encoding) == coding


def test_what_is_compressed_is_the_same() -> None:
    body = json.dumps(LONG).encode() * 10
    assert brotli.decompress(compressed(body, "br")) == body
    assert gzip.decompress(compressed(body, "gzip")) == body
    assert len(compressed(body, "br")) < len(body) / 4


@pytest.mark.parametrize("coding", ["br", "gzip"])
async def test_long_answers_are_compressed(client: httpx.AsyncClient, coding: str) -> None:
    plain = await client.post("/graphql", json=LONG, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert len(plain.content) >= SMALLEST
    packed = await client.post("/graphql", json=LONG, headers={"accept-encoding": coding})
    assert packed.headers["content-encoding"] == coding
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.json() == plain.json()
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


async def test_short_answers_are_not(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json=SHORT, headers={"accept-encoding": "br"})
    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers
