"""From a URL to a connection: which addresses our machines may call, and never past the deadline of the request.

Names are never judged: what a name resolves to is, and that address is the one connected to. The table is our own, for
`ipaddress.is_global` of Python 3.11 takes multicast, 6to4 and NAT64 forms of private addresses for public. The system's
look-up knows no deadline and libraries bound each wait, not their sum: hence a thread for the one, a watchdog for the other.
"""

import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from types import TracebackType
from typing import NamedTuple, Self

from shared.errors import Unavailable
from shared.marking import N_

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[str]]

_ATTEMPTED_ADDRESSES = 3
_SHORTEST_WAIT_SECONDS = 0.001

# IANA's special-purpose registry, multicast and reserved space.
_NOT_PUBLIC_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # shared space of carriers (CGNAT)
            "127.0.0.0/8",
            "169.254.0.0/16",  # link local, and the clouds' metadata
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
_GLOBAL_UNICAST_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # Teredo, ORCHID and other protocol assignments
            "2001:db8::/32",
            "2002::/16",  # 6to4 wraps any IPv4 address
            "3fff::/20",
        ),
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_URL = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:.]{{2,45}}\])(?P<port>:[0-9]{{1,5}})?(?P<rest>[/?].*)?"
)
_REST = re.compile(r"[!-~]*")
_UNFIT = frozenset('"<>\\^`{|}#')


class PeerUnreachable(Unavailable):
    """No answer came: no such name, no connection, no valid certificate, no answer in time."""

    slug = "peer-unreachable"
    title = N_("The other side cannot be reached")
    sentence = N_("The other side cannot be reached just now. This will be tried again.")


class AddressRefused(PeerUnreachable):
    """An address that our machines do not call."""

    slug = "address-refused"
    title = N_("This address is not called")
    sentence = N_("Only public https addresses are called, without a user name in them.")


class Target(NamedTuple):
    """Where a request goes."""

    scheme: str
    host: str
    port: int


def parse_target(url: str) -> Target:
    """The place that a URL means, if every reader of it sees the same place. Raises AddressRefused."""
    found = _URL.fullmatch(url)
    rest = found["rest"] or "" if found else ""
    if found is None or not _REST.fullmatch(rest) or _UNFIT & set(rest):
        raise AddressRefused(reason="url")
    port = int(found["port"][1:]) if found["port"] else {"http": 80, "https": 443}[found["scheme"]]
    host = found["host"].strip("[]")
    if not 0 < port < 65_536 or (":" in host and not _is_address(host)):
        raise AddressRefused(reason="url")
    return Target(found["scheme"], host, port)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_public(address: Address) -> bool:
    """Whether the address belongs to the public internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    if address in _NAT64:
        # How an IPv6-only network writes an IPv4 address: as public as what it wraps.
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address in _GLOBAL_UNICAST_6 and not any(address in network for network in _NOT_PUBLIC_6)


def allowed_addresses(target: Target, resolved: list[str], *, allow_loopback: bool) -> list[str]:
    """The resolved addresses, if every one of them may be called. Raises AddressRefused."""
    addresses = [ip_address(text.partition("%")[0]) for text in resolved]
    all_loopback = all(address.is_loopback for address in addresses)
    if allow_loopback and all_loopback:
        return resolved
    if target.scheme != "https":
        raise AddressRefused(reason="not-https")
    if not all(is_public(address) for address in addresses):
        raise AddressRefused(reason="not-public")
    return resolved


class Deadline:
    """A moment after which a request's socket is shut down, whatever the peer drips into it."""

    def __init__(self, seconds: float) -> None:
        """Count from now."""
        self._at = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._held: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._timer.cancel()
        with self._lock:
            while self._held:
                self._held.pop().close()

    @property
    def passed(self) -> bool:
        """Whether it is too late."""
        return time.monotonic() >= self._at

    def remaining(self) -> float:
        """The seconds left; a moment at least, for sockets take zero as no waiting at all."""
        return max(self._at - time.monotonic(), _SHORTEST_WAIT_SECONDS)

    def watch(self, sock: socket.socket) -> None:
        """Hold on to the connection. A duplicate, for TLS takes the socket itself away."""
        with self._lock:
            self._held.append(sock.dup())

    def _cut(self) -> None:
        with self._lock:
            for sock in self._held:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)


def system_resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as the machine resolves it. Raises OSError or UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[4][0]) for place in found))


def resolve_in_time(resolve: Resolve, host: str, port: int, deadline: Deadline) -> list[str]:
    """Look a name up within the deadline, which the system's own look-up does not know. Raises PeerUnreachable."""
    found: list[str] = []

    def look_up() -> None:
        with suppress(OSError, UnicodeError):
            found.extend(resolve(host, port))

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(deadline.remaining())
    if not found:
        raise PeerUnreachable(reason="timeout" if thread.is_alive() else "name")
    return found


def connect_first(addresses: list[str], port: int, deadline: Deadline) -> socket.socket:
    """Connect to the first of a few addresses that takes the call. Raises PeerUnreachable."""
    for address in addresses[:_ATTEMPTED_ADDRESSES]:
        with suppress(OSError):
            sock = socket.create_connection((address, port), deadline.remaining())
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            deadline.watch(sock)
            return sock
    raise PeerUnreachable(reason="timeout" if deadline.passed else "connection")
