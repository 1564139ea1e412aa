"""What the kernel's reasons for dropping a packet mean, and which findings they bear out.

Source: include/net/dropreason-core.h; the functions are those of Linux 5.17 to 6.18.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from netdiag.model.facts.activity import KernelDrop

FILTERED: Final = (
    "forward-blocked",
    "policy-blocked",
    "input-blocked",
    "overlay-port-blocked",
    "output-blocked",
)
TOO_BIG: Final = ("mtu-exceeded", "mtu-blackhole")
WRONG_MAC: Final = (
    "underlay-neighbour-stale",
    "vtep-mac-stale",
    "vtep-neighbour-wrong",
    "fdb-wrong-remote",
)
NO_ROUTE: Final = (
    "route-missing",
    "return-route-missing",
    "pod-route-missing",
    "overlay-device-missing",
    "bridge-down",
    "nexthop-unreachable",
    "pod-subnet-conflict",
)
OTHERHOST: Final = "OTHERHOST"
"""The frame's MAC address is not the interface's."""

UNDECIDED: Final = ("unexplained-loss", "underlay-loss")


class Meaning(NamedTuple):
    """What a reason means."""

    words: str
    """Why the packet was dropped, after ``because``."""
    codes: tuple[str, ...] = ()
    """Findings that it bears out; the first is what it proves by itself."""
    cause_is_there: bool = True
    """The cause sits where the packet was dropped, not with whoever sent it."""
    is_common: bool = False
    """Healthy networks have it, too: it proves nothing against another explanation."""


NOBODY_ANSWERS: Final = Meaning(
    "nobody answers for the address of its next hop",
    (
        "nexthop-unreachable",
        "vtep-neighbour-missing",
        "proxy-arp-disabled",
        "bridge-port-missing",
        "duplicate-ip",
        "fdb-wrong-remote",
        "wrong-underlay-interface",
        *NO_ROUTE,
    ),
)

REASONS: Final[dict[str, Meaning]] = {
    "NETFILTER_DROP": Meaning("a rule of a packet filter dropped it", FILTERED),
    "IP_RPFILTER": Meaning(
        "its route back leaves by another interface (rp_filter)", ("rp-filter-drop",)
    ),
    "IP_INNOROUTES": Meaning("there is no route to its destination", NO_ROUTE),
    "IP_OUTNOROUTES": Meaning("there is no route to where it should be sent", NO_ROUTE),
    "IP_INADDRERRORS": Meaning("the node does not forward", ("ip-forward-disabled",)),
    "PKT_TOO_BIG": Meaning("it is too big for the next link and may not be fragmented", TOO_BIG),
    "NEIGH_FAILED": NOBODY_ANSWERS,
    "NEIGH_QUEUEFULL": Meaning(
        "too many packets wait for the address of their next hop",
        ("nexthop-unreachable", "vtep-neighbour-missing", "proxy-arp-disabled"),
    ),
    "NEIGH_DEAD": Meaning(
        "the entry of its next hop was removed", ("nexthop-unreachable", "vtep-neighbour-missing")
    ),
    OTHERHOST: Meaning(
        "its destination MAC address is nobody's there",
        WRONG_MAC,
        cause_is_there=False,
        is_common=True,
    ),
    "VXLAN_VNI_NOT_FOUND": Meaning(
        "no VXLAN device there has its VNI", ("vni-mismatch",), cause_is_there=False
    ),
    "VXLAN_INVALID_HDR": Meaning("its VXLAN header is none", ()),
    "VXLAN_ENTRY_EXISTS": Meaning("its source MAC address is one that the FDB forbids", ()),
    "NO_SOCKET": Meaning(
        "nothing listens on its port",
        ("vxlan-port-mismatch", "overlay-device-missing", "wrong-underlay-interface"),
        cause_is_there=False,
    ),
    "NO_TX_TARGET": Meaning(
        "the tunnel has no remote to send it to",
        ("fdb-missing", "vtep-neighbour-wrong", "vtep-mac-stale"),
    ),
    "UDP_CSUM": Meaning("its UDP checksum is wrong", ("bad-checksum",), cause_is_there=False),
    "TCP_CSUM": Meaning("its TCP checksum is wrong", ("bad-checksum",), cause_is_there=False),
    "ICMP_CSUM": Meaning("its ICMP checksum is wrong", ("bad-checksum",), cause_is_there=False),
    "IP_CSUM": Meaning("its IP checksum is wrong", ("bad-checksum",), cause_is_there=False),
    "FRAG_REASM_TIMEOUT": Meaning(
        "its other fragments did not come", ("fragments-lost",), cause_is_there=False
    ),
    "FRAG_TOO_FAR": Meaning("its fragments are too far apart", ("fragments-lost",)),
    "QDISC_DROP": Meaning("the device's queue is full, or shaped", ("intermittent-loss",)),
    "CPU_BACKLOG": Meaning("the CPU's queue of packets is full", ("intermittent-loss",)),
    "FULL_RING": Meaning("a queue between programs is full", ("intermittent-loss",)),
    "SOCKET_RCVBUFF": Meaning("the socket's buffer is full", ("intermittent-loss",)),
    "DEV_READY": Meaning("the device is down", ("overlay-device-missing", "bridge-down")),
    "TC_INGRESS": Meaning("a program or filter of tc dropped it", FILTERED),
    "TC_EGRESS": Meaning("a program or filter of tc dropped it", FILTERED),
    "XDP": Meaning("an XDP program dropped it", FILTERED),
    "BPF_CGROUP_EGRESS": Meaning("an eBPF program of a cgroup dropped it", FILTERED),
    "SOCKET_FILTER": Meaning("a filter of the socket dropped it", ("destination-silent",)),
    "XFRM_POLICY": Meaning("an IPsec policy dropped it", FILTERED),
    "IPV6DISABLED": Meaning("IPv6 is disabled there", ("ip-forward-disabled",)),
}
"""By name, as the kernel's BTF has it without ``SKB_DROP_REASON_``."""

AT_FUNCTIONS: Final[dict[str, Meaning]] = {
    "__dev_forward_skb2": Meaning(
        "it is too big for the other end of its veth pair", ("mtu-blackhole", "mtu-exceeded")
    ),
    "__dev_forward_skb": Meaning(
        "it is too big for the other end of its veth pair", ("mtu-blackhole", "mtu-exceeded")
    ),
    "ip_error": Meaning("a route says so (blackhole, prohibit, unreachable)", NO_ROUTE),
    "ip6_pkt_discard": Meaning("a route says so (blackhole, prohibit, unreachable)", NO_ROUTE),
    "ip_forward": Meaning("the node may not forward it", ("ip-forward-disabled", *TOO_BIG)),
    "neigh_invalidate": NOBODY_ANSWERS,
    "ndisc_error_report": NOBODY_ANSWERS,
    "arp_error_report": NOBODY_ANSWERS,
    "br_handle_frame_finish": Meaning("the bridge let no port have it", ("bridge-port-missing",)),
}
"""Where the reason is NOT_SPECIFIED, the function tells."""

UNSPECIFIED: Final = Meaning("it gave no reason", (), is_common=True)


def meaning_of(drop: KernelDrop) -> Meaning:
    """Return what a drop's reason means, by its function where there is none."""
    known = REASONS.get(drop.reason)
    if known is not None:
        return known
    if drop.reason == "NOT_SPECIFIED":
        return AT_FUNCTIONS.get(drop.function or "", UNSPECIFIED)
    return Meaning(f"it says {drop.reason}", ())


def bears_out(drop: KernelDrop, code: str) -> bool:
    """Return True if a drop is what a finding of this code would make the kernel do."""
    return code in meaning_of(drop).codes
