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
