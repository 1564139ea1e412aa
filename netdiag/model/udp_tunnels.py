"""Which UDP destination port announces which tunnel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from netdiag.model.layers import (
    OVER_ESP,
    OVER_GENEVE,
    OVER_UDP,
    OVER_VXLAN,
    OVER_VXLAN_GPE,
    OVER_WIREGUARD,
)

WELL_KNOWN_UDP_TUNNELS = {
    4500: OVER_ESP,
    4789: OVER_VXLAN,
    4790: OVER_VXLAN_GPE,
    6081: OVER_GENEVE,
    8285: OVER_UDP,
    8472: OVER_VXLAN,
    51820: OVER_WIREGUARD,
    51821: OVER_WIREGUARD,
}
"""IANA's ports; 8472 is the Linux kernel's own VXLAN port and 8285 flannel's udp backend."""


_KINDS = {
    "vxlan": OVER_VXLAN,
    "geneve": OVER_GENEVE,
    "udp": OVER_UDP,
    "wireguard": OVER_WIREGUARD,
}
_NO_PORTS: Mapping[int, str] = {}


def udp_tunnel_table(vxlan_ports: Iterable[int] = (), told: Mapping[int, str] = _NO_PORTS) -> bytes:
    """Return 65,536 bytes: for each UDP port the encapsulation that it announces, 0 = none.

    ``told`` are more ports and their kinds of tunnel: vxlan, geneve, udp, wireguard.
    """
    table = bytearray(65536)
    for port, encapsulation in WELL_KNOWN_UDP_TUNNELS.items():
        table[port] = encapsulation
    for port, kind in told.items():
        table[port] = _KINDS[kind]
    for port in vxlan_ports:
        table[port] = OVER_VXLAN
    return bytes(table)
