"""Signed paths: URLs of one file that act for a viewer where no header can be sent, as in `<track>`.

The key is the hash of the viewer's token: no other secret exists or is shared by processes, and a path ends
with its token. A request for the path is one of the token's viewer: rights are checked at each use.
"""

import hmac
import re
import time
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import urlencode

from sqlalchemy import Uuid, bindparam, select

from models.people.token import Token
from models.postgres.database import Database
from resolvers.access.viewer import Viewer, of_tokens
from resolvers.loading.keyset import ID
from resolvers.loading.sql import compiled
from resolvers.operations.errors import Unauthenticated

LIFETIME = 12 * 3600
"""Minimum lifetime of a path in seconds."""

STEP = 3600
"""Ends are multiples of these seconds: repeated reads get the same path, which a browser has cached."""

SIGNATURE = "signature"
"""Name of the query parameter with the signature."""

UNTIL = re.compile(r"[0-9]{1,18}")

_hash = compiled(select(Token.hash).where(Token.id == bindparam("id", type_=Uuid(as_uuid=False))))


def signed(path: str, viewer: Viewer) -> str:
    """Return the path with the viewer's signature, valid for at least `LIFETIME`.

    Without a token, as for anonymous viewers, the path stays as it is.
    """
    if viewer.token_hash is None:
        return path
    until = (int(time.time()) // STEP + 1) * STEP + LIFETIME
    query = {
        "token": viewer.token_id,
        "until": until,
        SIGNATURE: _signature(path, until, viewer.token_hash),
    }
    return f"{path}?{urlencode(query)}"


async def viewer_of_path(database: Database, path: str, query: Mapping[str, str]) -> Viewer:
    """Return the viewer who signed a path; raise `Unauthenticated` if the signature is invalid or has ended,
    or if the viewer's token has.
    """
    token_id, until = query.get("token", ""), query.get("until", "")
    if ID.fullmatch(token_id) and UNTIL.fullmatch(until):
        for (hash_,) in await database.fetch(_hash.sql, {**_hash.constants, "id": token_id}):
            expected = _signature(path, int(until), hash_)
            is_signed = hmac.compare_digest(expected.encode(), query.get(SIGNATURE, "").encode())
            if is_signed and time.time() < int(until):
                for viewer in (await of_tokens(database, {hash_: Viewer().languages})).values():
                    return viewer
    raise Unauthenticated("The URL has expired or is not signed: read it again.")


def _signature(path: str, until: int, key: bytes) -> str:
    return hmac.new(key, f"{path}\n{until}".encode(), sha256).hexdigest()
