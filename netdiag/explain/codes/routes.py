"""Routes, next hops, subnets."""

from __future__ import annotations

from netdiag.model.code_text import CodeText

RESTART = "kubectl -n NAMESPACE delete pod PLUGIN_POD  # the network plugin's pod on that node"

ROUTES = (
    CodeText(
        code="overlay-device-missing",
        severity="error",
        node="the node that lacks it",
        title="the tunnel device that the configured mode needs is absent or down",
        meaning="The configuration asks for a tunnel (flannel.1, vxlan.calico, tunl0, flannel0, a "
        "WireGuard device), and the device for it does not exist on the node, or is switched off. "
        "Routes through it vanish with it, so that 'no route' is only the symptom: this code "
        "outranks route-missing.",
        proof="The configured mode of these two nodes needs the device (within a subnet "
        "DirectRouting and CrossSubnet do not), the node's list of devices is complete, and it is "
        "not in it or not UP. Where nothing tells the configuration: the other node sends by such "
        "a device.",
        causes=(
            "the network plugin's daemon does not run on the node, or fails: no access to the API "
            "server, no podCIDR, a missing kernel module (vxlan, ipip, wireguard)",
            "flannel's udp backend: the daemon is the tunnel, and dies with it",
            "somebody deleted the device; the daemon makes it only when it starts",
            "a network manager took it down",
        ),
        confirm=(
            "ip -d link show DEVICE  # on the node",
            "kubectl get pods -A -o wide --field-selector spec.nodeName=NODE",
            "kubectl -n NAMESPACE logs PLUGIN_POD --tail 50  # of the network plugin on that node",
        ),
        fix=(RESTART, "ip link set DEVICE up  # if it is only switched off"),
        safety="Safe: pods there do not reach other nodes anyway, and nothing else is touched.",
    ),
    CodeText(
        code="route-missing",
        severity="error",
        node="the node that sends the request",
        title="the sender's node has no route to the destination's pod subnet",
        meaning="Each node needs a route to every other node's pod subnet. Here there is none that "
        "is more specific than the default route, so that requests are dropped, or leave by the "
        "default gateway, which knows nothing of pods: it may even answer, or send them to the "
        "internet. Kubenet and clouds that route pods outside of the nodes work like this on "
        "purpose, and are left alone.",
        proof="The node's routes were gathered completely, the lookup (policy rules, longest "
        "prefix) gives nothing or the default route, and the network plugin is one that writes "
        "such routes. Captures show the request last on the bridge, or leaving by the default "
        "route.",
        causes=(
            "the network plugin's daemon on this node does not run or cannot read the cluster",
            "BGP: the session to that node is down, or a filter drops its prefix",
            "host-gw or DirectRouting across a router: the kernel refuses a next hop off-link",
            "the other node got another podCIDR, and this one has not noticed",
            "somebody deleted the route, or a network manager flushed it",
            "a blackhole, unreachable or prohibit route, or rule of routing, refuses the packets",
        ),
        confirm=(
            "ip route get DESTINATION  # on the node: flannel.1, tunl0, a node's address?",
            "kubectl get nodes -o custom-columns=N:.metadata.name,CIDR:.spec.podCIDR",
            "calicoctl node status  # with Calico: are all sessions Established?",
        ),
        fix=(RESTART,),
        safety="Restarting the daemon is safe: existing routes stay while it restarts. A route set "
        "by hand works until the daemon is restarted and hides the reason.",
    ),
    CodeText(
        code="return-route-missing",
        severity="error",
        node="the node that sends the reply",
        title="the destination's node has no route back to the sender's pod subnet",
        meaning="The request arrived, the pod answers, and the reply does not find its way: the "
        "destination's node has no route to the sender's pods but the default. Seen from the "
        "sender that is a lost ping like any other. The node to look at is the other one, and "
        "pings in the opposite direction fail, too, there as route-missing.",
        proof="As for route-missing, for the reply: its route is looked up on the node of the "
        "destination. The request must have been seen to arrive.",
        causes=(
            "the network plugin's daemon on the destination's node does not run or lags behind",
            "the sender's node is new, or got a new subnet, and this node does not know it yet",
            "BGP: the route is announced in one direction only",
            "the sender's address is not of its node's subnet: see pod-subnet-conflict",
        ),
        confirm=(
            "ip route get SOURCE  # on the destination's node",
            "tcpdump -ni BRIDGE icmp  # on the same node: replies come from the pod and go nowhere",
        ),
        fix=(RESTART,),
        safety="Safe: existing routes stay while the daemon restarts.",
    ),
    CodeText(
        code="nexthop-unreachable",
        severity="error",
        node="the sending node",
        title="a route exists, and nobody answers for its next hop",
        meaning="The route to the other node's pods is there, and it leads to an address that this "
        "node cannot reach: nobody answers ARP (or neighbour discovery), or the address is not on "
        "the link at all. Packets wait in the neighbour's queue and are dropped; after a while "
        "the sender may hear 'Destination Host Unreachable' from its own node.",
        proof="The neighbour entry of the next hop on that device is FAILED or INCOMPLETE. A "
        "missing entry proves nothing: the kernel asks when it needs to. STALE is no fault either. "
        "Or the interface that has the address, or an end of the pod's veth, is not UP. "
        "Of pings that wait in their sender no capture holds anything but the ARP.",
        causes=(
            "the other node is down, was removed, or has another address now",
            "its NIC, the pod's own interface or the host's end of its veth was switched off",
            "the pod's gateway is not the address of its bridge",
            "the nodes are not in one subnet, or a VLAN or security group keeps them apart: "
            "host-gw and CrossSubnet need a common one",
            "proxies and clouds that do not answer ARP for what they do not know",
        ),
        confirm=(
            "ip neigh show ADDRESS  # on the sender",
            "arping -c 3 -I DEVICE ADDRESS  # on the sender",
            "kubectl get nodes -o wide  # is it Ready, and is that its address?",
        ),
        fix=(
            "kubectl delete node NODE  # only if it is gone for good: its routes go with it",
            "ip neigh flush to ADDRESS dev DEVICE  # after the node is back: asks anew at once",
        ),
        safety="Flushing a neighbour is safe, the kernel asks again. Deleting a node evicts its "
        "pods.",
    ),
    CodeText(
        code="pod-subnet-conflict",
        severity="error",
        node="the node that deviates",
        title="two nodes claim one pod subnet, or a bridge's address is outside its node's subnet",
        meaning="Every node has a subnet of its own for its pods. If two nodes claim the same one, "
        "others send to only one of them, and the other's pods get no answers. If the address of "
        "a node's bridge is not in the subnet that the cluster gave it, its pods get addresses "
        "that nobody routes to this node.",
        proof="What the nodes say (subnet.env, the bridge's address, Calico's blocks, podCIDR) is "
        "compared, each with its document. Docker's bridge, the same on every node, is left out.",
        causes=(
            "the node got a new podCIDR (removed and joined again), and cni0 kept the old address",
            "subnet.env, or the IPAM's files below /var/lib/cni, were copied with a node's image",
            "two clusters, or two etcd keys, share one underlay",
            "podCIDR set by hand",
        ),
        confirm=(
            "cat /run/flannel/subnet.env; ip -br addr show BRIDGE  # on each node: do they agree?",
            "kubectl get nodes -o custom-columns=N:.metadata.name,CIDR:.spec.podCIDR",
        ),
        fix=(
            "kubectl drain NODE --ignore-daemonsets  # then, on the node:",
            "ip link delete BRIDGE  # the CNI plugin makes it anew with the right address",
            "kubectl uncordon NODE",
        ),
        safety="Not safe while pods run there: they lose their network with the bridge. Drain the "
        "node first, and restart the pods of DaemonSets there afterwards.",
    ),
)
