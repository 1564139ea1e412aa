"""Addresses that two hold: pods, MAC addresses, pod subnets."""

from __future__ import annotations

from dataclasses import replace

from tests.analyze.fault_case import REQUEST_LOST, FaultCase, lost
from tests.analyze.fault_networks import VXLAN, VXLAN_3, mac
from tests.bundles import flannel
from tests.bundles.facts import edits, faults
from tests.bundles.facts.devices import veth, vtep_mac
from tests.bundles.facts.flannel import Flannel
from tests.bundles.facts.hosts import FLANNEL, FLANNEL_3
from tests.bundles.network import Bundle, Extra, Stream
from tests.bundles.packets import arp_reply
from tests.bundles.paths import place_of

ROGUE_MAC = "0a:58:0a:00:de:ad"
CNI_2 = ("0a:58:0a:f4:02:01", "10.244.2.1")


def two_answers(place: str, address: str, *macs: str) -> tuple[Extra, ...]:
    return tuple(
        Extra(place_of(place), -100_000 + at * 40, arp_reply((each, address), CNI_2))
        for at, each in enumerate(macs)
    )


FROM_WRONG_POD = replace(
    flannel.VXLAN,
    request=flannel.VXLAN.request.replace("veth7e2f650f", "vethbad0bad0").replace(
        "pod-c:eth0", "pod-x:eth0"
    ),
    reply=flannel.VXLAN.reply.replace("veth7e2f650f", "vethbad0bad0").replace(
        "pod-c:eth0", "pod-x:eth0"
    ),
)
WITH_ROGUE = edits.with_link(
    VXLAN, "node-2", veth("node-2", "vethbad0bad0", mtu=1450, namespace=9, master="cni0")
)
SAME_SUBNET = faults.fdb_set(
    faults.neighbours_set(
        Flannel(
            programmed="vxlan",
            hosts=(*FLANNEL, replace(FLANNEL_3, subnet="10.244.2.0/24", pods=())),
        ).facts(),
        "node-1",
        f"10.244.2.0 dev flannel.1 lladdr {vtep_mac('node-3')} PERMANENT",
    ),
    "node-1",
    f"{vtep_mac('node-3')} dev flannel.1 dst 10.1.10.11 self permanent",
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

CASES = (
    FaultCase(
        name="two MACs answer for the destination's address",
        why="two pods of node-2 hold 10.244.2.2, the wrong one replies",
        facts=WITH_ROGUE,
        bundle=Bundle(
            streams=(Stream(network=FROM_WRONG_POD),),
            extras=two_answers("node-2/cni0", "10.244.2.2", mac("node-2/pod-c:eth0"), ROGUE_MAC),
        ),
        found="duplicate-ip node-2",
        beside=("nat-rewrite-unexpected *",),
    ),
    FaultCase(
        name="replies come from another veth than facts say",
        why="two pods hold the address, with one MAC: the captured pod is not the known one",
        facts=faults.neighbours_set(
            WITH_ROGUE,
            "node-2",
            f"10.244.2.2 dev cni0 lladdr {mac('node-2/pod-c:eth0')} REACHABLE",
        ),
        bundle=Bundle(streams=(Stream(network=FROM_WRONG_POD),)),
        found="duplicate-ip node-2",
    ),
    FaultCase(
        name="two nodes claim one pod subnet",
        why="node-3 has the subnet of node-2: packets go to the wrong one",
        facts=SAME_SUBNET,
        bundle=lost(TO_NODE_3, "node-3/flannel.1"),
        status=REQUEST_LOST,
        found="pod-subnet-conflict node-2|node-3",
    ),
    FaultCase(
        name="cni0 of node-2 has an address outside of the node's subnet",
        why="cni0 was made for another subnet and kept: node-2 has no way to its pods",
        facts=faults.in_kernel(
            edits.changed_link(
                VXLAN,
                "node-2",
                "cni0",
                lambda link: replace(link, addresses=("10.244.9.1/24",)),
            ),
            "node-2",
            lambda kernel: replace(
                kernel,
                routes=tuple(
                    route.replace("10.244.2.0/24 dev cni0", "10.244.9.0/24 dev cni0").replace(
                        "src 10.244.2.1", "src 10.244.9.1"
                    )
                    for route in kernel.routes
                ),
            ),
        ),
        bundle=lost(flannel.VXLAN, "node-2/flannel.1"),
        status=REQUEST_LOST,
        found="pod-subnet-conflict node-2",
    ),
    FaultCase(
        name="three nodes, each with its own subnet",
        why="nothing is claimed twice",
        facts=VXLAN_3,
        bundle=lost(flannel.VXLAN),
    ),
    FaultCase(
        name="one MAC answers twice",
        why="ARP answers may come twice: one holder",
        facts=VXLAN,
        bundle=Bundle(
            streams=(Stream(network=flannel.VXLAN),),
            extras=two_answers(
                "node-2/cni0",
                "10.244.2.2",
                mac("node-2/pod-c:eth0"),
                mac("node-2/pod-c:eth0"),
            ),
        ),
    ),
)
