"""Neighbours, FDB, VNI and port of VXLAN; the underlay's neighbours; tunnels that are blocked."""

from __future__ import annotations

from dataclasses import replace

from tests.analyze.cases_facts_sources import ROUTER
from tests.analyze.fault_case import REPLY_LOST, REQUEST_LOST, FaultCase, arp_asked, lost
from tests.analyze.fault_networks import (
    ADDRESS_1,
    ADDRESS_2,
    BGP,
    CALICO_VXLAN,
    CANAL,
    HOST_GW,
    IPIP,
    NIC_1,
    NIC_2,
    UDP,
    VTEP_1,
    VTEP_2,
    VXLAN,
    VXLAN_3,
    mac,
    wrong_mac,
)
from tests.bundles import flannel, others
from tests.bundles.facts import edits, faults, networks
from tests.bundles.facts.documents import Facts
from tests.bundles.facts.firewall import saved
from tests.bundles.facts.flannel import Flannel
from tests.bundles.facts.hosts import FLANNEL, across
from tests.bundles.network import IcmpError

CNI_1, CNI_2 = "node-1/cni0", "node-2/cni0"
VX_1, VX_2 = "node-1/flannel.1", "node-2/flannel.1"
NEW_MAC = "be:1a:5c:00:00:99"
WRONG_NIC_MAC = "00:0c:29:de:ad:01"
CLOSED_PORT = IcmpError(
    kind="port-unreachable",
    about=NIC_2,
    sender=ADDRESS_2,
    path="node-2/ens33 64\nnode-1/ens33 64",
)
TO_NODE_3 = replace(
    flannel.VXLAN,
    request="""
        node-1/pod-a:eth0    64
        node-1/veth3cafbbcc  64
        node-1/cni0          64
        node-1/flannel.1     63
        node-1/ens33         63  vxlan
        node-3/ens33         63  vxlan
        node-3/flannel.1     63
    """,
)
INPUT_DROP = "-A INPUT -p udp -m udp --dport 8472 -j DROP"
HARDENED = """table inet hardening {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iif "lo" accept
		tcp dport { 22, 6443, 10250 } accept
		ip protocol icmp accept
	}
}
"""
INGRESS = """table netdev edge {
	chain nic {
		type filter hook ingress device "ens33" priority filter; policy accept;
		udp dport 8472 counter packets 3 bytes 402 drop
	}
}
"""
ACROSS = Flannel(programmed="vxlan", hosts=across(FLANNEL)).facts()
ROUTER_DROPS = replace(
    ROUTER,
    firewall=saved({"filter": ["-A FORWARD -p udp -m udp --dport 8472 -j DROP"]}).replace(
        "[0:0] -A", "[3:402] -A"
    ),
)


def device(facts: Facts, node: str, name: str, **data: int) -> Facts:
    """Return the facts with settings of a VXLAN device changed."""
    return edits.changed_link(
        facts, node, name, lambda link: replace(link, data={**link.data, **data})
    )


CASES = (
    FaultCase(
        name="no neighbour entry for the VTEP",
        why="flannel.1 learns nothing: without an entry the packet waits for ARP in vain",
        facts=faults.neighbour_gone(VXLAN, "node-1", "10.244.2.0", "flannel.1"),
        bundle=lost(
            flannel.VXLAN, CNI_1, extras=arp_asked(VX_1, (VTEP_1, "10.244.1.0"), "10.244.2.0")
        ),
        status=REQUEST_LOST,
        found="vtep-neighbour-missing node-1",
    ),
    FaultCase(
        name="the VTEP's neighbour entry has failed",
        why="FAILED is as good as no entry",
        facts=faults.neighbours_set(VXLAN, "node-1", "10.244.2.0 dev flannel.1 FAILED"),
        bundle=lost(flannel.VXLAN, CNI_1),
        status=REQUEST_LOST,
        found="vtep-neighbour-missing node-1",
    ),
    FaultCase(
        name="no neighbour entry for the VTEP, for the reply",
        why="node-2 does not know node-1's VTEP",
        facts=faults.neighbour_gone(VXLAN, "node-2", "10.244.1.0", "flannel.1"),
        bundle=lost(
            flannel.VXLAN, reply=CNI_2, extras=arp_asked(VX_2, (VTEP_2, "10.244.2.0"), "10.244.1.0")
        ),
        status=REPLY_LOST,
        found="vtep-neighbour-missing node-2",
    ),
    FaultCase(
        name="no FDB entry",
        why="the neighbour entry is right, no FDB entry says where that MAC is",
        facts=faults.fdb_gone(VXLAN, "node-1", VTEP_2, "flannel.1"),
        bundle=lost(flannel.VXLAN, VX_1),
        status=REQUEST_LOST,
        found="fdb-missing node-1",
    ),
    FaultCase(
        name="no FDB entry, for the reply",
        why="node-2 lacks the entry for node-1",
        facts=faults.fdb_gone(VXLAN, "node-2", VTEP_1, "flannel.1"),
        bundle=lost(flannel.VXLAN, reply=VX_2),
        status=REPLY_LOST,
        found="fdb-missing node-2",
    ),
    FaultCase(
        name="calico vxlan, no FDB entry",
        why="vxlan.calico needs one as well",
        facts=faults.fdb_gone(CALICO_VXLAN, "node-1", VTEP_2, "vxlan.calico"),
        bundle=lost(others.CALICO_VXLAN, "node-1/vxlan.calico"),
        status=REQUEST_LOST,
        found="fdb-missing node-1",
    ),
    FaultCase(
        name="canal, no FDB entry for the reply",
        why="flannel.1 of canal needs one as well",
        facts=faults.fdb_gone(CANAL, "node-2", VTEP_1, "flannel.1"),
        bundle=lost(networks.CANAL, reply=VX_2),
        status=REPLY_LOST,
        found="fdb-missing node-2",
    ),
    FaultCase(
        name="the FDB names an address that nobody has",
        why="ARP for 10.1.10.77 is not answered: the entry is of an old node",
        facts=faults.neighbours_set(
            faults.fdb_set(
                VXLAN, "node-1", f"{VTEP_2} dev flannel.1 dst 10.1.10.77 self permanent"
            ),
            "node-1",
            "10.1.10.77 dev ens33 FAILED",
        ),
        bundle=lost(
            flannel.VXLAN,
            VX_1,
            extras=arp_asked(NIC_1, (mac(NIC_1), ADDRESS_1), "10.1.10.77"),
        ),
        status=REQUEST_LOST,
        found="fdb-wrong-remote node-1",
    ),
    FaultCase(
        name="the FDB names another node",
        why="node-3 gets what is for node-2",
        facts=faults.fdb_set(
            VXLAN_3, "node-1", f"{VTEP_2} dev flannel.1 dst 10.1.10.11 self permanent"
        ),
        bundle=lost(TO_NODE_3, "node-3/flannel.1"),
        status=REQUEST_LOST,
        found="fdb-wrong-remote node-1",
    ),
    FaultCase(
        name="the VTEP's neighbour entry has a wrong MAC without an FDB entry",
        why="M is not R, and no FDB entry is for M",
        facts=faults.neighbours_set(
            VXLAN, "node-1", f"10.244.2.0 dev flannel.1 lladdr {NEW_MAC} PERMANENT"
        ),
        bundle=lost(flannel.VXLAN, VX_1),
        status=REQUEST_LOST,
        found="vtep-neighbour-wrong node-1",
    ),
    FaultCase(
        name="the peer's VTEP has a new MAC",
        why="the FDB entry for the old MAC does reach node-2, whose device is another now",
        facts=edits.changed_link(
            VXLAN, "node-2", "flannel.1", lambda link: replace(link, mac=NEW_MAC)
        ),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="vtep-mac-stale node-1",
    ),
    FaultCase(
        name="the VTEP of the request's sender has a new MAC",
        why="node-2 answers to the old one",
        facts=edits.changed_link(
            VXLAN, "node-1", "flannel.1", lambda link: replace(link, mac=NEW_MAC)
        ),
        bundle=lost(flannel.VXLAN, reply=VX_1),
        status=REPLY_LOST,
        found="vtep-mac-stale node-2",
    ),
    FaultCase(
        name="node-2 has another VNI than configured",
        why="node-2 deviates from net-conf.json",
        facts=device(VXLAN, "node-2", "flannel.1", id=5),
        bundle=lost(flannel.VXLAN, NIC_2),
        status=REQUEST_LOST,
        found="vni-mismatch node-2",
    ),
    FaultCase(
        name="node-1 has another VNI than configured",
        why="node-1 deviates from net-conf.json, the packets have VNI 5",
        facts=device(VXLAN, "node-1", "flannel.1", id=5),
        bundle=lost(replace(flannel.VXLAN, vni=5), NIC_2),
        status=REQUEST_LOST,
        found="vni-mismatch node-1",
    ),
    FaultCase(
        name="node-1 has another VNI, and nothing says what is configured",
        why="without a configuration the receiver is named",
        facts=edits.without(device(VXLAN, "node-1", "flannel.1", id=5), *edits.CONFIGURATION),
        bundle=lost(replace(flannel.VXLAN, vni=5), NIC_2),
        status=REQUEST_LOST,
        found="vni-mismatch node-2",
    ),
    FaultCase(
        name="node-2 listens on another port",
        why="8472 is closed on node-2, which says so",
        facts=device(VXLAN, "node-2", "flannel.1", port=4789),
        bundle=lost(flannel.VXLAN, NIC_2, error=CLOSED_PORT),
        status=REQUEST_LOST,
        found="vxlan-port-mismatch node-2",
    ),
    FaultCase(
        name="node-1 sends to another port than configured",
        why="8472 is flannel's port without one in net-conf.json; node-1 has 4789",
        facts=device(VXLAN, "node-1", "flannel.1", port=4789),
        bundle=lost(replace(flannel.VXLAN, vxlan_port=4789), NIC_2, error=CLOSED_PORT),
        status=REQUEST_LOST,
        found="vxlan-port-mismatch node-1",
    ),
    FaultCase(
        name="flannel chose the wrong NIC on node-2",
        why="node-2's public address is 10.0.2.15 of eth0, which each node has",
        facts=Flannel(
            programmed="vxlan",
            hosts=tuple(
                replace(host, nat_address="10.0.2.15") if host.name == "node-2" else host
                for host in FLANNEL
            ),
            wrong_nic=("node-2",),
        ).facts(),
        bundle=lost(flannel.VXLAN, VX_1),
        status=REQUEST_LOST,
        found="wrong-underlay-interface node-2",
    ),
    FaultCase(
        name="udp 8472 dropped in INPUT of node-2",
        why="the rule counted the three packets",
        facts=faults.rules_first(VXLAN, "node-2", INPUT_DROP),
        bundle=lost(flannel.VXLAN, NIC_2),
        status=REQUEST_LOST,
        found="overlay-port-blocked node-2",
    ),
    FaultCase(
        name="udp 8472 dropped in INPUT of node-1, the reply's",
        why="the request leaves by OUTPUT, the reply comes in by INPUT",
        facts=faults.rules_first(VXLAN, "node-1", INPUT_DROP),
        bundle=lost(flannel.VXLAN, reply=NIC_1),
        status=REPLY_LOST,
        found="overlay-port-blocked node-1",
    ),
    FaultCase(
        name="udp 8472 dropped in OUTPUT of node-1",
        why="the outer packet is made on node-1 and never leaves",
        facts=faults.rules_first(
            VXLAN, "node-1", "-A OUTPUT -o ens33 -p udp -m udp --dport 8472 -j DROP"
        ),
        bundle=lost(flannel.VXLAN, VX_1),
        status=REQUEST_LOST,
        found="overlay-port-blocked node-1",
    ),
    FaultCase(
        name="udp 8472 dropped in raw PREROUTING of node-2",
        why="raw is a hook like another",
        facts=faults.rules_first(
            VXLAN, "node-2", "-A PREROUTING -p udp -m udp --dport 8472 -j DROP", table="raw"
        ),
        bundle=lost(flannel.VXLAN, NIC_2),
        status=REQUEST_LOST,
        found="overlay-port-blocked node-2",
    ),
    FaultCase(
        name="INPUT of node-2 has policy DROP and accepts ssh alone",
        why="what no rule accepts the policy drops: udp 8472 too",
        facts=faults.policy_set(
            faults.rules_first(
                VXLAN,
                "node-2",
                "-A INPUT -i lo -j ACCEPT",
                "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
                "-A INPUT -p tcp -m multiport --dports 22,6443,10250 -j ACCEPT",
            ),
            "node-2",
            "INPUT",
        ),
        bundle=lost(flannel.VXLAN, NIC_2),
        status=REQUEST_LOST,
        found="overlay-port-blocked node-2",
    ),
    FaultCase(
        name="an nft table of node-2 has policy drop, iptables was not asked",
        why="input accepts tcp ports and icmp alone",
        facts=faults.nft_set(VXLAN, "node-2", HARDENED, alone=True),
        bundle=lost(flannel.VXLAN, NIC_2),
        status=REQUEST_LOST,
        found="overlay-port-blocked node-2",
    ),
    FaultCase(
        name="an nft ingress chain of node-2 drops udp 8472",
        why="ingress is a hook like another, behind what tcpdump sees",
        facts=faults.nft_set(VXLAN, "node-2", INGRESS),
        bundle=lost(flannel.VXLAN, NIC_2),
        status=REQUEST_LOST,
        found="overlay-port-blocked|unexplained-loss node-2",
    ),
    FaultCase(
        name="calico ipip, protocol 4 dropped on node-2",
        why="iptables-save writes protocol 4 as a number or as ipencap",
        facts=faults.rules_first(IPIP, "node-2", "-A INPUT -p ipencap -j DROP"),
        bundle=lost(others.CALICO_IPIP, NIC_2),
        status=REQUEST_LOST,
        found="overlay-port-blocked node-2",
    ),
    FaultCase(
        name="calico ipip, protocol 4 dropped on node-1 for the reply",
        why="the rule names the protocol by its number",
        facts=faults.rules_first(IPIP, "node-1", "-A INPUT -s 10.1.10.10/32 -p 4 -j DROP"),
        bundle=lost(others.CALICO_IPIP, reply=NIC_1),
        status=REPLY_LOST,
        found="overlay-port-blocked node-1",
    ),
    FaultCase(
        name="flannel udp, 8285 dropped on node-2",
        why="the daemon's socket never gets it",
        facts=faults.rules_first(UDP, "node-2", "-A INPUT -p udp -m udp --dport 8285 -j DROP"),
        bundle=lost(flannel.UDP, NIC_2),
        status=REQUEST_LOST,
        found="overlay-port-blocked node-2",
    ),
    FaultCase(
        name="calico vxlan, 4789 rejected on node-2",
        why="REJECT is a drop with a message",
        facts=faults.rules_first(
            CALICO_VXLAN,
            "node-2",
            "-A INPUT -p udp -m udp --dport 4789 -j REJECT --reject-with icmp-port-unreachable",
        ),
        bundle=lost(others.CALICO_VXLAN, NIC_2, error=CLOSED_PORT),
        status=REQUEST_LOST,
        found="overlay-port-blocked node-2",
    ),
    FaultCase(
        name="vxlan, the underlay's neighbour entry is stale",
        why="the outer frame goes to a MAC address that is not node-2's",
        facts=faults.neighbours_set(
            VXLAN, "node-1", f"{ADDRESS_2} dev ens33 lladdr {WRONG_NIC_MAC} PERMANENT"
        ),
        bundle=lost(wrong_mac(flannel.VXLAN, NIC_2, WRONG_NIC_MAC), NIC_2),
        status=REQUEST_LOST,
        found="underlay-neighbour-stale node-1",
    ),
    FaultCase(
        name="host-gw, the neighbour entry is stale",
        why="the frame goes to a MAC address that is not node-2's",
        facts=faults.neighbours_set(
            HOST_GW, "node-1", f"{ADDRESS_2} dev ens33 lladdr {WRONG_NIC_MAC} PERMANENT"
        ),
        bundle=lost(wrong_mac(flannel.HOST_GW, NIC_2, WRONG_NIC_MAC), NIC_2),
        status=REQUEST_LOST,
        found="underlay-neighbour-stale node-1",
    ),
    FaultCase(
        name="calico bgp, the reply's neighbour entry is stale",
        why="node-2 sends to a MAC address that is not node-1's; nobody sees it",
        facts=faults.neighbours_set(
            BGP, "node-2", f"{ADDRESS_1} dev ens33 lladdr {WRONG_NIC_MAC} STALE"
        ),
        bundle=lost(wrong_mac(others.CALICO_BGP, NIC_1, WRONG_NIC_MAC, reply=True), reply=NIC_2),
        status=REPLY_LOST,
        found="underlay-neighbour-stale node-2",
    ),
    FaultCase(
        name="the FDB names another node, which is not captured",
        why="the outer packet leaves node-1 for node-3's address",
        facts=faults.fdb_set(
            VXLAN_3, "node-1", f"{VTEP_2} dev flannel.1 dst 10.1.10.11 self permanent"
        ),
        bundle=lost(TO_NODE_3, NIC_1, without=("node-3/*",)),
        status=REQUEST_LOST,
        found="fdb-wrong-remote node-1",
    ),
    FaultCase(
        name="a router between the nodes drops udp 8472 in FORWARD",
        why="a rule at any hook of any node: the router's facts are here",
        facts=replace(ACROSS, nodes=(*ACROSS.nodes, ROUTER_DROPS)),
        bundle=lost(networks.VXLAN_ACROSS, "rtr/e1"),
        status=REQUEST_LOST,
        found="overlay-port-blocked rtr",
    ),
    FaultCase(
        name="vxlan across a router, INPUT of node-2 drops udp 8472",
        why="the router passes it on",
        facts=faults.rules_first(ACROSS, "node-2", INPUT_DROP),
        bundle=lost(networks.VXLAN_ACROSS, NIC_2),
        status=REQUEST_LOST,
        found="overlay-port-blocked node-2",
    ),
    FaultCase(
        name="calico ipip, dropped in mangle PREROUTING of node-2",
        why="a rule at any hook",
        facts=faults.rules_first(
            IPIP, "node-2", "-A PREROUTING -i ens33 -p ipencap -j DROP", table="mangle"
        ),
        bundle=lost(others.CALICO_IPIP, NIC_2),
        status=REQUEST_LOST,
        found="overlay-port-blocked node-2",
    ),
)
