"""Networks of IP addresses."""

import pytest

from resolvers.access.network import LONGEST, network


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("test 1", "test 1"),
        ("", ""),
        (None, ""),
        ("x" * 1000, "x" * LONGEST),
    ],
)
def test_network_of_an_address(address: str | None, expected: str) -> None:
    assert network(address) == expected
