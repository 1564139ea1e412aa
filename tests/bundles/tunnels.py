"""One packet under the header of a tunnel."""

from __future__ import annotations

from hashlib import sha256
from itertools import count
from struct import pack
from typing import NamedTuple
from zlib import crc32

from tests.bundles.macs import Macs
from tests.bundles.packets import (
    DONT_FRAGMENT,
    GRE,
    IPIP,
    MORE_FRAGMENTS,
    UDP,
    ethernet,
    ethertype,
    ip,
    udp,
)

GENEVE_PORT, FLANNEL_UDP_PORT, WIREGUARD_PORT = 6081, 8285, 51820
TRANSPARENT_ETHERNET_BRIDGING = 0x6558
MTU = 1500


class Outer(NamedTuple):
    """The header around a packet."""

    kind: str
    source: str
    destination: str
    ttl: int = 64
    number: int = 0
    """IP id; the tunnel's counter too, where it has one."""
    vni: int = 1
    vxlan_port: int = 8472
    vxlan_policy: int = 0
    fragmented: bool = False


def encapsulated(packet: bytes, macs: Macs, outer: Outer) -> list[bytes]:
    """Return the outer IP packet, or its two fragments; ``macs`` are of the frame inside."""
    protocol, payload = _payload(packet, macs, outer)
    ends = outer.source, outer.destination
    dont = outer.kind in ("ipip", "udp") and not outer.fragmented
    if not outer.fragmented:
        flags = DONT_FRAGMENT if dont else 0
        return [ip(*ends, protocol, payload, ttl=outer.ttl, number=outer.number, fragment=flags)]
    largest = MTU - 20
    at = (largest if len(payload) > largest else len(payload) // 2) // 8 * 8
    parts = ((MORE_FRAGMENTS, payload[:at]), (at // 8, payload[at:]))
    return [
        ip(*ends, protocol, part, ttl=outer.ttl, number=outer.number, fragment=field)
        for field, part in parts
    ]


def _payload(packet: bytes, macs: Macs, outer: Outer) -> tuple[int, bytes]:
    frame = ethernet(macs.destination, macs.source, packet)
    if outer.kind == "ipip":
        return IPIP, packet
    if outer.kind == "gre":
        return GRE, pack("!HH", 0, ethertype(packet)) + packet
    port, data = {
        "vxlan": (outer.vxlan_port, _vxlan(outer) + frame),
        "geneve": (
            GENEVE_PORT,
            pack("!HHI", 0, TRANSPARENT_ETHERNET_BRIDGING, outer.vni << 8) + frame,
        ),
        "udp": (FLANNEL_UDP_PORT, packet),
        "wireguard": (WIREGUARD_PORT, wireguard(packet, outer.number)),
    }[outer.kind]
    source_port = 32768 + crc32(packet[12:20]) % 28000
    if outer.kind in ("udp", "wireguard"):
        source_port = port
    return UDP, udp(outer.source, outer.destination, (source_port, port), data)


def _vxlan(outer: Outer) -> bytes:
    """Return the header: the I flag, and G with the policy id where there is one."""
    flags = 0x88000000 | outer.vxlan_policy if outer.vxlan_policy else 0x08000000
    return pack("!II", flags, outer.vni << 8)


def wireguard(packet: bytes, number: int) -> bytes:
    """Return a data message: 16 bytes of header, the packet padded and encrypted, a tag of 16."""
    size = (len(packet) + 15) // 16 * 16 + 16
    seed = sha256(packet + number.to_bytes(8, "big")).digest()
    secret = b"".join(
        sha256(seed + bytes([at])).digest()
        for at, _ in zip(count(), range(0, size, 32), strict=False)
    )
    return pack("<IIQ", 4, 0x5EED, number) + secret[:size]
