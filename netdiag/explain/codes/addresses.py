"""Addresses that two have, or that are rewritten, and checksums."""

from __future__ import annotations

from netdiag.model.code_text import CodeText

ADDRESSES = (
    CodeText(
        code="duplicate-ip",
        severity="error",
        node="the node of the wrong holder",
        title="two MAC addresses, or two pods, answer for one IP address",
        meaning="Two machines or pods have the same address. Who gets the packets depends on whose "
        "ARP answer came last, or on which node you ask: pings may all be answered, by the wrong "
        "one. Typical signs are connections that are reset at random and a service that shows "
        "another application's page.",
        proof="ARP claims of one address with two MACs from different interfaces; or two pods "
        "whose facts hold the same address; or replies that come from another veth than the "
        "pod's. Addresses that move by design (virtual IPs, proxy ARP) are left out where they "
        "are known.",
        causes=(
            "IPAM's memory was lost (/var/lib/cni deleted, a node restored from a snapshot)",
            "a pod's network was not torn down, and its address was given to the next one",
            "a static address, or a DHCP range, that overlaps with the pods' range: macvlan",
            "two nodes with one pod subnet: see pod-subnet-conflict",
        ),
        confirm=(
            "arping -D -c 3 -I BRIDGE ADDRESS  # on the node: one answer, or two?",
            "kubectl get pods -A -o wide | grep -w ADDRESS",
            "grep -rl ADDRESS /var/lib/cni/networks  # to which container did host-local give it?",
        ),
        fix=("kubectl delete pod POD  # the wrong holder; it gets another address",),
        safety="Deleting the wrong holder ends that pod; make sure which one is wrong. A veth that "
        "is left over without a pod can be deleted safely: ip link delete VETH.",
    ),
    CodeText(
        code="nat-rewrite-unexpected",
        severity="warning",
        node="the rewriting node",
        title="a pod's address is rewritten on the way to another pod, and no service asks for it",
        meaning="Pods see each other by their own addresses: that is the first rule of Kubernetes' "
        "network. Here a node rewrites the source of a pod's packet to its own. It works, but the "
        "receiver sees the node: NetworkPolicies by pod do not match, logs show the wrong client. "
        "Services, NodePorts, egress to the outside, and Docker's bridge rewrite on purpose and "
        "are not meant.",
        proof="The same packet is seen before and after on one node, with another source address, "
        "between two pods, and its destination is not rewritten (that would be a service).",
        causes=(
            "a MASQUERADE rule whose exception does not cover all pods: flannel's --ip-masq with "
            "a wrong Network, kube-proxy's --cluster-cidr, ip-masq-agent's list",
            "Calico: a pool with natOutgoing, and the destination's pool is none of its pools",
            "kube-proxy with --masquerade-all",
        ),
        confirm=(
            "iptables -t nat -vnL POSTROUTING  # on the node: which rule counts while you ping?",
            "conntrack -L -s SOURCE  # the rewritten address stands in the second half",
        ),
        fix=(
            "kubectl -n kube-flannel edit configmap kube-flannel-cfg  # Network = all pods",
            "calicoctl get ippool -o wide  # with Calico: a pool for every range of pods",
        ),
        safety="Safe; established connections keep their translation until they end.",
    ),
    CodeText(
        code="bad-checksum",
        severity="error",
        node="the sending node",
        title="packets arrive with a checksum that is wrong, and not only unfinished as offload "
        "leaves it",
        meaning="A receiver drops packets whose checksum is wrong, without a word. Captures at a "
        "sender always show unfinished checksums, because the NIC finishes them: those are no "
        "fault, nor are they between virtual devices. This finding is about packets that are "
        "wrong where they are received. Often a NIC or its driver computes wrongly inside tunnels "
        "(VXLAN over UDP, notably with iptables' --random-fully), so that ping passes, and TCP "
        "and DNS between nodes do not.",
        proof="Complete frames at a receiving point whose checksum is neither right nor the "
        "partial sum that offload leaves; or lost ones that are right inside, and whose tunnel's "
        "UDP checksum is wrong.",
        causes=(
            "checksum offload of a NIC, a driver or a hypervisor that is broken for tunnels",
            "a kernel with the VXLAN checksum bug of 2020 (fixed in 5.7, 5.4.41, 4.19.123)",
            "a middlebox that rewrites addresses and not the checksum",
        ),
        confirm=(
            "nstat -az TcpInCsumErrors UdpInCsumErrors IcmpInCsumErrors  # on the receiver",
            "ethtool -k DEVICE | grep checksum  # on the sender: the tunnel device, and the NIC",
        ),
        fix=(
            "ethtool -K DEVICE tx-checksum-ip-generic off  # on the sender, the tunnel device",
            "ethtool -K DEVICE tx off  # where that is not known; and make it permanent",
        ),
        safety="Safe: the CPU does the work instead, at some cost. It is gone after a reboot.",
    ),
)
