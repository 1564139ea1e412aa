"""The two ends of a tunnel, and what lets it through."""

from __future__ import annotations

from netdiag.model.code_text import CodeText

REMAKE = "ip link delete DEVICE  # on it, if it stays as it was; then restart the daemon again"

TUNNELS = (
    CodeText(
        code="vni-mismatch",
        severity="error",
        node="the node that deviates from the configuration, else the receiver",
        title="two nodes use different VXLAN network identifiers (VNI)",
        meaning="The VNI in each tunnel packet says to which virtual network it belongs, and the "
        "receiver hands it to the device with that VNI. It has none, so the packets arrive on its "
        "NIC and end there, in both directions. Nobody is told.",
        proof="The VXLAN devices of the two nodes have different VNIs; if the configuration names "
        "one, the node with the other is blamed. In captures the VNI on the wire is not that of "
        "the receiver's device.",
        causes=(
            "the VNI was changed in flannel's net-conf.json or Calico's FelixConfiguration, and "
            "one node still has the device that was made before",
            "nodes read different configurations: an old ConfigMap mounted, another etcd key",
            "a node came from another cluster and kept its device",
        ),
        confirm=(
            "ip -d link show DEVICE  # on both nodes: 'vxlan id …'",
            "tcpdump -ni NIC udp port 8472  # prints the VNI of each packet",
        ),
        fix=("kubectl -n NAMESPACE delete pod PLUGIN_POD  # on the deviating node", REMAKE),
        safety="While its device is made anew, the node's pods lose those of other nodes for a few "
        "seconds. They do not reach them anyway, unless some nodes share the deviation.",
    ),
    CodeText(
        code="vxlan-port-mismatch",
        severity="error",
        node="the node that deviates from the configuration, else the receiver",
        title="two nodes use different UDP ports for VXLAN",
        meaning="One node sends its VXLAN packets to a UDP port at which the other does not "
        "listen. The kernel's own default is 8472, which flannel keeps; the standard's, and "
        "Calico's, is 4789. The receiver answers with ICMP 'port unreachable', which its sender's "
        "kernel does not pass on to the pod.",
        proof="The VXLAN devices of the two nodes have different ports; if the configuration names "
        "one, the node with the other is blamed. Captures show tunnel packets to the wrong port, "
        "and the ICMP error.",
        causes=(
            "the port was changed, and one node still has the device that was made before",
            "flannel beside Calico or Cilium on the same nodes: both want a VXLAN device",
            "Windows nodes need 4789, and only some nodes were changed for them",
        ),
        confirm=(
            "ip -d link show DEVICE  # on both nodes: 'dstport …'",
            "ss -lnu '( sport = :8472 or sport = :4789 )'  # on both: who listens where?",
        ),
        fix=("kubectl -n NAMESPACE delete pod PLUGIN_POD  # on the deviating node", REMAKE),
        safety="While its device is made anew, the node's pods lose those of other nodes for a few "
        "seconds. Check that firewalls let the right port through before.",
    ),
    CodeText(
        code="overlay-port-blocked",
        severity="error",
        node="the node that drops it",
        title="a firewall on a node drops the tunnel's outer packets",
        meaning="Nodes reach each other, and ping between them works, but the tunnel's packets are "
        "dropped by a rule on one of them: UDP 8472 (flannel's VXLAN), 4789 (Calico's), 8285 "
        "(flannel udp), 6081 (Geneve), 51820 (WireGuard), or IP protocol 4 (IPIP), which is "
        "neither TCP nor UDP and so forgotten in most firewalls. Pods on one node still reach "
        "each other.",
        proof="The outer packet is taken through the tables and chains of both nodes, at every "
        "hook (a rule in raw PREROUTING counts as well as INPUT or OUTPUT); the rule that drops "
        "it is named with its counter. Captures show it on the NIC (tcpdump sees packets before "
        "the firewall) and never come out of the tunnel.",
        causes=(
            "firewalld or ufw is active on the node and does not know the tunnel",
            "a hardening script that allows a list of ports",
            "after a change of mode (VXLAN to IPIP) the firewall still allows the old one only",
        ),
        confirm=(
            "iptables-save -c | grep -E 'DROP|REJECT'  # on the node: which counter moves?",
            "nft list ruleset  # firewalld's rules are here",
            "tcpdump -ni NIC 'udp port 8472 or udp port 4789 or ip proto 4'  # do they arrive?",
        ),
        fix=(
            "iptables -I INPUT -s NODE_SUBNET -p udp --dport 8472 -j ACCEPT  # or: -p 4 for IPIP",
            "firewall-cmd --permanent --add-port=8472/udp && firewall-cmd --reload",
        ),
        safety="Safe if it is limited to the nodes' own subnet: a tunnel port that is open to all "
        "lets strangers send packets to pods.",
    ),
    CodeText(
        code="wrong-underlay-interface",
        severity="error",
        node="the node whose VTEP or public IP it is",
        title="a tunnel ends at an address on a NIC that the other nodes do not reach",
        meaning="A node with several NICs has chosen the wrong one for its tunnel. It announces an "
        "address that the others do not reach, or that all nodes have in common (VirtualBox's "
        "10.0.2.15 is the classic). What they send to its pods goes astray, and what it sends "
        "comes from an address that nobody expects.",
        proof="The VTEP's local address, or the announced public IP, lies on a NIC in a network "
        "in which the other nodes have no address, while another NIC of the node has one that "
        "they share.",
        causes=(
            "flannel takes the NIC of the default route, and that is not the cluster's",
            "Calico's autodetection (first-found) took a bridge or a storage network",
            "a NIC was added or renamed, and the daemon chose anew when it was restarted",
            "kubelet runs without --node-ip on a machine with several networks",
        ),
        confirm=(
            "ip -d link show DEVICE  # on the node: 'local …' and 'dev …'",
            "kubectl get node NODE -o yaml | grep -E 'public-ip|IPv4Address|InternalIP' -A1",
        ),
        fix=(
            "kubectl -n kube-flannel edit daemonset kube-flannel-ds  # add --iface=NIC",
            "kubectl -n kube-system set env daemonset/calico-node "
            "IP_AUTODETECTION_METHOD=cidr=NODE_SUBNET",
        ),
        safety="The daemon restarts on every node and makes its devices anew: pods of different "
        "nodes lose each other for some seconds. Choose a quiet hour.",
    ),
)
