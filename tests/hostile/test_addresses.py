"""No address that somebody gives leads to this machine or its neighbours, however it is spelled."""

import socket

import pytest

from shared.http import Outbound, PeerUnreachable
from space_node.imports.errors import CalendarAddressRefused, CalendarNotFetched
from space_node.imports.service import fetch
from tests.support.corpus import ADDRESSES


def own_resolver(host: str, port: int) -> list[str]:
    """As the system reads spellings of addresses; of names it knows one."""
    name = "127.0.0.1" if host.rstrip(".") == "localhost" else host
    return [str(found[4][0]) for found in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)]


def test_no_address_of_the_corpus_leads_anywhere():
    """Nothing listens where they lead: whoever is called at all says so by another reason."""
    outbound, refused = Outbound(allow_loopback=False, resolve=own_resolver), {}
    for name, address in ADDRESSES.items():
        with pytest.raises(PeerUnreachable) as caught:
            outbound.request("GET", address)
        refused[name] = caught.value.params["reason"]
        with pytest.raises((CalendarAddressRefused, CalendarNotFetched)):
            fetch(outbound, address)
    assert {name: reason for name, reason in refused.items() if reason in ("connection", "timeout", "tls")} == {}
    assert set(refused.values()) == {"url", "name", "not-https", "not-public"}
