"""Healthy networks of every kind: no finding but information, and the path as it was walked."""

from __future__ import annotations

from tests.analyze.case import BOTH_PLAIN, BOTH_VXLAN, Case, pings, tied
from tests.bundles import flannel, others
from tests.bundles.network import Bundle, Extra, Stream
from tests.bundles.packets import UDP, ethernet, ip, udp
from tests.bundles.paths import place_of
from tests.bundles.tunnels import WIREGUARD_PORT, wireguard


def both(kind: str) -> tuple[str, ...]:
    return (f"node-1 > node-2 {kind}", f"node-2 > node-1 {kind}")


def stray_wireguard(at_us: float, size: int, number: int) -> tuple[Extra, ...]:
    """A WireGuard packet between the nodes that carries another packet of this size."""
    ends = "10.1.10.9", "10.1.10.10"
    data = wireguard(bytes(size), number)
    packet = ip(*ends, UDP, udp(*ends, (WIREGUARD_PORT, WIREGUARD_PORT), data), number=number)
    frame = ethernet("00:0c:29:8b:30:a5", "00:0c:29:ba:d8:bf", packet)
    return (
        Extra(place_of("node-1/ens33"), at_us, frame),
        Extra(place_of("node-2/ens33"), at_us + 100, frame),
    )


STRAYS = (
    *stray_wireguard(-40_000, 84, 1),
    *stray_wireguard(12, 1400, 2),
    *stray_wireguard(31, 52, 3),
    *stray_wireguard(300_000, 84, 4),
    *stray_wireguard(1_000_020, 400, 5),
    *stray_wireguard(1_500_000, 84, 6),
    *stray_wireguard(2_000_033, 0, 7),
)
"""Packets of the pings' size between the pings, and of other sizes beside them."""

CASES = (
    Case(name="flannel vxlan", bundle=Bundle(streams=pings(flannel.VXLAN)), observed=BOTH_VXLAN),
    Case(
        name="flannel vxlan, ties on each node",
        bundle=Bundle(streams=pings(tied(flannel.VXLAN))),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="flannel vxlan, any.pcap only, ties",
        bundle=Bundle(streams=pings(tied(flannel.VXLAN)), any_only=("node-1", "node-2")),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="flannel vxlan, any.pcap only, ties the other way round",
        bundle=Bundle(
            streams=pings(tied(flannel.VXLAN)), any_only=("node-1", "node-2"), shuffled=True
        ),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="flannel vxlan, any.pcap besides",
        bundle=Bundle(streams=pings(flannel.VXLAN), any_too=("node-1", "node-2")),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="flannel host-gw, as under DirectRouting",
        bundle=Bundle(streams=pings(flannel.HOST_GW)),
        observed=BOTH_PLAIN,
    ),
    Case(
        name="flannel host-gw, ties",
        bundle=Bundle(streams=pings(tied(flannel.HOST_GW))),
        observed=BOTH_PLAIN,
    ),
    Case(name="flannel udp", bundle=Bundle(streams=pings(flannel.UDP)), observed=both("udp")),
    Case(
        name="flannel udp, ties",
        bundle=Bundle(streams=pings(tied(flannel.UDP))),
        observed=both("udp"),
    ),
    Case(
        name="flannel wireguard",
        bundle=Bundle(streams=pings(flannel.WIREGUARD)),
        observed=both("wireguard"),
    ),
    Case(
        name="flannel wireguard among other wireguard packets",
        bundle=Bundle(streams=pings(flannel.WIREGUARD), extras=STRAYS),
        observed=both("wireguard"),
    ),
    Case(
        name="calico wireguard",
        bundle=Bundle(streams=pings(others.CALICO_WIREGUARD)),
        observed=both("wireguard"),
    ),
    Case(
        name="flannel wireguard over a router",
        bundle=Bundle(streams=pings(others.FLANNEL_WIREGUARD_OVER_ROUTER)),
        observed=both("wireguard"),
    ),
    Case(
        name="flannel wireguard over a router, ties",
        bundle=Bundle(streams=pings(tied(others.FLANNEL_WIREGUARD_OVER_ROUTER))),
        observed=both("wireguard"),
    ),
    Case(
        name="calico wireguard over a router",
        bundle=Bundle(streams=pings(others.CALICO_WIREGUARD_OVER_ROUTER)),
        observed=both("wireguard"),
    ),
    Case(
        name="calico wireguard over a router, any.pcap besides",
        bundle=Bundle(
            streams=pings(others.CALICO_WIREGUARD_OVER_ROUTER),
            any_too=("node-1", "rtr", "node-2"),
        ),
        observed=both("wireguard"),
    ),
    Case(
        name="calico wireguard over a router, any.pcap only",
        bundle=Bundle(streams=pings(others.CALICO_WIREGUARD_OVER_ROUTER), any_only=("rtr",)),
        observed=both("wireguard"),
    ),
    Case(
        name="flannel wireguard over a router, no NIC of node-1 captured",
        bundle=Bundle(
            streams=pings(others.FLANNEL_WIREGUARD_OVER_ROUTER), without=("node-1/ens33",)
        ),
        observed=both("wireguard"),
    ),
    Case(
        name="calico ipip",
        bundle=Bundle(streams=pings(others.CALICO_IPIP)),
        observed=both("ipip"),
    ),
    Case(
        name="calico ipip, ties, any.pcap besides",
        bundle=Bundle(streams=pings(tied(others.CALICO_IPIP)), any_too=("node-1", "node-2")),
        observed=both("ipip"),
    ),
    Case(
        name="calico ipip over a router",
        bundle=Bundle(streams=pings(others.IPIP_OVER_ROUTER)),
        observed=both("ipip"),
    ),
    Case(
        name="calico vxlan",
        bundle=Bundle(streams=pings(others.CALICO_VXLAN)),
        observed=both("vxlan"),
    ),
    Case(name="calico bgp", bundle=Bundle(streams=pings(others.CALICO_BGP)), observed=BOTH_PLAIN),
    Case(
        name="calico CrossSubnet: one pair under ipip, another plain",
        bundle=Bundle(
            streams=(
                Stream(network=others.CALICO_IPIP),
                Stream(
                    network=others.CALICO_PLAIN_TO_NODE_3,
                    identifier=77,
                    offset_us=400_000,
                    first_ip_id=900,
                ),
            )
        ),
        observed=(
            *both("ipip"),
            "node-1 > node-3 none",
            "node-3 > node-1 none",
        ),
    ),
    Case(
        name="geneve", bundle=Bundle(streams=pings(others.CILIUM_GENEVE)), observed=both("geneve")
    ),
    Case(name="gre", bundle=Bundle(streams=pings(others.GRE)), observed=both("gre")),
    Case(
        name="kubenet over a router",
        bundle=Bundle(streams=pings(others.KUBENET)),
        observed=BOTH_PLAIN,
    ),
    Case(
        name="kubenet over a router, ties",
        bundle=Bundle(streams=pings(tied(others.KUBENET))),
        observed=BOTH_PLAIN,
    ),
    Case(name="same node, promiscuous cni0", bundle=Bundle(streams=pings(flannel.SAME_NODE))),
    Case(
        name="same node, promiscuous cni0, ties, any.pcap besides",
        bundle=Bundle(streams=pings(flannel.SAME_NODE_TIED), any_too=("node-1",)),
    ),
    Case(
        name="same node, cni0 not promiscuous",
        bundle=Bundle(streams=pings(flannel.SAME_NODE_BRIDGED), idle=("node-1/cni0",)),
    ),
    Case(
        name="same node, calico's /32 routes", bundle=Bundle(streams=pings(others.CALICO_SAME_NODE))
    ),
    Case(name="macvlan", bundle=Bundle(streams=pings(others.MACVLAN)), observed=BOTH_PLAIN),
    Case(
        name="macvlan, ties",
        bundle=Bundle(streams=pings(tied(others.MACVLAN))),
        observed=BOTH_PLAIN,
    ),
    Case(
        name="ICMPv6 under vxlan",
        bundle=Bundle(streams=pings(flannel.VXLAN_IPV6)),
        observed=BOTH_VXLAN,
    ),
)
