"""Headers of a request, read in one way by every door."""

from starlette.types import Scope

from resolvers.operations.refusal import Refusal

SINGLE = frozenset((b"host", b"authorization", b"content-type", b"origin", b"range"))
"""Headers that are no lists, so that a second line is an error (RFC 9110, 5.3)."""

REPEATED = "scholagraph.repeated"
"""Key of a request's scope: the name of a header that is no list, but has several lines."""


def headers_of(scope: Scope) -> dict[str, str]:
    """Return the headers of a request by their names in lower case.

    Several lines of a list are joined, also in the scope, for all that read it later.
    """
    raw = scope["headers"]
    found = {name.decode("latin-1"): value.decode("latin-1") for name, value in raw}
    if len(found) == len(raw):
        return found
    lines: dict[bytes, list[bytes]] = {}
    for name, value in raw:
        lines.setdefault(name, []).append(value)
    for name, values in lines.items():
        if name in SINGLE and len(values) > 1:
            scope[REPEATED] = name.decode()
            del values[1:]
    joined = [(name, (b"; " if name == b"cookie" else b", ").join(values)) for name, values in lines.items()]
    scope["headers"] = joined
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in joined}


def refuse_repeated(scope: Scope) -> None:
    """Raise `Refusal` if a header that is no list has several lines."""
    if (name := scope.get(REPEATED)) is not None:
        raise Refusal("BAD_REQUEST", f"Send one '{name}' header.")
