"""Rules that drop the inner packet: forward, policy engines, input; each on each node."""

from __future__ import annotations

from dataclasses import replace

from tests.analyze.fault_case import (
    REPLY_LOST,
    REQUEST_LOST,
    UNANSWERED,
    FaultCase,
    lost,
    sometimes,
)
from tests.analyze.fault_networks import (
    ADDRESS_1,
    BGP,
    BRIDGE,
    CANAL,
    DOCKER,
    HOST_GW,
    KUBE_ROUTER,
    KUBENET,
    NIC_2,
    TO_OWN_NODE,
    UDP,
    VXLAN,
)
from tests.bundles import flannel, others
from tests.bundles.facts import faults, networks
from tests.bundles.network import Fate, IcmpError

CNI_1, CNI_2 = "node-1/cni0", "node-2/cni0"
VX_1, VX_2 = "node-1/flannel.1", "node-2/flannel.1"
CALI_1, CALI_2 = "node-1/cali5e1c4d6c68c", "node-2/cali3754a2f57f6"
ICMP_TO_C = "-A FORWARD -d 10.244.2.2/32 -p icmp -j DROP"
DROPS_SOME = (
    "-A FORWARD -d 10.244.2.2/32 -p icmp -m statistic --mode random --probability 0.50000000000 "
    "-j DROP"
)
FROM_NODE_2 = (
    "node-2/flannel.1 64\nnode-2/ens33 64 vxlan\nnode-1/ens33 64 vxlan\nnode-1/flannel.1 64\n"
    "node-1/cni0 63\nnode-1/veth3cafbbcc 63\nnode-1/pod-a:eth0 63"
)
FIREWALLD = """table inet firewalld {
	chain filter_FORWARD {
		type filter hook forward priority filter + 10; policy accept;
		ct state { established, related } accept
		ct status dnat accept
		iifname "lo" accept
		ct state invalid drop
		reject with icmpx admin-prohibited
	}
}
"""
NFT_DROP = """table inet filter {
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state vmap { established : accept, related : accept, invalid : drop }
		iifname "docker0" accept
	}
}
"""
NFT_ICMP = """table ip guard {
	set quiet {
		type ipv4_addr
		elements = { 10.244.2.2, 10.244.2.77 }
	}
	chain fwd {
		type filter hook forward priority -5; policy accept;
		ip daddr @quiet icmp type echo-request counter packets 3 bytes 252 drop
	}
}
"""
TO_WORKLOAD = (
    "-A cali-FORWARD -o cali+ -j cali-to-wl-dispatch",
    "-A cali-to-wl-dispatch -o cali3754a2f57f6 -m comment --comment "
    '"cali:1dG2vJDnpNAxTj5E" -g cali-tw-cali3754a2f57f6',
    "-A cali-tw-cali3754a2f57f6 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-A cali-tw-cali3754a2f57f6 -m conntrack --ctstate INVALID -j DROP",
    "-A cali-tw-cali3754a2f57f6 -j MARK --set-xmark 0x0/0x10000",
    "-A cali-tw-cali3754a2f57f6 -p tcp -m tcp --dport 80 -j ACCEPT",
    '-A cali-tw-cali3754a2f57f6 -m comment --comment "Drop if no profiles matched" -j DROP',
)
FROM_WORKLOAD = (
    "-A cali-from-wl-dispatch -i cali5e1c4d6c68c -g cali-fw-cali5e1c4d6c68c",
    "-A cali-fw-cali5e1c4d6c68c -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-A cali-fw-cali5e1c4d6c68c -p udp -m udp --dport 53 -j ACCEPT",
    '-A cali-fw-cali5e1c4d6c68c -m comment --comment "Drop if no policies passed packet" -j DROP',
)
POD_FIREWALL = (
    "-A FORWARD -d 10.244.2.2/32 -m comment --comment "
    '"rule to jump traffic destined to POD name:pod-c namespace: default to chain '
    'KUBE-POD-FW-4PHVDP3LFVQE5HUS" -j KUBE-POD-FW-4PHVDP3LFVQE5HUS',
    "-A KUBE-POD-FW-4PHVDP3LFVQE5HUS -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-A KUBE-POD-FW-4PHVDP3LFVQE5HUS -d 10.244.2.2/32 -j KUBE-NWPLCY-ZJ3LQ2FXC6SVPYB5",
    "-A KUBE-POD-FW-4PHVDP3LFVQE5HUS -m mark ! --mark 0x10000/0x10000 -j REJECT "
    "--reject-with icmp-port-unreachable",
    "-A KUBE-NWPLCY-ZJ3LQ2FXC6SVPYB5 -p tcp -m tcp --dport 443 -j MARK --set-xmark 0x10000/0x10000",
)

CASES = (
    FaultCase(
        name="forward dropped on node-1",
        why="the rule is in front of flannel's accept",
        facts=faults.rules_first(
            VXLAN, "node-1", "-A FORWARD -s 10.244.0.0/16 -d 10.244.0.0/16 -j DROP"
        ),
        bundle=lost(flannel.VXLAN, CNI_1),
        status=REQUEST_LOST,
        found="forward-blocked node-1",
    ),
    FaultCase(
        name="forward dropped on node-2",
        why="the request is seen last on flannel.1 of node-2",
        facts=faults.rules_first(VXLAN, "node-2", ICMP_TO_C),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="forward of echo replies dropped on node-2",
        why="--icmp-type 0 lets the request pass",
        facts=faults.rules_first(
            VXLAN, "node-2", "-A FORWARD -p icmp -m icmp --icmp-type 0 -j DROP"
        ),
        bundle=lost(flannel.VXLAN, reply=CNI_2),
        status=REPLY_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="forward of what comes from pod-c dropped on node-1",
        why="only the reply has that source",
        facts=faults.rules_first(
            VXLAN, "node-1", "-A FORWARD -s 10.244.2.2/32 -d 10.244.1.2/32 -j DROP"
        ),
        bundle=lost(flannel.VXLAN, reply=VX_1),
        status=REPLY_LOST,
        found="forward-blocked node-1",
    ),
    FaultCase(
        name="forward by interfaces dropped on node-2 for the reply",
        why="-i cni0 -o flannel.1 is the way of the reply alone",
        facts=faults.rules_first(VXLAN, "node-2", "-A FORWARD -i cni0 -o flannel.1 -j DROP"),
        bundle=lost(flannel.VXLAN, reply=CNI_2),
        status=REPLY_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="new connections dropped on node-2",
        why="the request is NEW, the reply would pass",
        facts=faults.rules_first(
            VXLAN, "node-2", "-A FORWARD -i flannel.1 -m conntrack --ctstate NEW -j DROP"
        ),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="policy DROP of FORWARD on node-1, as docker sets it, and no accept",
        why="the bridge plugin makes no rule that accepts",
        facts=faults.policy_set(BRIDGE, "node-1", "FORWARD"),
        bundle=lost(flannel.HOST_GW, CNI_1),
        status=REQUEST_LOST,
        found="forward-blocked node-1",
    ),
    FaultCase(
        name="policy DROP of FORWARD on node-2 under kubenet",
        why="nothing on node-2 accepts new connections to its pods",
        facts=faults.policy_set(KUBENET, "node-2", "FORWARD"),
        bundle=lost(others.KUBENET, NIC_2),
        status=REQUEST_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="dropped in a chain of its own, by a goto",
        why="the way through the chains leads to it",
        facts=faults.rules_first(
            HOST_GW,
            "node-2",
            "-A FORWARD -j SITE",
            "-A SITE -s 10.1.0.0/16 -j RETURN",
            "-A SITE -i ens33 -g SITE-IN",
            "-A SITE-IN -p tcp -j ACCEPT",
            "-A SITE-IN -m comment --comment deny -j DROP",
        ),
        bundle=lost(flannel.HOST_GW, NIC_2),
        status=REQUEST_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="dropped in mangle FORWARD of node-2",
        why="any table counts",
        facts=faults.rules_first(
            VXLAN, "node-2", "-A FORWARD -d 10.244.2.0/24 -p icmp -j DROP", table="mangle"
        ),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="dropped in raw PREROUTING of node-1",
        why="any table counts",
        facts=faults.rules_first(
            VXLAN, "node-1", "-A PREROUTING -i cni0 -p icmp -j DROP", table="raw"
        ),
        bundle=lost(flannel.VXLAN, CNI_1),
        status=REQUEST_LOST,
        found="forward-blocked node-1",
    ),
    FaultCase(
        name="rejected on node-2, which says so",
        why="REJECT is a drop with a message",
        facts=faults.rules_first(
            VXLAN,
            "node-2",
            "-A FORWARD -d 10.244.2.2/32 -j REJECT --reject-with icmp-host-unreachable",
        ),
        bundle=lost(
            flannel.VXLAN,
            VX_2,
            error=IcmpError(
                kind="host-unreachable", about=VX_2, sender="10.244.2.0", path=FROM_NODE_2
            ),
        ),
        status=REQUEST_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="calico bgp, a rule in front of calico's drops on node-2",
        why="it is in FORWARD itself, not in a chain of calico",
        facts=faults.rules_first(BGP, "node-2", "-A FORWARD -d 192.168.247.1/32 -j DROP"),
        bundle=lost(others.CALICO_BGP, NIC_2),
        status=REQUEST_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="flannel udp, forward dropped on node-1",
        why="the input is cni0, the output flannel0",
        facts=faults.rules_first(UDP, "node-1", "-A FORWARD -i cni0 -o flannel0 -j DROP"),
        bundle=lost(flannel.UDP, CNI_1),
        status=REQUEST_LOST,
        found="forward-blocked node-1",
    ),
    FaultCase(
        name="an nft table of node-2 has policy drop, iptables was not asked, inner packet",
        why="forward accepts established connections alone; the request is NEW",
        facts=faults.nft_set(VXLAN, "node-2", NFT_DROP, alone=True),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="firewalld beside iptables-legacy rejects on node-2",
        why="each table at a hook has its say: legacy's accept does not help",
        facts=faults.nft_set(faults.legacy(VXLAN, "node-2"), "node-2", FIREWALLD),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="an nft set holds pod-c's address",
        why="the rule matches by a set with the destination in it",
        facts=faults.nft_set(VXLAN, "node-2", NFT_ICMP),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="iptables-legacy drops on node-1, nft shows nothing",
        why="legacy's rules are not in nft's ruleset, and count all the same",
        facts=faults.nft_set(
            faults.legacy(
                faults.rules_first(VXLAN, "node-1", "-A FORWARD -p icmp -j DROP"), "node-1"
            ),
            "node-1",
            "table inet other {\n\tchain input {\n\t\ttype filter hook input priority 0; "
            "policy accept;\n\t}\n}\n",
        ),
        bundle=lost(flannel.VXLAN, CNI_1),
        status=REQUEST_LOST,
        found="forward-blocked node-1",
    ),
    FaultCase(
        name="docker, DOCKER-USER drops what leaves",
        why="the container's packet is seen last on docker0",
        facts=faults.rules_first(
            DOCKER, "node-1", "-A DOCKER-USER -i docker0 -o ens33 -p icmp -j DROP"
        ),
        bundle=lost(
            networks.renamed(others.docker_egress(), {"ctr": "web"}),
            "node-1/docker0",
            only=("node-1/*",),
        ),
        status=REQUEST_LOST,
        found="forward-blocked node-1",
    ),
    FaultCase(
        name="bridged packets within node-1 dropped",
        why="bridge-nf-call-iptables=1 shows FORWARD what the bridge switches",
        facts=faults.rules_first(
            faults.policy_set(VXLAN, "node-1", "FORWARD", "ACCEPT", 0),
            "node-1",
            "-A FORWARD -d 10.244.1.3/32 -p icmp -j DROP",
        ),
        bundle=lost(flannel.SAME_NODE_BRIDGED, "node-1/veth3cafbbcc"),
        status=REQUEST_LOST,
        found="forward-blocked node-1",
    ),
    FaultCase(
        name="calico bgp, policy for pod-c drops on node-2",
        why="the chain that drops is calico's for that workload",
        facts=faults.rules_first(BGP, "node-2", *TO_WORKLOAD),
        bundle=lost(others.CALICO_BGP, NIC_2),
        status=REQUEST_LOST,
        found="policy-blocked node-2",
    ),
    FaultCase(
        name="calico bgp, egress policy of pod-a drops on node-1",
        why="the chain that drops is calico's from that workload",
        facts=faults.rules_first(BGP, "node-1", *FROM_WORKLOAD),
        bundle=lost(others.CALICO_BGP, CALI_1),
        status=REQUEST_LOST,
        found="policy-blocked node-1",
    ),
    FaultCase(
        name="canal, policy for pod-c drops on node-2",
        why="canal has calico's chains on flannel's network",
        facts=faults.rules_first(CANAL, "node-2", *TO_WORKLOAD),
        bundle=lost(networks.CANAL, VX_2),
        status=REQUEST_LOST,
        found="policy-blocked node-2",
    ),
    FaultCase(
        name="kube-router, policy for pod-c rejects on node-2",
        why="KUBE-POD-FW rejects what no KUBE-NWPLCY marked",
        facts=faults.rules_first(KUBE_ROUTER, "node-2", *POD_FIREWALL),
        bundle=lost(networks.KUBE_ROUTER_BGP, NIC_2),
        status=REQUEST_LOST,
        found="policy-blocked node-2",
    ),
    FaultCase(
        name="a pod pings its own node, INPUT drops",
        why="the packet is for the node itself",
        facts=faults.rules_first(VXLAN, "node-1", "-A INPUT -i cni0 -p icmp -j DROP"),
        bundle=lost(TO_OWN_NODE, CNI_1),
        status=f"{REQUEST_LOST}|{UNANSWERED}|unknown",
        found="input-blocked node-1",
    ),
    FaultCase(
        name="a pod pings its own node, policy DROP of INPUT",
        why="nothing accepts icmp from pods",
        facts=faults.policy_set(VXLAN, "node-1", "INPUT"),
        bundle=lost(replace(TO_OWN_NODE, destination=ADDRESS_1), CNI_1),
        status=f"{REQUEST_LOST}|{UNANSWERED}|unknown",
        found="input-blocked node-1",
    ),
    FaultCase(
        name="a rule drops at random",
        why="some are answered: the loss is intermittent, whatever its rule",
        facts=faults.rules_first(VXLAN, "node-2", DROPS_SOME),
        bundle=sometimes(
            flannel.VXLAN,
            {2: Fate(request_lost_after=VX_2), 5: Fate(request_lost_after=VX_2)},
        ),
        status=f"{REQUEST_LOST}|answered",
        found="intermittent-loss node-2",
    ),
    FaultCase(
        name="a rule drops some replies at random on node-1",
        why="node-1 is proved to drop",
        facts=faults.rules_first(
            VXLAN,
            "node-1",
            "-A FORWARD -i flannel.1 -p icmp -m statistic --mode nth --every 3 --packet 0 -j DROP",
        ),
        bundle=sometimes(
            flannel.VXLAN, {1: Fate(reply_lost_after=VX_1), 4: Fate(reply_lost_after=VX_1)}
        ),
        status=f"{REPLY_LOST}|answered",
        found="intermittent-loss node-1",
    ),
    FaultCase(
        name="rules that do not match stand before the one that does",
        why="the rules of another pod and protocol counted nothing",
        facts=faults.rules_first(
            faults.rules_first(VXLAN, "node-2", ICMP_TO_C),
            "node-2",
            "-A FORWARD -d 10.244.2.9/32 -j DROP",
            "-A FORWARD -p sctp -j DROP",
            hits=0,
        ),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="forward-blocked node-2",
    ),
)
