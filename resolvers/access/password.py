"""Passwords, stored only as argon2id hashes (RFC 9106).

Hashing takes about a tenth of a second of CPU and 64 MiB, by intent: `to_thread` keeps it off the event loop.
"""

import asyncio
import secrets
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher


def hash_password(password: str) -> str:
    """Return the hash of a password, to store."""
    return _hasher().hash(_as_bytes(password))


async def matches(kept: str | None, password: str) -> bool:
    """Check whether `kept` is the hash of a password; takes equally long if there is no hash to compare."""
    return await asyncio.to_thread(_matches, kept, password)


async def renewed(kept: str, password: str) -> str | None:
    """Return a new hash if `kept` was made with other than the current parameters; null if it can stay."""
    if not _hasher().check_needs_rehash(kept):
        return None
    return await asyncio.to_thread(hash_password, password)


def _matches(kept: str | None, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    decoy = _decoy()
    try:
        return _hasher().verify(kept or decoy, _as_bytes(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # imported with the first password, because most viewers use a token

    return PasswordHasher()


@cache
def _decoy() -> str:
    return hash_password(secrets.token_hex())


def _as_bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")  # JSON can contain halves of surrogate pairs
