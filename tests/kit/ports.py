"""Ports for servers that a test starts itself."""

import socket
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from random import SystemRandom
from typing import Final

_OUTGOING: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST: Final = 20_000
_TRIES: Final = 200


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """`count` neighbouring ports that nothing listens on just now.

    They lie below the ports that Linux gives to outgoing connections: a broker takes seconds to start, and a
    client of another test could be given the port meanwhile.

    Raises:
        RuntimeError: no such row was found free.
    """
    beyond = int(_OUTGOING.read_text().split()[0]) if _OUTGOING.exists() else 32_768
    if beyond < _LOWEST + 1_000:
        beyond = 65_536
    for _ in range(_TRIES):
        first = SystemRandom().randrange(_LOWEST, beyond - count)
        ports = list(range(first, first + count))
        if _all_free(ports):
            return ports
    raise RuntimeError(f"no {count} neighbouring ports are free between {_LOWEST} and {beyond}, tried {_TRIES} times")


def ports_of_each(services: Sequence[str]) -> tuple[dict[str, int], dict[str, int]]:
    """For each service a port for its callers, and one for its operators."""
    ports = free_ports(2 * len(services))
    return dict(zip(services, ports, strict=False)), dict(zip(services, ports[len(services) :], strict=True))


def _all_free(ports: list[int]) -> bool:
    with ExitStack() as held:
        try:
            for port in ports:
                held.enter_context(socket.socket()).bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
