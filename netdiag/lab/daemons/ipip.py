"""What stands in for the kernel's ipip: a TUN device, and packets of IP protocol 4 (RFC 2003)."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Sequence
from typing import Final, NoReturn

from netdiag.lab.daemons import ipv4
from netdiag.lab.daemons.tun import carry, open_tun, widen

_LINK_TYPE: Final = 768
"""ARPHRD_TUNNEL: ``ip link`` says ``link/ipip``."""
_ECN: Final = 0x03
_PATH_MTU: Final = 14
"""IP_MTU of ``linux/in.h``: what the kernel knows of the way to a connected socket's peer."""
_ANY_PORT: Final = 9


def run(
    ready: Callable[[], None], *, device: str, local: str, peers: Sequence[tuple[str, str]]
) -> NoReturn:
    """Make the device and carry its packets. ``peers``: (pods' subnet, node's address)."""
    tun = open_tun(device, link_type=_LINK_TYPE)
    sending = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    receiving = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_IPIP)
    receiving.bind((local, 0))
    widen(sending, receiving)
    find, own = ipv4.finder(peers), socket.inet_aton(local)

    def encapsulate(packet: bytes) -> None:
        peer = find(packet) if ipv4.is_whole(packet) else None
        if peer is not None:
            _send(sending, own, peer, packet)

    def decapsulate(packet: bytes) -> None:
        inner = packet[ipv4.header_bytes(packet) :]
        if ipv4.is_whole(inner):
            os.write(tun, inner)

    ready()
    carry(tun, receiving, outwards=encapsulate, inwards=decapsulate)


def _send(sending: socket.socket, own: bytes, peer: str, packet: bytes) -> None:
    """Send a packet in one to the peer; like the kernel, say so if the way is too narrow."""
    outer = ipv4.header(
        source=own,
        destination=socket.inet_aton(peer),
        protocol=socket.IPPROTO_IPIP,
        ttl=packet[8],
        payload_bytes=len(packet),
        tos=packet[1] & _ECN,
        flags=ipv4.DONT_FRAGMENT,
    )
    try:
        sending.sendto(outer + packet, (peer, 0))
    except OSError as error:
        if error.errno != errno.EMSGSIZE:
            raise
        told = ipv4.too_big(packet, source=own, mtu=_path_mtu(peer) - ipv4.HEADER_BYTES)
        if told is not None:
            sending.sendto(told, (socket.inet_ntoa(packet[12:16]), 0))


def _path_mtu(peer: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect((peer, _ANY_PORT))
        return asking.getsockopt(socket.IPPROTO_IP, _PATH_MTU)
