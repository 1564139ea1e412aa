"""UDP ports that announce tunnels."""

from __future__ import annotations

from netdiag.model.layers import OVER_ESP, OVER_GENEVE, OVER_UDP, OVER_VXLAN, OVER_VXLAN_GPE
from netdiag.model.layers import OVER_WIREGUARD as OVER_WG
from netdiag.model.udp_tunnels import udp_tunnel_table

WELL_KNOWN = {
    4500: OVER_ESP,
    4789: OVER_VXLAN,
    4790: OVER_VXLAN_GPE,
    6081: OVER_GENEVE,
    8285: OVER_UDP,
    8472: OVER_VXLAN,
    51820: OVER_WG,
    51821: OVER_WG,
}


def announced(table: bytes) -> dict[int, int]:
    return {port: kind for port, kind in enumerate(table) if kind}


def test_well_known_ports() -> None:
    table = udp_tunnel_table()
    assert len(table) == 65536
    assert announced(table) == WELL_KNOWN


def test_vxlan_ports_are_added_and_win() -> None:
    table = udp_tunnel_table([0, 4500, 65535])
    vxlan = {0: OVER_VXLAN, 4500: OVER_VXLAN, 65535: OVER_VXLAN}
    assert announced(table) == WELL_KNOWN | vxlan
