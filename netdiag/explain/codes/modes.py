"""What is configured, programmed and observed."""

from __future__ import annotations

from netdiag.model.code_text import CodeText

MODES = (
    CodeText(
        code="mode-mismatch",
        severity="warning",
        node="the node that deviates; none where several do",
        title="what is configured, programmed and observed between two nodes differs",
        meaning="The network's mode exists three times: in the plugin's configuration, in the "
        "kernel's routes and devices, and in the packets. Two of them say different things about "
        "the same pair of nodes. Pings may be fine, but what you believe to run does not, and the "
        "next restart of a daemon or node will change it, perhaps for half of the nodes.",
        proof="Each truth has its own evidence: a line of the configuration, a route, a frame. "
        "DirectRouting and CrossSubnet are judged per pair: plain within a subnet, tunnelled "
        "across, both as configured. What is not known is not compared.",
        causes=(
            "the ConfigMap or IPPool was changed, and flannel was not restarted: flanneld reads "
            "its configuration only when it starts (Calico follows at once)",
            "only some nodes were restarted",
            "the daemon could not do what it was told (no WireGuard module) and fell back",
            "routes were set by hand, or by a second network plugin",
        ),
        confirm=(
            "kubectl -n kube-flannel get configmap kube-flannel-cfg -o yaml | grep -A9 net-conf",
            "kubectl get ippools.crd.projectcalico.org -o yaml | grep -iE 'ipipMode|vxlanMode'",
            "ip route get DESTINATION  # on the node: through which device?",
        ),
        fix=(
            "kubectl -n kube-flannel rollout restart daemonset kube-flannel-ds",
            "kubectl -n kube-system rollout restart daemonset calico-node  # with Calico",
        ),
        safety="Changing the mode interrupts traffic between nodes while some have the old and "
        "some the new one, and pods keep their old MTU. Plan it; setting the configuration back "
        "to what runs is safe.",
    ),
    CodeText(
        code="leftover-device",
        severity="warning",
        node="the node that has it; none where several do",
        title="a tunnel device is up that neither the configuration nor any route uses",
        meaning="A tunnel device of an earlier mode is still there: flannel.1 after a change to "
        "host-gw, vxlan.calico after a change to IPIP. It does no harm by itself, but its address, "
        "its routes and its MTU confuse people and programs, and it lets a stale route work on "
        "some nodes only. The kernel's own idle tunl0, and the flannel.1 of DirectRouting, belong "
        "there and are not meant.",
        proof="The device is UP, no route to pods leads into it, and the configured mode does not "
        "need it.",
        causes=(
            "the mode was changed, and the old device was not removed: daemons do not do that",
            "a network plugin was uninstalled without cleaning up the nodes",
        ),
        confirm=(
            "ip -d link show DEVICE; ip route show dev DEVICE  # on the node",
            "tcpdump -ni DEVICE -c 5  # does anything still use it?",
        ),
        fix=("ip link delete DEVICE  # on the node",),
        safety="Safe if no route uses the device. It comes back if a daemon still wants it, and "
        "then the configuration is not what it seems.",
    ),
    CodeText(
        code="asymmetric-path",
        severity="warning",
        node="none: it is about two",
        title="request and reply differ in encapsulation, overlay device or nodes",
        meaning="The ping was answered, but there and back took different ways: one in a tunnel "
        "and the other plain, by different devices, or across different nodes. It works until "
        "something sees only one half: rp_filter drops it, a stateful firewall takes replies for "
        "strangers, the two MTUs differ. Mostly it means that two nodes are not configured alike.",
        proof="Both directions were captured at their ends, and their encapsulation on the wire, "
        "their overlay devices, or their nodes differ.",
        causes=(
            "one node was restarted after a change of mode, and the other was not",
            "one node has a more specific route, set by hand or by BGP",
            "nodes with several NICs and policy routing; routers with several paths",
        ),
        confirm=(
            "ip route get DESTINATION  # on the source's node",
            "ip route get SOURCE  # on the destination's node: compare device and next hop",
        ),
        fix=("kubectl -n NAMESPACE rollout restart daemonset PLUGIN  # all nodes from one state",),
        safety="Restarting the daemons keeps existing routes; the way may change for a moment. "
        "Ways through routers may differ on purpose.",
    ),
)
