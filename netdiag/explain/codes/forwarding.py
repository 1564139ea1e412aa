"""What a node does with packets of its pods: forwarding and packet filters."""

from __future__ import annotations

from netdiag.model.code_text import CodeText

FORWARDING = (
    CodeText(
        code="ip-forward-disabled",
        severity="error",
        node="the node that does not forward",
        title="a node does not forward packets: ip_forward is 0",
        meaning="Every Kubernetes node is a router: packets of its pods come in by a bridge or a "
        "veth and leave by another interface. Linux does so only while net.ipv4.ip_forward is 1, "
        "and so is forwarding on the interface by which the packet came. At 0 it drops them in "
        "silence: no ICMP error, no counter of any packet filter. The node itself can still be "
        "reached, and reaches everything, which makes this hard to see.",
        proof="The setting is 0 on a node that must forward the packet, which is seen last on the "
        "interface by which it came in. Setting ip_forward sets all interfaces' forwarding, but "
        "each can be set apart later: both are looked at.",
        causes=(
            "a hardening script, or a file in /etc/sysctl.d that is applied after the CNI's",
            "sysctl --system, or an update that ran it, on a node where only the CNI had set it",
            "a new node that was never prepared, with the preflight check of kubeadm ignored",
            "a network manager that resets forwarding of an interface when it comes up",
        ),
        confirm=(
            "sysctl net.ipv4.ip_forward net.ipv4.conf.all.forwarding "
            "net.ipv4.conf.DEVICE.forwarding",
            "nstat -az IpForwDatagrams  # on the node: does it stand still while you ping?",
        ),
        fix=(
            "sysctl -w net.ipv4.ip_forward=1  # on the node",
            "grep -rn forward /etc/sysctl.conf /etc/sysctl.d /usr/lib/sysctl.d  # and for good",
        ),
        safety="Safe on a cluster's node: it has to be 1 there. It takes effect at once.",
    ),
    CodeText(
        code="rp-filter-drop",
        severity="error",
        node="the receiving node",
        title="reverse path filtering drops what comes in by another way than the route back",
        meaning="With rp_filter=1 (strict) the kernel drops a packet if its route back to the "
        "sender's address leaves by another interface than the packet came in by. It counts when "
        "the larger of net.ipv4.conf.all and of the interface's own value is 1; 2 (loose) is "
        "harmless. It bites when the two directions differ: one node sends in the tunnel, the "
        "other has a plain route, or a node has two NICs. Nothing is logged.",
        proof="The effective value is 1, and the receiver's route to the sender's address names "
        "another interface than the packet's. The packet is seen there, and not beyond. The "
        "counter IPReversePathFilter, told twice, shows that it moved.",
        causes=(
            "the two nodes have different modes: one was restarted after a change, the other not",
            "a route of the sender's pod subnet is missing or wrong on the receiver",
            "a second NIC, or policy routing that sends replies another way",
            "a distribution that sets rp_filter=1, or max(all, interface) that nobody thought of",
        ),
        confirm=(
            "sysctl net.ipv4.conf.all.rp_filter net.ipv4.conf.DEVICE.rp_filter  # on the receiver",
            "ip route get SENDER  # on the receiver: another device than the packet came in by?",
            "nstat -az TcpExtIPReversePathFilter  # does it count while you ping?",
        ),
        fix=(
            "ip route get SENDER  # best: mend this route, both directions should take one way",
            "sysctl -w net.ipv4.conf.all.rp_filter=2 net.ipv4.conf.DEVICE.rp_filter=2",
        ),
        safety="Loose filtering takes effect at once and lets through what came by another way. It "
        "also lets pods forge addresses: Calico's felix refuses to start with 2 unless its "
        "ignoreLooseRPF is true. So mend the route where you can.",
    ),
    CodeText(
        code="input-blocked",
        severity="error",
        node="the node that drops it",
        title="an INPUT rule drops what a pod sends to its own node",
        meaning="The packet is for an address of the node itself, so it goes through INPUT and not "
        "FORWARD, and a rule or the policy there drops it. Pods then do not reach their node: "
        "kubelet, node-local DNS, hostNetwork pods, NodePorts by that address. Traffic from pod "
        "to pod may be perfectly well.",
        proof="The packet is taken through the node's tables and chains (iptables, nftables) in "
        "order, with its own addresses, protocol, interface and marks; the rule that decides is "
        "named, with its counter. Where a match cannot be judged, nothing is claimed.",
        causes=(
            "a host firewall (firewalld, ufw, a cloud image's rules) that does not know pods",
            "Calico's host endpoints with defaultEndpointToHostAction Drop",
            "a rule that was meant for the NIC and does not name an interface",
        ),
        confirm=(
            "iptables-save -c | grep -- '-A INPUT'  # on the node: which counter moves?",
            "nft list ruleset  # rules of nftables are not shown by iptables",
        ),
        fix=(
            "iptables -I INPUT -i BRIDGE -s POD_SUBNET -j ACCEPT  # until the firewall is mended",
            "firewall-cmd --permanent --zone=trusted --add-source=POD_SUBNET && firewall-cmd "
            "--reload",
        ),
        safety="Accepting the pods' subnet opens the node's services to all its pods: ask whose "
        "rule it is first. Rules put in by hand are gone after a reload.",
    ),
    CodeText(
        code="output-blocked",
        severity="error",
        node="the sender's node, or the sender's pod",
        title="a packet filter of the sender itself drops its packets before they leave",
        meaning="Pods have packet filters of their own, in their network namespace: a sidecar, an "
        "init container or the program itself may have set one up. What its OUTPUT drops is on no "
        "interface, so that no capture can show it; the program is told 'operation not permitted', "
        "or waits for ever. A node that sends has the same in its OUTPUT.",
        proof="The kernel says that it dropped the packet (NETFILTER_DROP), or by which rule, and "
        "none of the captures, the sender's own interface among them, holds any of these packets.",
        causes=(
            "a service mesh's init container that was set up wrong (istio-init, linkerd-init)",
            "an egress policy that an agent writes into pods' namespaces",
            "on a node: a host firewall that filters what the node sends, too",
        ),
        confirm=(
            "nsenter -t PID -n iptables-save -c  # on the node; PID: a process of the pod",
            "nsenter -t PID -n nft list ruleset  # rules of nftables are not shown by iptables",
        ),
        fix=("nsenter -t PID -n iptables -D OUTPUT NUMBER  # the rule as it was shown",),
        safety="Find out who made the rule first: a mesh or a policy may rely on it, and make it "
        "again with the next pod.",
    ),
    CodeText(
        code="forward-blocked",
        severity="error",
        node="the node that drops it",
        title="a FORWARD rule or policy drops the pod's packet",
        meaning="A node forwards pods' packets, and on their way through FORWARD a rule or the "
        "chain's policy drops this one. The chain belongs to no policy engine, so no NetworkPolicy "
        "is behind it: a person or another program put it there. Docker, for one, sets FORWARD's "
        "policy to DROP; that is harmless where flannel or kube-proxy accept pods before it "
        "(FLANNEL-FWD, KUBE-FORWARD). With bridge-nf-call-iptables=1 even two pods of one bridge "
        "pass FORWARD.",
        proof="The packet is taken through all tables and chains of the hook in order, with its "
        "addresses, protocol, interfaces, connection state and marks, to the rule that drops it, "
        "which is named with its counter. Captures must show it before that point and not after.",
        causes=(
            "Docker or another program set FORWARD's policy to DROP, and the accepting rules are "
            "missing: the network plugin does not write them, or they were flushed",
            "a host firewall was started or reloaded, and put its own rules first",
            "somebody blocked a pod by hand and forgot it",
            "the pod subnet was changed, and the accepting rules still name the old one",
        ),
        confirm=(
            "iptables-save -c | grep -E 'FORWARD|-FWD'  # on the node: which counter moves?",
            "nft list ruleset | grep -B3 -A20 'hook forward'",
        ),
        fix=(
            "iptables -t TABLE -D RULE  # on the node, RULE as netdiag shows it, without '-A'",
            "iptables -P FORWARD ACCEPT  # if it is the policy, and nothing else is protected by "
            "it",
        ),
        safety="Find out first who made the rule: it may be meant, or come back with the next "
        "reload. Deleting it takes effect at once and opens what it closed.",
    ),
    CodeText(
        code="policy-blocked",
        severity="error",
        node="the node that drops it",
        title="a NetworkPolicy drops the pod's packet",
        meaning="The rule that drops the packet stands in a chain of a policy engine: Calico's "
        "cali-*, kube-router's KUBE-NWPLCY-* and KUBE-POD-FW-*. So it was put there by a "
        "NetworkPolicy. A pod that any policy selects for a direction may only do what some policy "
        "allows, and ICMP must be allowed, too: a policy that lists TCP ports stops ping while "
        "the service works. Then the network is well, and ping the wrong test.",
        proof="As for forward-blocked, and the chain in which the packet ends belongs to an "
        "engine, or a NetworkPolicy object selects the pod and explains the drop.",
        causes=(
            "a default-deny policy in the namespace of the destination, or egress of the source",
            "a policy that allows TCP ports only, while you ping",
            "labels of the pod or of its namespace are not those that the policy selects",
            "policies changed, and the engine's agent on this node does not run or lags behind",
        ),
        confirm=(
            "kubectl get networkpolicy -A  # which of them select the source or the destination?",
            "kubectl get pods --show-labels -n NAMESPACE",
            "kubectl exec SOURCE_POD -- nc -zvw2 DESTINATION PORT  # does what is allowed work?",
        ),
        fix=("kubectl -n NAMESPACE edit networkpolicy NAME  # allow it, if it should be allowed",),
        safety="Opening a policy opens it for all pods that it selects. Do not delete the rule on "
        "the node: the engine writes it again.",
    ),
)
