"""MTU and fragments."""

from __future__ import annotations

from netdiag.model.code_text import CodeText

LOWER = "# set the pods' MTU in the plugin's configuration (CNI 'mtu', Calico's veth_mtu), then:"
RESTART = "kubectl rollout restart deployment NAME  # running pods keep their MTU until made anew"

SIZES = (
    CodeText(
        code="mtu-exceeded",
        severity="error",
        node="the node of the small MTU",
        title="packets that must not be fragmented are too big, and the sender is told",
        meaning="The packet has DF set and is larger than the MTU of an interface on its way. That "
        "node drops it and says so with ICMP 'fragmentation needed, mtu N'. TCP learns from it "
        "and goes on with smaller segments; UDP applications and ping with a size do not. Tunnels "
        "need room: VXLAN 50 bytes (70 over IPv6), IPIP 20, WireGuard 60 (80), Geneve 50 and more.",
        proof="An ICMP error that quotes the lost packet and names the MTU; or by facts the "
        "packet's size, its DF flag, and the MTU of the route or device that it must leave by.",
        causes=(
            "pods have the NIC's MTU (1500) in a network with a tunnel: the CNI configuration "
            "says nothing, or the pods were made before the tunnel was",
            "the underlay's MTU is smaller than thought: a VPN, a cloud with 1460 or 1450",
            "jumbo frames are switched on at some nodes only",
        ),
        confirm=(
            "netdiag trace POD OTHER --mtu  # the largest packets that pass, there and back",
            "ping -M do -s 1472 DESTINATION  # in the pod: 'message too long, mtu=N'; then smaller",
            "ip -br link; ip route get DESTINATION  # MTUs in the pod, of the tunnel, of the NIC",
        ),
        fix=(LOWER, RESTART),
        safety="A smaller MTU is safe. Running pods keep the old one until they are made anew.",
    ),
    CodeText(
        code="mtu-blackhole",
        severity="error",
        node="the node of the small MTU, as far as it is known",
        title="large packets vanish and nobody tells the sender, small ones pass",
        meaning="As mtu-exceeded, but the ICMP error is missing: it is blocked by a firewall, "
        "cannot find its way back to the pod, or the device that drops the packet sends none. "
        "Path MTU discovery then fails in its worst way: connections open, small requests work, "
        "and the first large answer hangs until it times out.",
        proof="Small pings between the same two are answered; larger ones with DF vanish at the "
        "same place each time, and no ICMP error about them is captured, or a rule that drops it "
        "is found. Counters: IP FragFails on the node that drops them.",
        causes=(
            "a firewall drops all of ICMP, 'fragmentation needed' (type 3 code 4) with it",
            "a switch or hypervisor between the nodes has the smaller MTU: switches never tell",
            "the other end of a pod's veth, or the receiving NIC, has the smaller MTU",
            "the error is sent to the tunnel's outer address and ends there",
            "rp_filter or NAT discards the error on its way back",
        ),
        confirm=(
            "netdiag trace POD OTHER --mtu  # the largest packets that pass, and where others end",
            "ping -M do -s SIZE DESTINATION  # in the pod: find the largest SIZE that passes",
            "tracepath -n DESTINATION  # in the pod: where does 'pmtu' change, or it go silent?",
            "nstat -az IpFragFails  # on each node: which one counts?",
        ),
        fix=(
            LOWER,
            RESTART,
            "iptables -I FORWARD -p icmp --icmp-type fragmentation-needed -j ACCEPT  # or allow it",
        ),
        safety="Both are safe: a smaller MTU costs some throughput, and allowing this ICMP type is "
        "what every network should do.",
    ),
    CodeText(
        code="fragments-lost",
        severity="error",
        node="the fragmenting node",
        title="packets are sent in fragments, and the fragments do not all arrive",
        meaning="A packet, or the tunnel packet around it, did not fit and was cut into fragments. "
        "All of them must arrive, or the whole packet is lost. Only the first one has ports, so "
        "that firewalls and load balancers often drop the others. Small packets pass, which makes "
        "it look like mtu-blackhole; TCP in it crawls or stops.",
        proof="Fragments are seen where they leave, and not all of them (or none) where they "
        "should arrive; small packets between the same two are answered.",
        causes=(
            "a firewall, a cloud or a NAT on the way that drops fragments",
            "pods' MTU plus the tunnel's header exceed the NIC's MTU: see mtu-mismatch",
            "fragments that take different ways, or too small a buffer (ipfrag_high_thresh)",
        ),
        confirm=(
            "tcpdump -ni NIC 'ip[6:2] & 0x3fff != 0'  # on both nodes: fragments, here and there?",
            "nstat -az IpReasmFails IpReasmReqds IpFragOKs  # on both nodes",
        ),
        fix=(LOWER, RESTART),
        safety="Safe: with a pod MTU that leaves room for the tunnel, no fragments are needed.",
    ),
    CodeText(
        code="overlay-fragmented",
        severity="warning",
        node="the fragmenting node",
        title="tunnel packets are too large for the underlay and travel in fragments",
        meaning="Everything arrives, but each large packet travels as two: the tunnel's outer "
        "packet does not fit through the NIC and is cut. That costs throughput and CPU, doubles "
        "what a single loss destroys, and breaks as soon as a firewall drops fragments.",
        proof="Outer fragments of tunnel packets are captured on the way, and the pings that they "
        "carried were answered.",
        causes=(
            "pods' MTU plus the tunnel's header exceed the NIC's MTU: see mtu-mismatch",
            "the underlay's MTU was lowered, or the pods' raised, after the cluster was built",
        ),
        confirm=(
            "ip -br link  # on the node: MTU of the NIC, of the tunnel, of the veths",
            "nstat -az IpFragOKs IpFragCreates  # do they count under load?",
        ),
        fix=(LOWER, RESTART),
        safety="Safe. Raising the underlay's MTU instead must be done on all nodes and switches.",
    ),
    CodeText(
        code="mtu-mismatch",
        severity="warning",
        node="the node where it does not fit",
        title="a pod's largest packets and the tunnel do not fit through the NIC, or two ends "
        "differ",
        meaning="Nothing has been lost yet: pings are small. But a pod may send packets that with "
        "the tunnel's header do not fit through the NIC (pod 1500 + VXLAN 50 > NIC 1500), or the "
        "two ends of a link have different MTUs, so that the larger one's packets are dropped by "
        "the smaller one. Large transfers will hang or be fragmented. A pod MTU that is merely "
        "lower than it might be is no fault and not mentioned.",
        proof="The MTUs of pod, tunnel device and NIC from the nodes' own lists, and the overhead "
        "of the tunnel that their route leads into.",
        causes=(
            "the CNI configuration sets no MTU, or one for another mode or another NIC",
            "the mode was changed from host-gw to VXLAN, and pods were not made anew",
            "one node's NIC has jumbo frames, another's has not",
        ),
        confirm=(
            "ip -br link; cat /run/flannel/subnet.env  # on the node",
            "ping -M do -s 1472 DESTINATION  # in a pod: does a full packet pass?",
        ),
        fix=(LOWER, RESTART),
        safety="Safe. Running pods keep the old MTU until they are made anew.",
    ),
)
