"""Between the nodes."""

from __future__ import annotations

from netdiag.model.code_text import CodeText

UNDERLAY = (
    CodeText(
        code="underlay-neighbour-stale",
        severity="error",
        node="the sending node",
        title="a node sends to a wrong MAC address in the underlay",
        meaning="The packet leaves the right NIC for the right address, and in a frame for a MAC "
        "address that is not the receiving NIC's. A switch delivers it to somebody else or floods "
        "it; the right node may even see it in promiscuous mode and still drop it. Everything "
        "above (routes, tunnels) is well.",
        proof="The sender's neighbour entry gives another MAC than the receiver's NIC has in its "
        "own list of devices; or the frames' destination is not the MAC that ARP claims for that "
        "address. A STALE entry with the right MAC is no fault.",
        causes=(
            "a node was replaced and took over the address; an ARP entry was set by hand",
            "two machines have one address: the entry flips, see duplicate-ip",
            "a virtual IP (keepalived, MetalLB) moved, and its announcement got lost",
            "bonds and virtual machines that moved, and kept or lost their MAC",
        ),
        confirm=(
            "ip neigh show to ADDRESS  # on the sender: PERMANENT means set by hand",
            "ip -br link show NIC  # on the receiver: the same MAC?",
            "arping -c 3 -I NIC ADDRESS  # on the sender: who answers? two answers: two holders",
        ),
        fix=("ip neigh del ADDRESS dev NIC  # on the sender: the kernel asks again",),
        safety="Safe: the next packet asks anew. If the entry comes back wrong, somebody answers "
        "for the address: find that machine.",
    ),
    CodeText(
        code="underlay-loss",
        severity="error",
        node="the last sending node",
        title="it leaves one node's NIC correctly and does not reach the other's",
        meaning="The packet left the sender's NIC as it should, the capture at the receiver's NIC "
        "is sound and does not hold it, and the facts of both nodes explain nothing. So the cause "
        "is between them: switches, routers, the hypervisor, or a cloud's network. netdiag does "
        "not look inside those; it only proves that the nodes are not to blame.",
        proof="Sound captures at both NICs; routes, neighbours, forwarding databases, MTUs and "
        "packet filters of both nodes let the packet pass. A tunnel dropped by a firewall of a "
        "node is overlay-port-blocked and not this.",
        causes=(
            "security groups or network ACLs that do not allow UDP 8472, 4789, or protocol 4",
            "a cloud's source/destination check, where pods' addresses travel plain",
            "a hypervisor that treats VXLAN on 8472 or 4789 as its own (VMware NSX)",
            "a router without routes to pods' subnets, or with reverse path filtering",
            "an MTU that is too small on the way, if only large packets are lost",
        ),
        confirm=(
            "tcpdump -eni NIC host SENDER  # on the receiver: does anything arrive at all?",
            "nc -zuv RECEIVER 8472  # from the sender; watch it with tcpdump on the receiver",
            "traceroute -n -U -p 8472 RECEIVER  # where does it end?",
        ),
        fix=(
            "# allow the tunnel's protocol between the nodes in the cloud's or data centre's rules",
        ),
        safety="It depends on the device in between: opening one protocol between the nodes' "
        "addresses disturbs nobody.",
    ),
)
