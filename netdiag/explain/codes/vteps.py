"""VXLAN's neighbours and forwarding database: who is the other node, and where."""

from __future__ import annotations

from netdiag.model.code_text import CodeText

RESTART = "kubectl -n NAMESPACE delete pod PLUGIN_POD  # or so: the daemon there writes all entries"
SAFETY = (
    "Safe: the entries concern this peer only, and the daemon writes the same ones. Set by hand "
    "they last until the peer's device is made anew."
)

VTEPS = (
    CodeText(
        code="vtep-neighbour-missing",
        severity="error",
        node="the sending node",
        title="a node does not know the MAC address of its peer's VTEP",
        meaning="flannel and Calico send to another node's pods by a route to its VTEP's address "
        "on the VXLAN device, so that the kernel needs a MAC address for it. The device learns "
        "nothing and nobody answers ARP there: the daemon must write a permanent neighbour entry. "
        "It is missing, or FAILED. Packets are dropped before they get into the device, and the "
        "sender may hear 'Destination Host Unreachable' from its own node.",
        proof="The route's next hop on the VXLAN device has no neighbour entry, or a failed one, "
        "in a table that was gathered completely. Captures show ARP for the VTEP's address on the "
        "VXLAN device, and the request last on the bridge.",
        causes=(
            "the daemon was not running when the peer joined, and has not caught up",
            "somebody flushed the neighbours, or set the device down and up, which does the same",
            "the peer's annotations (flannel.alpha.coreos.com/backend-data) are missing or broken",
        ),
        confirm=(
            "ip neigh show dev DEVICE  # on the sender: one PERMANENT entry per other node",
            "tcpdump -ni DEVICE arp  # who-has VTEP_ADDRESS, without an answer",
        ),
        fix=(
            "ip neigh replace VTEP_ADDRESS lladdr VTEP_MAC dev DEVICE nud permanent  # sender",
            RESTART,
        ),
        safety=SAFETY,
    ),
    CodeText(
        code="fdb-missing",
        severity="error",
        node="the sending node",
        title="the VXLAN device has no FDB entry for its peer's MAC address",
        meaning="The route and the neighbour entry are right: the packet is addressed to the "
        "peer's MAC. Now the device must know to which node that MAC belongs, and its forwarding "
        "database does not say so. As nothing is flooded or learned, the kernel drops the packet "
        "within the device, where only its tx_dropped counter notices.",
        proof="The neighbour's MAC is the peer's real one, and no FDB entry of the device has it; "
        "neither is there an entry for all (00:00:00:00:00:00) or a multicast group. Captures "
        "show the request last on the VXLAN device.",
        causes=(
            "somebody deleted the entry, or the daemon died between its two writes",
            "the device was made anew and the daemon wrote the neighbours only",
            "two daemons (flannel and Calico, an old and a new one) work on one device",
        ),
        confirm=(
            "bridge fdb show dev DEVICE | grep VTEP_MAC  # on the sender: 'dst' is the other node",
            "ip -s link show DEVICE  # tx dropped: does it count while you ping?",
        ),
        fix=(
            "bridge fdb append VTEP_MAC dev DEVICE dst NODE_ADDRESS self permanent  # sender",
            RESTART,
        ),
        safety=SAFETY,
    ),
    CodeText(
        code="fdb-wrong-remote",
        severity="error",
        node="the sending node",
        title="the FDB sends what is for one node to another address",
        meaning="The MAC address is the right one, but the forwarding database says that it is "
        "behind an address that is not the peer's. Its tunnel packets go to another node, which "
        "drops them as not its own, or to an address that nobody has any more.",
        proof="The neighbour's MAC is the peer's, and the FDB entry for it names an address that "
        "is none of the peer's own. Captures show outer packets to the wrong address, or ARP for "
        "it on the NIC.",
        causes=(
            "the peer got another address, and the entry kept the old one",
            "the peer announces the wrong one of its addresses: see wrong-underlay-interface",
            "somebody set the entry by hand, or two entries for one MAC compete",
        ),
        confirm=(
            "bridge fdb show dev DEVICE | grep VTEP_MAC  # on the sender",
            "kubectl get nodes -o wide  # the peer's INTERNAL-IP",
        ),
        fix=(
            "bridge fdb replace VTEP_MAC dev DEVICE dst NODE_ADDRESS self permanent  # sender",
            RESTART,
        ),
        safety=SAFETY,
    ),
    CodeText(
        code="vtep-neighbour-wrong",
        severity="error",
        node="the sending node",
        title="the neighbour entry gives a wrong MAC address for its peer's VTEP",
        meaning="The neighbour entry of the peer's VTEP holds a MAC address that is not that of "
        "the peer's device, and no FDB entry leads with it to the peer. So the packet is "
        "addressed to nobody and is dropped in the sender's VXLAN device. It looks like "
        "fdb-missing, but adding an FDB entry for the wrong MAC would not help: the peer would "
        "drop the packets.",
        proof="The entry's MAC differs from the MAC of the peer's VXLAN device in the peer's own "
        "list of devices, and no FDB entry of the sender has it with one of the peer's addresses. "
        "Captures show the request last on the sender's VXLAN device.",
        causes=(
            "the peer's device was made anew; the FDB was cleaned and the neighbour was not",
            "somebody set the entry by hand, with a MAC of another node",
            "a node's image was cloned, and annotations of the first one are still in use",
        ),
        confirm=(
            "ip neigh show VTEP_ADDRESS dev DEVICE  # on the sender",
            "ip -br link show DEVICE  # on the peer: the same MAC?",
        ),
        fix=(
            "ip neigh replace VTEP_ADDRESS lladdr VTEP_MAC dev DEVICE nud permanent  # sender",
            "bridge fdb append VTEP_MAC dev DEVICE dst NODE_ADDRESS self permanent",
            RESTART,
        ),
        safety=SAFETY,
    ),
    CodeText(
        code="vtep-mac-stale",
        severity="error",
        node="the sending node",
        title="the peer's VTEP has a new MAC address, and the sender still uses the old one",
        meaning="The peer's VXLAN device was made anew and so has another MAC address. The "
        "sender's neighbour and FDB entries still agree with each other on the old one: its "
        "packets do reach the peer's node, come out of the tunnel, and are dropped there because "
        "the frame inside is for another MAC address. Captures on the peer show them on its VXLAN "
        "device, and nowhere after.",
        proof="The neighbour's MAC differs from that of the peer's device, while the FDB entry for "
        "it does lead to the peer. In captures the inner destination MAC is not the device's.",
        causes=(
            "the peer was rebooted or its daemon restarted, and this node's daemon missed the news",
            "the device was deleted and made again by hand",
            "this node's daemon has lost its connection to the API server or etcd",
        ),
        confirm=(
            "ip neigh show VTEP_ADDRESS dev DEVICE  # on the sender",
            "ip -br link show DEVICE  # on the peer: another MAC?",
            "kubectl get node PEER -o yaml | grep backend-data  # what flannel announces",
        ),
        fix=(
            "ip neigh replace VTEP_ADDRESS lladdr VTEP_MAC dev DEVICE nud permanent  # sender",
            "bridge fdb append VTEP_MAC dev DEVICE dst NODE_ADDRESS self permanent",
            RESTART,
        ),
        safety=SAFETY,
    ),
)
