"""flanneld with its udp backend: packets of a TUN device as payload of UDP.

As the real one's ``proxy_amd64.c``, it lowers the TTL on the way out and again on the way in.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from typing import NoReturn

from netdiag.lab.daemons import ipv4
from netdiag.lab.daemons.tun import carry, open_tun, widen


def run(
    ready: Callable[[], None],
    *,
    device: str,
    local: str,
    port: int,
    peers: Sequence[tuple[str, str]],
) -> NoReturn:
    """Make the device and carry its packets. ``peers``: (pods' subnet, node's address)."""
    tun = open_tun(device)
    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    wire.bind((local, port))
    widen(wire)
    find = ipv4.finder(peers)

    def send(packet: bytes) -> None:
        peer = find(packet) if ipv4.is_whole(packet) else None
        lowered = ipv4.with_lower_ttl(packet) if peer is not None else None
        if peer is not None and lowered is not None:
            wire.sendto(lowered, (peer, port))

    def receive(packet: bytes) -> None:
        lowered = ipv4.with_lower_ttl(packet) if ipv4.is_whole(packet) else None
        if lowered is not None:
            os.write(tun, lowered)

    ready()
    carry(tun, wire, outwards=send, inwards=receive)
