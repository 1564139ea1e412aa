"""Which of scapy's classes reads which header: the first one, and those that tunnels carry.

scapy's own choice by UDP port is not asked: it takes any datagram from port 8472 for VXLAN.
"""

from __future__ import annotations

import logging
from typing import Any

from scapy.config import conf

conf.route_autoload = False  # it would read this machine's routes, which say nothing of a capture
conf.route6_autoload = False
logging.getLogger("scapy").setLevel(logging.CRITICAL)

from scapy.contrib import erspan as _erspan  # noqa: E402, F401  # binds itself to GRE
from scapy.contrib.geneve import GENEVE  # noqa: E402
from scapy.contrib.mpls import MPLS  # noqa: E402
from scapy.contrib.wireguard import Wireguard  # noqa: E402
from scapy.layers import dns as _dns  # noqa: E402, F401  # binds itself to port 53
from scapy.layers.inet import IP, UDP  # noqa: E402
from scapy.layers.inet6 import IPv6  # noqa: E402
from scapy.layers.ipsec import ESP  # noqa: E402
from scapy.layers.l2 import GRE, CookedLinux, CookedLinuxV2, Ether, Loopback  # noqa: E402
from scapy.layers.ppp import PPP  # noqa: E402
from scapy.layers.vxlan import VXLAN  # noqa: E402
from scapy.packet import Packet, Raw  # noqa: E402

from netdiag.model.layers import (  # noqa: E402
    OVER_ESP,
    OVER_GENEVE,
    OVER_UDP,
    OVER_VXLAN,
    OVER_VXLAN_GPE,
    OVER_WIREGUARD,
)

__all__ = ["MPLS", "Raw", "first_header", "next_header"]

PacketClass = type[Any]
"""A header's class: a ``scapy.packet.Packet``, which is untyped."""

_BY_LINK_TYPE: dict[int, PacketClass] = {
    0: Loopback,
    1: Ether,
    9: PPP,
    108: Loopback,
    113: CookedLinux,
    276: CookedLinuxV2,
}
_BARE_IP = frozenset({12, 14, 101, 228, 229})
"""LINKTYPE_RAW and its older numbers, LINKTYPE_IPV4, LINKTYPE_IPV6."""

_IN_UDP: dict[int, PacketClass] = {
    OVER_VXLAN: VXLAN,
    OVER_VXLAN_GPE: VXLAN,
    OVER_GENEVE: GENEVE,
    OVER_WIREGUARD: Wireguard,
    OVER_ESP: ESP,
}


def first_header(link_type: int, data: bytes) -> PacketClass:
    """Return the class of a packet's first header, ``Raw`` if the link type is not known."""
    if link_type in _BARE_IP:
        return _ip_class(data)
    return _BY_LINK_TYPE.get(link_type, Raw)


def next_header(header: Any, data: bytes, udp_tunnels: bytes) -> PacketClass:
    """Return the class of what follows a header; ``Raw`` = bytes of no known meaning."""
    if isinstance(header, UDP):
        return _in_udp(header, data, udp_tunnels)
    if isinstance(header, Wireguard) and header.message_type == 4:
        return _following(header, data)
    if isinstance(header, GRE) and header.proto in (0x6558, 0x88BE, 0x22EB):
        return _following(header, data) if header.proto != 0x6558 else Ether
    if isinstance(header, MPLS) and header.s:
        return _ip_class(data) if data[:1] and data[0] >> 4 in (4, 6) else Raw
    return _following(header, data)


def _in_udp(header: Any, data: bytes, udp_tunnels: bytes) -> PacketClass:
    kind = udp_tunnels[header.dport]
    if kind == OVER_UDP:
        return _ip_class(data)
    if kind == OVER_ESP and data[:4] in (b"\0\0\0\0", b""):
        return Raw  # a zero SPI marks IKE, and a single byte keeps NAT open (RFC 3948)
    if kind:
        return _IN_UDP[kind]
    found = _following(header, data)
    return Raw if issubclass(found, (VXLAN, GENEVE, Wireguard, ESP)) else found


def _following(header: Any, data: bytes) -> PacketClass:
    found = header.guess_payload_class(data)
    return found if isinstance(found, type) and issubclass(found, Packet) else Raw


def _ip_class(data: bytes) -> PacketClass:
    version = data[0] >> 4 if data else 0
    return {4: IP, 6: IPv6}.get(version, Raw)
