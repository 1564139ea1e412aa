"""Between a pod and its node."""

from __future__ import annotations

from netdiag.model.code_text import CodeText

PODS = (
    CodeText(
        code="pod-route-missing",
        severity="error",
        node="the pod's node",
        title="a pod has no route to the destination, or its node has none to the pod",
        meaning="Either the routing table inside the pod has nothing that leads to the "
        "destination, not even a default route: then nothing leaves the pod, and ping there says "
        "'Network is unreachable'. Or packets for the pod do arrive on its node, and the node has "
        "no route that hands them to the pod's interface: they are dropped, or leave by another "
        "route. With Calico that is the /32 route to the pod's cali* interface; behind a bridge "
        "it is the route of the pods' subnet.",
        proof="The pod's or the node's routing table, asked as the kernel asks it: policy rules "
        "first, then the longest prefix. A table that was gathered only in part proves nothing. "
        "Captures must fit: nothing leaves the pod, or the packet is seen last where it came into "
        "its node.",
        causes=(
            "something in the pod changed its routes: a VPN client, a privileged init container, "
            "a second interface that took the default route along",
            "the CNI configuration sets no routes or no gateway for its pods",
            "Calico's felix does not run on the node, or has not yet programmed a new pod",
            "somebody flushed routes on the node",
        ),
        confirm=(
            "nsenter -t PID -n ip route get DESTINATION  # on the node; PID: a process of the pod",
            "ip route get POD_ADDRESS  # on the node: must name cali… or the bridge of its pods",
        ),
        fix=(
            "kubectl delete pod POD  # made anew, it gets its routes from the CNI plugin",
            "kubectl -n kube-system delete pod CALICO_NODE_POD  # where the node's route is "
            "missing",
        ),
        safety="Restarting the network plugin's pod is safe, running pods keep their network. "
        "Deleting a pod ends it: its controller must be able to make another.",
    ),
    CodeText(
        code="proxy-arp-disabled",
        severity="error",
        node="the pod's node",
        title="nobody answers a Calico pod's ARP for its gateway 169.254.1.1",
        meaning="Pods of Calico send everything to 169.254.1.1, an address that no machine has. "
        "The host's end of the veth, cali*, answers ARP for it, because the kernel is told to "
        "(proxy_arp=1 on that interface). At 0 the pod never learns a MAC address to send to: its "
        "packets wait for ARP, and after three seconds ping says 'Destination Host Unreachable'.",
        proof="The setting net.ipv4.conf.cali….proxy_arp is 0, and the pod has no permanent "
        "neighbour entry for its gateway. Captures on the veth show ARP requests for 169.254.1.1 "
        "and no reply. With eBPF or with another gateway the rule says nothing.",
        causes=(
            "a hardening profile or a sysctl file switched proxy_arp off for all interfaces",
            "felix does not run on the node, so nothing sets it for new pods",
            "somebody set it back by hand while looking for another fault",
        ),
        confirm=(
            "sysctl net.ipv4.conf.CALI.proxy_arp  # on the node, CALI as netdiag names it",
            "tcpdump -ni CALI arp  # who-has 169.254.1.1, again and again, without an answer",
        ),
        fix=(
            "sysctl -w net.ipv4.conf.CALI.proxy_arp=1  # on the node",
            "grep -rn proxy_arp /etc/sysctl.conf /etc/sysctl.d  # what set it to 0?",
        ),
        safety="Safe: it concerns this one veth, and takes effect at once.",
    ),
    CodeText(
        code="bridge-port-missing",
        severity="error",
        node="the pod's node",
        title="the host's end of a pod's veth is in no bridge",
        meaning="The pods' subnet of this node is behind a bridge (cni0, cbr0, docker0), and the "
        "veth of this pod is not one of its ports: it has no master. What the pod sends ends in "
        "its veth, and what is for the pod is never handed to it, while other pods of the node "
        "are well. The pod looks healthy to everybody who looks at it from within.",
        proof="ip link shows no master at the veth, the pod's address belongs to a subnet whose "
        "route leads to a bridge, and packets are seen at the veth and not at the bridge. Pods "
        "that are routed by themselves, as Calico's, need no bridge and are left alone.",
        causes=(
            "the CNI plugin was interrupted, or failed after it had made the veth",
            "the bridge was deleted and made anew (flannel removed and installed again, docker "
            "restarted): its old ports are not put back",
            "NetworkManager or systemd-networkd took the veth for its own",
        ),
        confirm=(
            "ip -d link show VETH  # on the node: 'master cni0' is missing",
            "bridge link  # which veths are ports of the bridge?",
        ),
        fix=(
            "ip link set dev VETH master BRIDGE  # on the node; or make the pod anew:",
            "kubectl delete pod POD",
        ),
        safety="Putting the veth into the bridge is safe. If many pods have lost their bridge, "
        "drain the node and restart them instead.",
    ),
    CodeText(
        code="bridge-down",
        severity="error",
        node="the node whose bridge it is",
        title="the bridge that a node's pods are behind is down, or gone",
        meaning="All pods of this node are ports of one bridge, and that bridge is switched off or "
        "does not exist. Nothing passes between them and the node, nor among the pods themselves, "
        "and the route of the pods' subnet disappears with it: packets for the pods leave by the "
        "default route or are dropped.",
        proof="The node's list of devices is complete, and the bridge that pods' routes or veths "
        "name is absent or not UP in it. Captures show packets last on the overlay device, or on "
        "the pod's veth.",
        causes=(
            "somebody switched it off, or deleted it as 'left over'",
            "a network manager does not know it and takes it down when it is reloaded",
            "the CNI plugin makes it with the first pod only: on an idle node it is rightly "
            "absent, and no pod suffers",
        ),
        confirm=(
            "ip -d link show BRIDGE  # on the node: UP among the flags?",
            "journalctl -u NetworkManager -u systemd-networkd --since -1h | grep BRIDGE",
        ),
        fix=(
            "ip link set BRIDGE up  # on the node",
            "ip route show dev BRIDGE  # has the route of the pods' subnet come back?",
        ),
        safety="Switching it on is safe. A bridge that is gone comes back with the next pod, but "
        "without its old ports: restart the node's pods.",
    ),
    CodeText(
        code="destination-silent",
        severity="error",
        node="the destination's node",
        title="requests reach the pod, and no reply leaves it",
        meaning="The request was seen at the pod's own interface, or at the host's end of its veth "
        "where the pod was not captured, and nothing came out again. The network between has done "
        "its part: what happens now happens inside the pod. Note that only the host's end was "
        "looked at in the second case, so a fault between the two ends is not excluded.",
        proof="A capture at the pod that is sound (it had begun, dropped nothing, was not "
        "filtered) holds the request and no reply. A firewall or a route that facts prove to be "
        "the reason outranks this finding.",
        causes=(
            "the pod has its own packet filter, as sidecars of service meshes have",
            "net.ipv4.icmp_echo_ignore_all is 1 in the pod",
            "the address is not the pod's (any more): it was given to another one",
            "the pod has no route back, or its reply leaves by another interface",
            "the container is paused, or its network namespace is being torn down",
        ),
        confirm=(
            "nsenter -t PID -n ip -br addr  # on the node; does the pod have that address?",
            "nsenter -t PID -n sysctl net.ipv4.icmp_echo_ignore_all",
            "nsenter -t PID -n iptables-save -c  # which counter moves while you ping?",
            "nsenter -t PID -n ip route get SOURCE",
        ),
        fix=("kubectl delete pod POD  # if it is in a bad state; else mend what the above showed",),
        safety="The look into the pod is safe. Deleting it ends it.",
    ),
)
