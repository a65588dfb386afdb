"""Peer of a request: the client of its connection."""

from ipaddress import IPv6Address, ip_address

from starlette.types import Scope

FORWARDED = frozenset({b"forwarded", b"via", b"x-real-ip"})
"""Headers that proxies add; all that begin with `x-forwarded-` are of this kind, too."""


def is_on_this_machine(scope: Scope) -> bool:
    """Return whether a client on this machine sent the request itself, and not through a proxy.

    A forwarded address is no proof: any client can send such a header.
    """
    if any(name in FORWARDED or name.startswith(b"x-forwarded-") for name, _ in scope["headers"]):
        return False
    try:
        address = ip_address((scope.get("client") or ("",))[0])
    except ValueError:
        return False
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (inner or address).is_loopback
