"""Which case of ``tests.analyze`` stands for which finding in fixtures/pcaps/findings, by name.

One for each code, under the code's name, and look-alikes where all is well, under ``healthy-``.
"""

from __future__ import annotations

from dataclasses import replace

from tests.analyze.case import Case, pings
from tests.analyze.facts_case import FactsCase, packets
from tests.analyze.fault_case import FaultCase
from tests.analyze.fault_networks import VXLAN
from tests.analyze.test_cases import CASES as PACKET_CASES
from tests.analyze.test_facts_cases import CASES as FACTS_CASES
from tests.analyze.test_fault_cases import CASES as FAULT_CASES
from tests.bundles import flannel
from tests.bundles.macs import mac_of
from tests.bundles.network import Bundle, Extra
from tests.bundles.packets import ethernet
from tests.bundles.paths import place_of
from tests.captures import A, B
from tests.correlate.segments import segment

FAULTS = {
    "bridge-down": "cni0 is down on node-2",
    "bridge-port-missing": "the sender's veth is in no bridge",
    "destination-silent": "the destination is silent, and its node's facts are fine",
    "duplicate-ip": "replies come from another veth than facts say",
    "facts-missing": "without iptables of node-2: forward-blocked there",
    "fdb-missing": "no FDB entry",
    "fdb-wrong-remote": "the FDB names an address that nobody has",
    "forward-blocked": "forward dropped on node-1",
    "fragments-lost": "large pings go in fragments that do not all arrive",
    "input-blocked": "a pod pings its own node, INPUT drops",
    "intermittent-loss": "a rule drops at random",
    "ip-forward-disabled": "ip_forward=0 on node-1",
    "mtu-blackhole": "pods have MTU 1500 over vxlan, and a rule drops what would tell them",
    "mtu-exceeded": "pods have MTU 1500 over vxlan, and are told",
    "nexthop-unreachable": "host-gw, next hop fails ARP",
    "overlay-device-missing": "flannel.1 is down on the receiver",
    "overlay-port-blocked": "udp 8472 dropped in INPUT of node-2",
    "pod-route-missing": "the destination pod has no default route",
    "pod-subnet-conflict": "cni0 of node-2 has an address outside of the node's subnet",
    "policy-blocked": "calico bgp, policy for pod-c drops on node-2",
    "proxy-arp-disabled": "calico bgp, proxy_arp=0 at the destination",
    "return-route-missing": "return route missing, the reply leaves by the default route",
    "route-missing": "route missing, it leaves by the default route",
    "rp-filter-drop": "strict reverse path filter for all, the way back leaves elsewhere",
    "underlay-loss": "host-gw: gone between the NICs, facts are fine",
    "underlay-neighbour-stale": "host-gw, the neighbour entry is stale",
    "unexplained-loss": "gone after cni0 of node-1, facts are fine",
    "vni-mismatch": "node-2 has another VNI than configured",
    "vtep-mac-stale": "the peer's VTEP has a new MAC",
    "vtep-neighbour-missing": "the VTEP's neighbour entry has failed",
    "vtep-neighbour-wrong": "the VTEP's neighbour entry has a wrong MAC without an FDB entry",
    "vxlan-port-mismatch": "node-2 listens on another port",
    "healthy-bridged-drop-unseen": "healthy: drop of bridged packets with bridge-nf off",
    "healthy-calico-idle-tunl0": "healthy: calico bgp with an idle tunl0",
    "healthy-calico-policies": "healthy: calico policies accept",
    "healthy-direct-routing": "healthy: DirectRouting does not use flannel.1 within a subnet",
    "healthy-drops-of-others": "healthy: drops of other packets with large counters",
    "healthy-failed-neighbours-of-others": "healthy: FAILED entries of other addresses",
    "healthy-fdb-of-removed-node": "healthy: FDB and neighbour entries of a node that was removed",
    "healthy-forward-policy-drop": "healthy: FORWARD has policy DROP, flannel accepts",
    "healthy-input-policy-drop": "healthy: INPUT has policy DROP and accepts the tunnel",
    "healthy-large-pings": "large pings that fit are answered",
    "healthy-one-mac-answers-twice": "one MAC answers twice",
    "healthy-rp-filter-strict": "healthy: rp_filter=1 with symmetric routes",
}
"""With facts, and a loss."""

TRUTHS = {
    "leftover-device": "flannel.1 left over on node-2 alone",
    "mode-mismatch": "direct routing not applied",
    "mtu-mismatch": "pods of 1500 in vxlan over 1500 on node-1",
    "wrong-underlay-interface": "flannel on vagrant's first nic on node-2",
    "healthy-leftover-device-down": "flannel.1 left over, down",
}
"""With facts, and what they say of each other."""

PACKETS = {
    "asymmetric-path": "requests under vxlan, replies plain",
    "capture-dropped": "a capture that dropped packets",
    "capture-incomplete": "node-1's NIC was captured with a filter that sees nothing under vxlan",
    "clock-skew": "vxlan, node-2 +350.0 ms",
    "overlay-fragmented": "outer packets of node-1 in fragments, all delivered",
}
"""Captures alone."""

MASQUERADED = replace(
    flannel.VXLAN,
    request=flannel.VXLAN.request.replace(
        "node-1/flannel.1     63", "node-1/flannel.1     63  10.244.1.0>10.244.2.2"
    ),
    reply=flannel.VXLAN.reply.replace(
        "node-1/cni0          62", "node-1/cni0          62  10.244.2.2>10.244.1.2"
    ),
)


def damaged(place: str, at_us: float) -> Extra:
    """Return a TCP segment with a wrong checksum, as it crosses a NIC."""
    to = mac_of(place_of("node-2/ens33"))
    packet = segment(1, b"data", fault=1, ttl=64, source=A, destination=B)
    return Extra(place_of(place), at_us, ethernet(to, mac_of(place_of("node-1/ens33")), packet))


OWN: dict[str, Case | FactsCase] = {
    "bad-checksum": Case(
        name="a segment arrives with a wrong checksum",
        bundle=Bundle(
            streams=pings(flannel.VXLAN),
            extras=(damaged("node-1/ens33", 10), damaged("node-2/ens33", 120)),
        ),
        found=("bad-checksum node-1",),
    ),
    "nat-rewrite-unexpected": FactsCase(
        name="node-1 masquerades what its pods send to pods",
        why="pod-c sees 10.244.1.0, which is no pod's, and no service was asked",
        facts=VXLAN,
        bundle=packets(MASQUERADED),
        found=("nat-rewrite-unexpected node-1",),
    ),
}
"""Cases that nothing in ``tests.analyze`` has."""

CASES: dict[str, FaultCase | FactsCase | Case] = {
    **{name: FAULT_CASES[case] for name, case in FAULTS.items()},
    **{name: FACTS_CASES[case] for name, case in TRUTHS.items()},
    **{name: PACKET_CASES[case] for name, case in PACKETS.items()},
    **OWN,
}

SPARE = (
    "kubernetes/pods.json",
    "*/facts/hostname.txt",
    "*/facts/cmdlines.txt",
    "*/facts/pods/*/ip_neigh.json",
)
"""What nothing here depends on, because other documents say the same."""

NEEDED = {"duplicate-ip": ("node-2/facts/*",)}
"""What is told of pods that no ping crosses."""
