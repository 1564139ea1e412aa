"""The wires between nodes: one switch, or a router with a subnet for each node; and outside."""

from __future__ import annotations

from ipaddress import IPv4Interface, IPv4Network

from netdiag.lab.blocks.outside import NAT, OUTSIDE, connect_outside
from netdiag.lab.cluster import NIC, NIC_MTU, Cluster
from netdiag.lab.site import Site

SWITCH = "switch"
ROUTER = "rtr"
SWITCH_BRIDGE = "br0"
_EVERYWHERE = IPv4Network("0.0.0.0/0")


def hosts(*, routed: bool, outside: bool = False) -> tuple[str, ...]:
    """Return the places that are not nodes."""
    return (ROUTER if routed else SWITCH, *((NAT, OUTSIDE) if outside else ()))


def port_of(number: int) -> str:
    """Return the name of the switch's or router's end of a node's cable."""
    return f"e{number}"


def connect_nodes(
    site: Site, cluster: Cluster, *, router_knows_pods: bool, outside: bool = False
) -> None:
    """Cable every node, with its address and default route; and what is ``outside``."""
    other = ROUTER if cluster.routed else SWITCH
    middle = site.netlink(other)
    middle.set_up("lo")
    if not cluster.routed:
        middle.add_link(SWITCH_BRIDGE, "bridge", address="00:50:56:00:00:01")
        middle.set_up(SWITCH_BRIDGE)
        first = cluster.nodes[0]
        if not outside:
            middle.add_address(
                SWITCH_BRIDGE, IPv4Interface((first.gateway, first.nic.network.prefixlen))
            )
    if outside:
        connect_outside(site, cluster, middle=other, bridge=SWITCH_BRIDGE)
    for node in cluster.nodes:
        port = port_of(node.number)
        netlink = site.netlink(node.name)
        netlink.add_veth(
            NIC,
            mtu=NIC_MTU,
            address=node.nic_mac,
            peer={"ifname": port, "address": f"00:50:56:00:01:{node.number:02x}"},
            peer_process=site.places[other],
        )
        if cluster.routed:
            middle.add_address(port, IPv4Interface((node.gateway, node.nic.network.prefixlen)))
        else:
            middle.set_port(port, SWITCH_BRIDGE, hairpin=False)
        middle.set_up(port)
        netlink.set_up("lo", NIC)
        netlink.add_address(NIC, node.nic)
        netlink.add_route(_EVERYWHERE, via=node.gateway)
        if cluster.routed and router_knows_pods:
            middle.add_route(node.pod_subnet, via=node.address)
