"""How long to wait, and what counts as one guesser."""

import pytest

from shared.signin.throttle import FREE_PER_ACCOUNT, limits_of, network_of, wait_seconds


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (4, 0), (5, 2), (6, 4), (7, 8), (13, 512), (14, 900), (10_000, 900)])
def test_each_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(failures, seconds):
    assert wait_seconds(failures, FREE_PER_ACCOUNT) == seconds


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix:", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_guesser_holds_one_ipv4_address_or_a_whole_ipv6_network(address, network):
    assert network_of(address) == network


def keys_of(secret, email, address, device=None):
    return [limit.key for limit in limits_of(secret, email, address, device)]


def test_what_was_typed_cannot_be_read_from_the_keys():
    account, network = keys_of("secret", "ada@example.org", "192.0.2.7")
    assert keys_of(b"secret", "ada@example.org", "192.0.2.7") == [account, network]
    assert keys_of("other", "ada@example.org", "192.0.2.7") != [account, network]
    assert keys_of("secret", "bob@example.org", "192.0.2.7") == [keys_of("secret", "bob@example.org", "192.0.2.7")[0], network]
    assert len({account, network, keys_of("secret", "ada@example.org", "192.0.2.8")[0]}) == 3
    assert all(len(key) == 64 for key in (account, network))


def test_a_known_browser_is_counted_by_itself_wherever_it_is():
    (here,) = keys_of("secret", "ada@example.org", "192.0.2.7", "a browser")
    assert keys_of("secret", "ada@example.org", "192.0.2.8", "a browser") == [here]
    assert here not in keys_of("secret", "ada@example.org", "192.0.2.7")


def test_no_text_is_too_strange_to_be_counted():
    assert keys_of("secret", "\ud800\x00", None)
