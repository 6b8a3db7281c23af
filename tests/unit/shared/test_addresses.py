from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from shared.addresses import AddressRefused, Target, allowed_addresses, is_public, parse_target

PUBLIC = [
    "1.1.1.1",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.0.1",
    "172.32.0.1",
    "192.0.1.1",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450:4001::1",
    "2003::1",
    "64:ff9b::808:808",
]
NOT_PUBLIC = {
    "this network": "0.0.0.0",
    "this network, elsewhere": "0.1.2.3",
    "private 10": "10.0.0.1",
    "private 172": "172.16.0.1",
    "end of private 172": "172.31.255.255",
    "private 192": "192.168.1.1",
    "carriers' shared space": "100.64.0.1",
    "end of carriers' shared space": "100.127.255.255",
    "loopback": "127.0.0.1",
    "loopback, elsewhere": "127.255.255.254",
    "metadata": "169.254.169.254",
    "protocol assignments": "192.0.0.8",
    "documentation": "192.0.2.1",
    "6to4 relay": "192.88.99.1",
    "benchmarks": "198.19.255.255",
    "documentation 2": "198.51.100.1",
    "documentation 3": "203.0.113.1",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "unspecified 6": "::",
    "loopback 6": "::1",
    "IPv4-compatible loopback": "::127.0.0.1",
    "mapped loopback": "::ffff:127.0.0.1",
    "mapped public": "::ffff:8.8.8.8",
    "translated": "::ffff:0:127.0.0.1",
    "NAT64 of loopback": "64:ff9b::7f00:1",
    "NAT64 of metadata": "64:ff9b::a9fe:a9fe",
    "local NAT64": "64:ff9b:1::1",
    "discard": "100::1",
    "Teredo": "2001::1",
    "ORCHID": "2001:20::1",
    "documentation 6": "2001:db8::1",
    "documentation 6, newer": "3fff::1",
    "6to4 of loopback": "2002:7f00:1::",
    "6to4 of a public address": "2002:808:808::1",
    "unique local": "fd00::1",
    "metadata 6": "fd00:ec2::254",
    "link local 6": "fe80::1",
    "site local 6": "fec0::1",
    "multicast 6": "ff02::1",
}


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", NOT_PUBLIC.values(), ids=NOT_PUBLIC)
def test_an_address_of_any_other_kind_is_not(text: str) -> None:
    assert not is_public(ip_address(text))


@given(st.ip_addresses())
def test_the_table_never_takes_for_public_what_python_takes_for_private(address: object) -> None:
    found = ip_address(str(address))
    special = found.is_private or found.is_multicast or found.is_reserved or found.is_link_local
    assert not (is_public(found) and special) or str(found).startswith("64:ff9b:")


def allowed(url: str, *resolved: str, loopback: bool = False) -> list[str]:
    return allowed_addresses(parse_target(url), list(resolved), allow_loopback=loopback)


def test_public_addresses_are_called_by_https_only() -> None:
    assert allowed("https://a.example/", "1.1.1.1", "2606:4700::1111") == ["1.1.1.1", "2606:4700::1111"]
    with pytest.raises(AddressRefused) as refused:
        allowed("http://a.example/", "1.1.1.1")
    assert refused.value.params == {"reason": "not-https"}


@pytest.mark.parametrize("resolved", [["10.0.0.1"], ["1.1.1.1", "10.0.0.1"], ["127.0.0.1"], ["fe80::1%eth0"], ["::1"]])
def test_one_address_that_is_not_public_refuses_all(resolved: list[str]) -> None:
    with pytest.raises(AddressRefused) as refused:
        allowed("https://a.example/", *resolved)
    assert refused.value.params == {"reason": "not-public"}


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_demo_calls_loopback_by_http_too(address: str) -> None:
    assert allowed("http://localhost:8000/", address, loopback=True) == [address]
    assert allowed("https://localhost:8000/", address, loopback=True) == [address]


@pytest.mark.parametrize("resolved", ["10.0.0.1", "127.0.0.1 10.0.0.1", "127.0.0.1 1.1.1.1", "169.254.169.254", "::ffff:7f00:1"])
def test_a_demo_calls_nothing_else_that_is_not_public(resolved: str) -> None:
    for scheme in ("http", "https"):
        with pytest.raises(AddressRefused):
            allowed(f"{scheme}://a.example/", *resolved.split(), loopback=True)


def test_a_demo_calls_public_addresses_by_https() -> None:
    assert allowed("https://a.example/", "1.1.1.1", loopback=True) == ["1.1.1.1"]
    with pytest.raises(AddressRefused):
        allowed("http://a.example/", "1.1.1.1", loopback=True)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://a.example", Target("https", "a.example", 443)),
        ("https://a.example/x?y=%20z&q=a@b:c", Target("https", "a.example", 443)),
        ("http://127.0.0.1:8000/", Target("http", "127.0.0.1", 8000)),
        ("https://[2606:4700::1111]:8443/", Target("https", "2606:4700::1111", 8443)),
        ("http://localhost?x", Target("http", "localhost", 80)),
    ],
)
def test_a_plain_url_means_its_place(url: str, target: Target) -> None:
    assert parse_target(url) == target


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example",
        "//a.example",
        "ftp://a.example",
        "file:///etc/passwd",
        "HTTPS://a.example",
        "https:/a.example",
        "https://",
        "https://user@a.example/",
        "https://user:pw@a.example/",
        "https://1.1.1.1@127.0.0.1/",
        "https://a.example\\@127.0.0.1/",
        "https://a.example%00.evil.example/",
        "https://a.example%2f@b/",
        "https://a.example#@b/",
        "https://a.example/#part",
        "https://a b/",
        "https://a.example/\r\nHost: b",
        "https://a.example/\t",
        " https://a.example",
        "https://a.example/é",
        "https://é.example/",
        "https://①②⑦.0.0.1/",
        "https://a。example/",
        "https://[::1",
        "https://[fe80::1%25eth0]/",
        "https://[v1.x]/",
        "https://a.example:/",
        "https://a.example:0/",
        "https://a.example:65536/",
        "https://a.example:٣/",
        "https://a.example:80:80/",
        "https://a_b.example/",
        "https://a..example/",
        "https://.a.example/",
        "https://a.example./",
        "https://-a.example/",
        "https://" + "a" * 64 + ".example/",
        "https://[:::]/",
        "https://[1:2:3]/",
        "https://[::1.2.3]/",
        "https://[1.2.3.4]x/",
        "https://a.example/" + chr(0),
        'https://a.example/"',
        "https://a.example/<x>",
        "https://a.example/{x}",
        "https://a.example/`",
    ],
)
def test_a_url_that_two_readers_may_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        parse_target(url)
    assert refused.value.params == {"reason": "url"}


@given(st.from_regex(r"https?://([a-z0-9.:@%\\\[\]/?#-]|\[::1\]){1,30}", fullmatch=True))
def test_a_url_that_is_taken_means_the_same_to_the_client(url: str) -> None:
    try:
        target = parse_target(url)
    except AddressRefused:
        return
    prepared = requests.Request("GET", url).prepare()
    seen = urlsplit(prepared.url or "")
    assert (seen.scheme, seen.hostname) == (target.scheme, target.host)
    assert (seen.port or {"http": 80, "https": 443}[seen.scheme]) == target.port
