"""What is beyond the nodes: a NAT router in the place of their gateway, and a host behind it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Final

from netdiag.lab.cluster import UNDERLAY, Cluster
from netdiag.lab.rules import Rules
from netdiag.lab.site import Site

NAT: Final = "nat"
OUTSIDE: Final = "ext"
OUTSIDE_ADDRESS: Final = IPv4Interface("203.0.113.50/24")
WAN_ADDRESS: Final = IPv4Interface("203.0.113.1/24")
LAN: Final = "lan0"
WAN: Final = "wan0"
_LAN_MAC: Final = "00:50:56:00:02:02"
_WAN_MAC: Final = "00:50:56:00:02:01"
_OUTSIDE_MAC: Final = "00:50:56:00:02:32"
_UPLINK: Final = "up0"
"""The switch's or router's end of the NAT router's cable."""
_LINK: Final = IPv4Network("10.1.0.0/24")
"""Between the NAT router and the nodes' router, where there is one."""
_NODES: Final = IPv4Network("10.1.0.0/16")
_EVERYWHERE: Final = IPv4Network("0.0.0.0/0")

NAT_RULES: Final[Rules] = {"nat": (f"-A POSTROUTING -o {WAN} -j MASQUERADE",)}


def connect_outside(site: Site, cluster: Cluster, *, middle: str, bridge: str) -> None:
    """Cable the NAT router with the switch (its ``bridge``) or router, and with the host."""
    nat, uplink = site.netlink(NAT), site.netlink(middle)
    nat.add_veth(LAN, address=_LAN_MAC, peer={"ifname": _UPLINK}, peer_process=site.places[middle])
    if cluster.routed:
        uplink.add_address(_UPLINK, _on_link(2))
        nat.add_address(LAN, _on_link(1))
    else:
        uplink.set_port(_UPLINK, bridge, hairpin=False)
        nat.add_address(LAN, IPv4Interface((cluster.nodes[0].gateway, UNDERLAY.prefixlen)))
    uplink.set_up(_UPLINK)
    nat.set_up("lo", LAN)
    if cluster.routed:
        uplink.add_route(_EVERYWHERE, via=_on_link(1).ip)
        nat.add_route(_NODES, via=_on_link(2).ip)
    _connect_host(site)


def _connect_host(site: Site) -> None:
    """Cable the host outside, which knows nothing of what is behind the NAT router."""
    nat, host = site.netlink(NAT), site.netlink(OUTSIDE)
    nat.add_veth(
        WAN,
        address=_WAN_MAC,
        peer={"ifname": "eth0", "address": _OUTSIDE_MAC},
        peer_process=site.places[OUTSIDE],
    )
    nat.add_address(WAN, WAN_ADDRESS)
    nat.set_up(WAN)
    host.set_up("lo", "eth0")
    host.add_address("eth0", OUTSIDE_ADDRESS)


def _on_link(number: int) -> IPv4Interface:
    return IPv4Interface((IPv4Address(_LINK[number]), _LINK.prefixlen))
