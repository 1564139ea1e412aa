"""Losses that have no other name."""

from __future__ import annotations

from netdiag.model.code_text import CodeText

LOSSES = (
    CodeText(
        code="intermittent-loss",
        severity="error",
        node="the node that is proved to drop, else that of the last sighting",
        title="some pings of the same pair and size are answered, others are not",
        meaning="The way works, and still some packets are lost on it. So routes, tunnels and "
        "rules are right in principle, and the cause is something that comes and goes, or picks "
        "packets at random. Where it is lost tells most: always at the same place, or everywhere.",
        proof="Pings between the same two addresses, of the same size, that were answered and lost "
        "within sound captures. The place where most of them were seen last is named. A rule that "
        "drops at random explains it; this code outranks that rule's own.",
        causes=(
            "overload: full queues of a NIC, a full conntrack table, CPU limits of a virtual "
            "machine, a policer in the cloud",
            "a rule with -m statistic or -m limit, or a test (tc netem) that was left on",
            "one of several equal paths or backends is broken (ECMP, bonds, services)",
            "a flapping link, or a second holder of an address: see duplicate-ip",
        ),
        confirm=(
            "ip -s -s link show DEVICE; tc -s qdisc show dev DEVICE  # which counter moves?",
            "dmesg | grep -i conntrack  # 'table full, dropping packet'",
            "iptables-save -c | grep -E 'statistic|limit'; nft list ruleset | grep -E "
            "'limit|numgen'",
        ),
        fix=(
            "sysctl -w net.netfilter.nf_conntrack_max=N  # if that table is full",
            "tc qdisc del dev DEVICE root  # if a netem was left there",
        ),
        safety="Reading counters is safe. A larger conntrack table costs memory; deleting a qdisc "
        "puts the default one back, ask who set it.",
    ),
    CodeText(
        code="port-closed",
        severity="warning",
        node="the destination's node",
        title="the destination says that nothing listens on this port",
        meaning="An attempt to connect by TCP or UDP reached the pod, and the pod itself answered "
        "that it does not know the port: by a TCP reset, or ICMP 'port unreachable'. Routes, "
        "tunnels and packet filters let it pass both ways. The program is not there, or listens on "
        "another port or address.",
        proof="The request was seen at the destination's own interface, or the reset came from "
        "there. A reset that somebody on the way sent counts as a loss, not as this.",
        causes=(
            "the program has ended, or has not yet begun to listen: see readiness probes",
            "it listens on 127.0.0.1 only, or on another port (containerPort is only a label)",
            "a Service's targetPort names another port than the program's",
            "it listens on IPv4 only, and was asked by IPv6",
        ),
        confirm=(
            "nsenter -t PID -n ss -lntup  # PID: a process of the pod",
            "kubectl get endpointslices -o wide  # which address and port is it to be?",
        ),
        fix=("# mend the program's address or port, or the Service's targetPort",),
        safety="Looking is safe. Nothing of the network needs a change.",
    ),
    CodeText(
        code="unexplained-loss",
        severity="error",
        node="the node of the last sighting",
        title="lost after this interface, and nothing proves why",
        meaning="Captures cover the way, the packet was seen at one point and not at the next, and "
        "neither packets nor facts prove a cause. netdiag names the place and claims no more. It "
        "is mostly within the node of the last sighting, between the named interface and the next.",
        proof="Sound captures before and after the place. What was looked at and found in order is "
        "not the cause; what no document tells may be: see facts-missing, if it is there, too.",
        causes=(
            "something that was not gathered: eBPF programs, tc filters, IPsec policies, ebtables",
            "a packet filter in a form that could not be judged to its end",
            "full queues, or an exhausted table (conntrack, neighbours)",
        ),
        confirm=(
            "perf record -a -e skb:kfree_skb -- ping -c 3 DESTINATION; perf script | grep reason",
            "nstat -az | grep -iE 'drop|error|fail|filter'  # before and after: what counts?",
            "tc filter show dev DEVICE ingress; bpftool net; ip xfrm policy",
            "conntrack -S; dmesg | tail",
        ),
        fix=("# gather facts of that node and analyse again: they decide between the causes",),
        safety="All of this only reads; perf costs some CPU while it runs.",
    ),
)
