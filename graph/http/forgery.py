"""CSRF: requests that a page of another origin could make a browser send, cookies and all."""

from collections.abc import Mapping

from resolvers.operations.refusal import Refusal

SIMPLE = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
"""Content types that a page may send anywhere without asking first."""

PREFLIGHT_HEADERS = ("apollo-require-preflight", "x-apollo-operation-name")
"""Headers that a page can only send after its browser has asked; one of them is enough."""


def refuse_forged(headers: Mapping[str, str]) -> None:
    """`Refusal` for a request that a foreign page could have made a browser send, cookies and all."""
    if headers.get("content-type", SIMPLE[0]).partition(";")[0].strip().lower() not in SIMPLE:
        return
    if not any(headers.get(name) for name in PREFLIGHT_HEADERS):
        raise Refusal("CSRF_HEADER_MISSING", "Send the header 'Apollo-Require-Preflight: true'.")
