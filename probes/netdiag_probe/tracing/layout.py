"""What the program needs to know of this kernel: offsets in its structures, and its arguments."""

from __future__ import annotations

from typing import NamedTuple

from netdiag_probe.tracing.btf import Btf

TRACEPOINT = "kfree_skb"


class LayoutError(Exception):
    """The kernel has not got what is needed; its text says what, as a part of a sentence."""


class Layout(NamedTuple):
    """Offsets in bytes, and which argument of the tracepoint is what."""

    packet_argument: int
    location_argument: int
    reason_argument: int
    protocol: int
    network_header: int
    tail: int
    head: int
    length: int
    device: int
    socket: int
    route: int
    """All of struct sk_buff from ``protocol`` on; the route is its tagged pointer."""
    route_device: int
    device_index: int
    device_name: int
    device_net: int
    socket_net: int
    net_number: int


def read_layout(btf: Btf) -> Layout:
    """Look all of it up; raise BtfError or LayoutError if something is missing."""
    # in the order in which kernels tell of them, on the whole: each is walked to
    packet = {
        field: btf.offset("sk_buff", member)
        for field, member in (
            ("protocol", "protocol"), ("network_header", "network_header"), ("tail", "tail"),
            ("head", "head"), ("length", "len"), ("device", "dev"), ("socket", "sk"),
            ("route", "_skb_refdst"),
        )
    }  # fmt: skip
    return Layout(
        *_read_arguments(btf),
        **packet,
        route_device=btf.offset("dst_entry", "dev"),
        device_index=btf.offset("net_device", "ifindex"),
        device_name=btf.offset("net_device", "name"),
        device_net=btf.offset("net_device", "nd_net.net"),
        socket_net=btf.offset("sock_common", "skc_net.net"),
        net_number=btf.offset("net", "ns.inum"),
    )


def _read_arguments(btf: Btf) -> tuple[int, int, int]:
    """Return which arguments are packet, location and reason: they differ from kernel to kernel.

    5.17 added the reason, 6.11 the receiving socket. The tracepoint's own data comes first, and is
    not among what a program is given.
    """
    types = btf.parameters(f"btf_trace_{TRACEPOINT}")[1:]
    if "skb_drop_reason" not in types:
        raise LayoutError("it is older than 5.17, the first that tells why it drops packets")
    return types.index("sk_buff"), types.index("void"), types.index("skb_drop_reason")
