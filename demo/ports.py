"""Free loopback ports below the range that the system hands out by itself, so that nobody else is given one meanwhile."""

import socket
from collections.abc import Callable
from pathlib import Path

HOST = "127.0.0.1"
RANGE_FILE = Path("/proc/sys/net/ipv4/ip_local_port_range")
# What Linux starts at when nothing was changed; other systems start higher.
USUAL_FIRST_EPHEMERAL = 32_768
# A range that starts below leaves no room for anybody; then no port is better than another.
LOWEST_USEFUL = 10_000


class NoFreePort(Exception):
    """All ports from there to the ephemeral range are taken."""


def first_ephemeral(range_file: Path = RANGE_FILE) -> int:
    """The first port that the system may give to any program."""
    try:
        first = int(range_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return USUAL_FIRST_EPHEMERAL
    return min(first, USUAL_FIRST_EPHEMERAL) if first >= LOWEST_USEFUL else USUAL_FIRST_EPHEMERAL


def is_free(port: int) -> bool:
    """Whether a server can listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do it: a connection that is still fading away does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_ports(count: int, start: int, *, end: int | None = None, free: Callable[[int], bool] = is_free) -> list[int]:
    """The first free ports from `start` on. Raises NoFreePort."""
    end = first_ephemeral() if end is None else end
    found: list[int] = []
    for port in range(start, end):
        if free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise NoFreePort(f"Between port {start} and {end} there are only {len(found)} free ones of {count}.")
