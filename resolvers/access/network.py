"""Networks of IP addresses: whatever is limited per address is limited per network."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

LONGEST = 64
"""Characters that are read of an address; a valid one is shorter."""


def network(address: str | None) -> str:
    """Return the network of an IP address; an invalid address is returned as it is.

    For IPv6 the first 64 bits are one network: the owner of one of these addresses has all of them.
    """
    return _network((address or "")[:LONGEST])


@lru_cache(maxsize=10_000)
def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> 64 << 64))
