"""What counts as one network."""

import pytest

from tenants.people.tokens import ip_hash

KEY = b"key"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("not an address", "not an address", True),
    ],
)
def test_a_subscriber_is_one_network(one: str, other: str, *, same: bool) -> None:
    assert (ip_hash(KEY, one) == ip_hash(KEY, other)) is same
