"""What looks like a fault and is none: all pings are answered, no error and no warning."""

from __future__ import annotations

from dataclasses import replace

from tests.analyze.cases_faults_firewall import FROM_WORKLOAD, POD_FIREWALL, TO_WORKLOAD
from tests.analyze.fault_case import FaultCase, answered
from tests.analyze.fault_networks import (
    BGP,
    BRIDGE,
    CALICO_VXLAN,
    CANAL,
    DIRECT,
    DIRECT_ACROSS,
    DOCKER,
    HOST_GW,
    IPIP,
    KUBE_ROUTER,
    KUBENET,
    PLAIN_BACK,
    SUBNET_1,
    UDP,
    VXLAN,
)
from tests.bundles import flannel, others
from tests.bundles.facts import devices, edits, faults, networks
from tests.bundles.facts.documents import Facts
from tests.bundles.facts.flannel import Flannel
from tests.bundles.facts.hosts import FLANNEL, with_nic_mtu
from tests.bundles.network import Network

PINGED = answered(flannel.VXLAN)
ACCEPTS_ESTABLISHED = "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
NFT_OTHERS = """table inet guard {
	chain input {
		type filter hook input priority filter; policy accept;
		tcp dport { 23, 3389 } counter packets 90211 bytes 5412660 drop
		udp dport 4789 counter packets 17 bytes 2278 drop
	}
	chain forward {
		type filter hook forward priority filter; policy accept;
		ct state invalid counter packets 1204 bytes 48160 drop
		tcp dport 25 counter packets 88120 bytes 4406000 drop
		iifname "eth9" drop
	}
	chain output {
		type filter hook output priority filter; policy accept;
		meta l4proto tcp tcp dport 25 reject with tcp reset
	}
}
"""
NFT_ACCEPTS = """table inet site {
	set pods {
		type ipv4_addr
		flags interval
		elements = { 10.244.0.0/16 }
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established,related accept
		ip saddr @pods ip daddr @pods accept
		counter packets 5120 bytes 430080 drop
	}
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		udp dport 8472 accept
		meta l4proto icmp accept
		tcp dport { 22, 6443, 10250 } accept
	}
}
"""
ALLOWED_TO_C = tuple(
    rule.replace("-p tcp -m tcp --dport 80 -j ACCEPT", "-p icmp -j ACCEPT") for rule in TO_WORKLOAD
)
ALLOWED_FROM_A = tuple(
    rule.replace("-p udp -m udp --dport 53 -j ACCEPT", "-d 192.168.0.0/16 -j ACCEPT")
    for rule in FROM_WORKLOAD
)
ALLOWED_BY_MARK = tuple(
    rule.replace("-p tcp -m tcp --dport 443 ", "-s 10.244.1.0/24 ") for rule in POD_FIREWALL
)


def on_both(facts: Facts, **settings: int) -> Facts:
    """Return the facts with settings of net.ipv4.conf, by interface and name, on both nodes."""
    for node in ("node-1", "node-2"):
        values = {f"ipv4.conf.{name.replace('__', '.')}": value for name, value in settings.items()}
        facts = faults.sysctls_set(facts, node, values)
    return facts


def rules_on_both(facts: Facts, *rules: str, table: str = "filter", hits: int = 3) -> Facts:
    for node in ("node-1", "node-2"):
        facts = faults.rules_first(facts, node, *rules, table=table, hits=hits)
    return facts


def policy_on_both(facts: Facts, chain: str) -> Facts:
    for node in ("node-1", "node-2"):
        facts = faults.policy_set(facts, node, chain, hits=48213)
    return facts


def neighbours_on_both(facts: Facts, *lines: str) -> Facts:
    for node in ("node-1", "node-2"):
        facts = faults.neighbours_set(facts, node, *lines)
    return facts


def healthy(name: str, why: str, facts: Facts, network: Network = flannel.VXLAN) -> FaultCase:
    return FaultCase(name=f"healthy: {name}", why=why, facts=facts, bundle=answered(network))


CASES = (
    healthy(
        "FORWARD has policy DROP, flannel accepts",
        "FLANNEL-FWD accepts both directions before the policy",
        policy_on_both(VXLAN, "FORWARD"),
    ),
    healthy(
        "host-gw, FORWARD has policy DROP, flannel accepts",
        "FLANNEL-FWD accepts both directions before the policy",
        policy_on_both(HOST_GW, "FORWARD"),
        flannel.HOST_GW,
    ),
    healthy(
        "bridge plugin, FORWARD has policy DROP, state and source accept",
        "requests by source, replies by the state of conntrack",
        policy_on_both(
            rules_on_both(
                BRIDGE,
                ACCEPTS_ESTABLISHED,
                "-A FORWARD -s 10.244.1.0/24 -j ACCEPT",
            ),
            "FORWARD",
        ),
        flannel.HOST_GW,
    ),
    healthy(
        "INPUT has policy DROP and accepts the tunnel",
        "8472 is accepted; icmp to the nodes is not, and nobody sends any",
        policy_on_both(
            rules_on_both(
                VXLAN,
                "-A INPUT -i lo -j ACCEPT",
                "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
                "-A INPUT -s 10.1.10.0/24 -p udp -m udp --dport 8472 -j ACCEPT",
                "-A INPUT -p tcp -m multiport --dports 22,6443,10250 -j ACCEPT",
            ),
            "INPUT",
        ),
    ),
    healthy(
        "drops of other packets with large counters",
        "other ports, protocols, addresses and interfaces",
        rules_on_both(
            VXLAN,
            "-A FORWARD -p tcp -m tcp --dport 25 -j DROP",
            "-A FORWARD -d 10.244.9.0/24 -j DROP",
            "-A FORWARD -i eth9 -j DROP",
            "-A FORWARD -s 203.0.113.0/24 -j DROP",
            "-A INPUT -p udp -m udp --dport 4789 -j DROP",
            "-A INPUT -p tcp -m tcp --dport 23 -j REJECT --reject-with tcp-reset",
            "-A FORWARD -m conntrack --ctstate INVALID -j DROP",
            hits=918_212,
        ),
    ),
    healthy(
        "kube-firewall and kube-forward with counted drops",
        "they drop marked and invalid packets alone",
        rules_on_both(
            VXLAN,
            "-A KUBE-FIREWALL -m mark --mark 0x8000/0x8000 -j DROP",
            "-A KUBE-FORWARD -m conntrack --ctstate INVALID -m nfacct --nfacct-name "
            "ct_state_invalid_dropped_pkts -j DROP",
            hits=5_311,
        ),
    ),
    healthy(
        "icmp rate limit that accepts",
        "what is above the limit is dropped: three pings are not",
        rules_on_both(
            VXLAN,
            "-A FORWARD -p icmp -m limit --limit 20/sec --limit-burst 50 -j ACCEPT",
            "-A FORWARD -p icmp -m hashlimit --hashlimit-above 100/sec --hashlimit-burst 200 "
            "--hashlimit-mode srcip --hashlimit-name icmp -j DROP",
        ),
    ),
    healthy(
        "MASQUERADE for egress counts",
        "pods' packets to the world are rewritten, not those to pods",
        rules_on_both(
            VXLAN,
            "-A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE",
            table="nat",
            hits=77_120,
        ),
    ),
    healthy(
        "nft drops for other ports",
        "each rule is about something else",
        faults.nft_set(faults.nft_set(VXLAN, "node-1", NFT_OTHERS), "node-2", NFT_OTHERS),
    ),
    healthy(
        "nft has policy drop and accepts pods by a set",
        "forward accepts pod to pod, input accepts the tunnel",
        faults.nft_set(
            faults.nft_set(VXLAN, "node-1", NFT_ACCEPTS, alone=True),
            "node-2",
            NFT_ACCEPTS,
            alone=True,
        ),
    ),
    healthy(
        "iptables-legacy and nft side by side",
        "legacy's drops are about other packets",
        faults.nft_set(
            faults.legacy(
                faults.rules_first(VXLAN, "node-2", "-A FORWARD -p sctp -j DROP"), "node-2"
            ),
            "node-2",
            NFT_OTHERS,
        ),
    ),
    healthy(
        "calico policies accept",
        "the workload's chains accept icmp and the pods' network",
        faults.rules_first(
            faults.rules_first(BGP, "node-2", *ALLOWED_TO_C), "node-1", *ALLOWED_FROM_A
        ),
        others.CALICO_BGP,
    ),
    healthy(
        "canal policies accept",
        "pod-c's chain accepts icmp",
        faults.rules_first(CANAL, "node-2", *ALLOWED_TO_C),
        networks.CANAL,
    ),
    healthy(
        "kube-router policies accept",
        "KUBE-NWPLCY marks what may pass, KUBE-POD-FW rejects the rest",
        faults.rules_first(KUBE_ROUTER, "node-2", *ALLOWED_BY_MARK),
        networks.KUBE_ROUTER_BGP,
    ),
    healthy(
        "drop of bridged packets with bridge-nf off",
        "bridge-nf-call-iptables=0: FORWARD does not see what the bridge switches",
        faults.sysctls_set(
            faults.rules_first(VXLAN, "node-1", "-A FORWARD -d 10.244.1.3/32 -j DROP", hits=0),
            "node-1",
            {"bridge.bridge-nf-call-iptables": 0},
        ),
        flannel.SAME_NODE,
    ),
    healthy(
        "docker with its own rules and policy DROP",
        "DOCKER-USER returns, docker0 is accepted",
        faults.policy_set(DOCKER, "node-1", "FORWARD"),
        networks.DOCKER_SAME_HOST,
    ),
    healthy(
        "rp_filter=2 everywhere",
        "loose: any route back will do",
        on_both(VXLAN, all__rp_filter=2, ens33__rp_filter=2, cni0__rp_filter=2),
    ),
    healthy(
        "rp_filter=1 with symmetric routes",
        "the way back leaves where the packet came in",
        on_both(VXLAN, all__rp_filter=1, ens33__rp_filter=1, cni0__rp_filter=1),
    ),
    healthy(
        "calico ipip with rp_filter=1 everywhere",
        "tunl0 is the way back too",
        on_both(IPIP, all__rp_filter=1, tunl0__rp_filter=1),
        others.CALICO_IPIP,
    ),
    FaultCase(
        name="healthy but asymmetric: rp_filter=2 of all over 1 of the device",
        why="the greater counts, 2 is loose: nothing is dropped",
        facts=faults.sysctls_set(
            edits.with_routes(VXLAN, "node-2", f"{SUBNET_1} via 10.1.10.9 dev ens33"),
            "node-2",
            {"ipv4.conf.all.rp_filter": 2, "ipv4.conf.flannel/1.rp_filter": 1},
        ),
        bundle=answered(PLAIN_BACK),
        beside=("asymmetric-path -", "mode-mismatch node-2"),
    ),
    healthy(
        "forwarding is off for interfaces to come and for others",
        "conf.default and a NIC that nobody uses decide nothing here",
        on_both(
            edits.with_link(VXLAN, "node-1", devices.nic("node-1", "eth7", up=False)),
            default__forwarding=0,
            eth7__forwarding=0,
        ),
    ),
    healthy(
        "FAILED entries of other addresses",
        "nobody of this pair is asked for there",
        neighbours_on_both(
            VXLAN,
            "10.1.10.200 dev ens33 FAILED",
            "10.1.10.1 dev ens33 FAILED",
            "10.244.1.77 dev cni0 FAILED",
            "10.244.9.0 dev flannel.1 FAILED",
        ),
    ),
    healthy(
        "FDB and neighbour entries of a node that was removed",
        "10.244.9.0/24 is nobody's any more",
        faults.fdb_set(
            faults.neighbours_set(
                VXLAN, "node-1", "10.244.9.0 dev flannel.1 lladdr be:1a:5c:09:09:09 PERMANENT"
            ),
            "node-1",
            "be:1a:5c:09:09:09 dev flannel.1 dst 10.1.10.99 self permanent",
        ),
    ),
    healthy(
        "neighbours are STALE and in DELAY",
        "the kernel asks again when it needs them",
        faults.neighbours_set(
            faults.neighbours_set(
                HOST_GW,
                "node-1",
                "10.1.10.10 dev ens33 lladdr " + devices.nic("node-2", "ens33").mac + " STALE",
            ),
            "node-2",
            "10.1.10.9 dev ens33 lladdr " + devices.nic("node-1", "ens33").mac + " DELAY",
        ),
        flannel.HOST_GW,
    ),
    healthy(
        "no neighbour entries of pods and nodes",
        "what ARP found out is forgotten after a while",
        faults.in_kernel(
            faults.in_kernel(HOST_GW, "node-1", lambda kernel: replace(kernel, neighbours=())),
            "node-2",
            lambda kernel: replace(kernel, neighbours=()),
        ),
        flannel.HOST_GW,
    ),
    healthy(
        "calico bgp with an idle tunl0",
        "the module makes tunl0 in each namespace",
        edits.with_link(
            edits.with_link(BGP, "node-1", devices.tunl0("node-1")),
            "node-2",
            devices.tunl0("node-2", up=False),
        ),
        others.CALICO_BGP,
    ),
    healthy(
        "the blackhole of the own block",
        "pods of the node have longer routes",
        BGP,
        others.CALICO_SAME_NODE,
    ),
    healthy(
        "DirectRouting does not use flannel.1 within a subnet",
        "the device is there for nodes of other subnets",
        DIRECT,
        flannel.HOST_GW,
    ),
    healthy(
        "DirectRouting across subnets",
        "a router is between the nodes: VXLAN, as configured",
        DIRECT_ACROSS,
        networks.VXLAN_ACROSS,
    ),
    healthy(
        "a second NIC is down, docker0 too",
        "no route leads by them",
        edits.with_link(
            edits.with_link(
                VXLAN, "node-1", devices.nic("node-1", "eth7", "10.9.9.1/24", up=False)
            ),
            "node-1",
            devices.bridge("node-1", "docker0", "172.17.0.1/16", mtu=1500, carrier=False),
        ),
    ),
    healthy(
        "a node without pods has cni0 without ports",
        "node-3 takes no part",
        Flannel(
            programmed="vxlan",
            hosts=(
                *FLANNEL,
                replace(
                    FLANNEL[1], name="node-3", address="10.1.10.11", subnet="10.244.3.0/24", pods=()
                ),
            ),
        ).facts(),
    ),
    healthy(
        "jumbo frames on the NICs",
        "8950 and 50 are 9000",
        Flannel(programmed="vxlan", hosts=with_nic_mtu(FLANNEL, 9000)).facts(),
    ),
    healthy(
        "flannel udp",
        "flanneld forwards too: the TTL falls twice more",
        policy_on_both(UDP, "FORWARD"),
        flannel.UDP,
    ),
    healthy(
        "calico vxlan with policy DROP and calico's accept",
        "cali-FORWARD marks what policy accepts, and FORWARD accepts the mark",
        policy_on_both(CALICO_VXLAN, "FORWARD"),
        others.CALICO_VXLAN,
    ),
    healthy(
        "kubenet over a router without facts",
        "only the router knows the pods' subnets",
        KUBENET,
        others.KUBENET,
    ),
    FaultCase(
        name="healthy: a drop of fragments and of large packets",
        why="three small pings are neither",
        facts=rules_on_both(
            VXLAN,
            "-A FORWARD -f -j DROP",
            "-A FORWARD -p icmp -m length --length 1200:65535 -j DROP",
            hits=44,
        ),
        bundle=PINGED,
    ),
)
