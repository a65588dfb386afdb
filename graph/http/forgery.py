"""CSRF: requests that a page of another origin could make a browser send, with its cookies."""

from collections.abc import Mapping

from resolvers.operations.refusal import Refusal

SIMPLE = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
"""Content types that a page may send to any origin without a preflight request."""

PREFLIGHT_HEADERS = ("apollo-require-preflight", "x-apollo-operation-name")
"""Headers that a page can send only after a preflight request; one of them is sufficient."""


def refuse_forged(headers: Mapping[str, str]) -> None:
    """Raise `Refusal` for a request that a page of another origin could have made a browser send."""
    if headers.get("content-type", SIMPLE[0]).partition(";")[0].strip().lower() not in SIMPLE:
        return
    if not any(headers.get(name) for name in PREFLIGHT_HEADERS):
        raise Refusal("CSRF_HEADER_MISSING", "Send the header 'Apollo-Require-Preflight: true'.")
