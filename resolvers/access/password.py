"""Passwords, stored only as argon2id hashes (RFC 9106).

Hashing takes about a tenth of a second of CPU and 64 MiB, by intent. It runs in a few threads of its own:
however many users log in, other requests keep a processor, and memory stays bounded. No caller may hold a
connection to the database meanwhile.
"""

import asyncio
import os
import secrets
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from resolvers.operations.errors import Unavailable

if TYPE_CHECKING:
    from argon2 import PasswordHasher

T = TypeVar("T")

AT_ONCE = max((os.cpu_count() or 1) // 2, 1)
"""Passwords that a process hashes in parallel; others wait."""

MOST_WAITING = 40
"""Logins that wait at most, some seconds; the next one is refused."""

PATIENCE = 8
"""Seconds until a client whose login was refused may try again."""

YIELDING = 10
"""Niceness of the threads, on systems where each thread has its own: requests come first."""

_waiting = 0


def hash_password(password: str) -> str:
    """Return the hash of a password, to store."""
    return _hasher().hash(_as_bytes(password))


async def matches(kept: str | None, password: str) -> bool:
    """Check whether `kept` is the hash of a password; takes equally long if there is no hash to compare."""
    return await _hashing(lambda: _matches(kept, password))


async def renewed(kept: str, password: str) -> str | None:
    """Return a new hash if `kept` was made with other than the current parameters; null if it can stay."""
    if not _hasher().check_needs_rehash(kept):
        return None
    return await _hashing(lambda: hash_password(password))


async def _hashing(work: Callable[[], T]) -> T:
    """Run work in a thread for hashes; raise `Unavailable` if too many wait for one."""
    global _waiting  # noqa: PLW0603 (one number per process)
    if _waiting >= AT_ONCE + MOST_WAITING:
        raise Unavailable("Too many users are logging in.", retry_after=PATIENCE)
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads(), work)
    finally:
        _waiting -= 1


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, "password", _yield)


def _yield() -> None:
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), YIELDING)


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
